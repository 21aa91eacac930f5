package plain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// record is what a room said, as far as it is kept.
type record struct {
	messages []chat.Message // the newest, oldest first
	begun    bool           // what it said before is known
	printed  uint64         // number of the newest message that was printed, or passed over
	new      int            // that are not printed since, and were told of
	mentions int            // of them
	shown    uint64         // number of the newest that was printed here, in its order; 0 for none
	alone    []uint64       // numbers above it, of those that were printed by themselves
	oldest   uint64         // number of the oldest that was printed without a gap up to shown
	stale    []stale        // which were printed, and are not as they were
	quiet    time.Time      // until when nothing more is said of them
}

const (
	// keep is how many messages of a room are kept: what one can ask to see again
	// without the server, and what edits and reactions refer to.
	keep = 100

	// first is how many messages a room begins with.
	first = 10
)

func (t *talk) record(room string) *record {
	if room == "" {
		room = chat.GeneralRoom
	}
	r := t.kept[room]
	if r == nil {
		r = &record{}
		t.kept[room] = r
	}
	return r
}

// apply takes what the client tells.
func (t *talk) apply(u chat.Update) {
	switch u := u.(type) {
	case chat.Connection:
		t.connected(u)
	case chat.Identified:
		t.you, t.team = u.You, u.Team.Name
		if u.Rooms != nil {
			t.setRooms(u.Rooms)
		}
		if u.Limits != (chat.Limits{}) {
			t.limits = u.Limits
		}
	case chat.RoomsChanged:
		t.setRooms(u.Rooms)
	case chat.Reloaded:
		t.reloaded(u)
	case chat.Arrived:
		for i := range u.Messages {
			t.arrived(&u.Messages[i])
		}
	case chat.DraftChanged:
		t.draft(u)
	case chat.MarkerSet:
		if m := t.member(u.Room); m != nil && u.Read >= m.Read {
			m.Read, m.Mentions = u.Read, u.Mentions
		}
		if r := t.record(u.Room); u.Read >= r.latest() { // read on another device
			r.new, r.mentions = 0, 0
		}
	case chat.Noticed:
		if u.Text != "" {
			t.say(u.Text)
		}
	default:
		t.became(u)
	}
}

// latest is the number of the newest message that is kept.
func (r *record) latest() uint64 {
	if len(r.messages) == 0 {
		return 0
	}
	return r.messages[len(r.messages)-1].Seq
}

// connected says how the connection is, in words; of attempts that fail as the one
// before nothing.
func (t *talk) connected(c chat.Connection) {
	before := t.state
	t.state = c.State
	reason := chat.SanitizeLine(clip(c.Reason))
	switch c.State {
	case chat.Online:
		t.told = ""
		if before == chat.Online && t.met {
			return
		}
		t.say("connected")
		if !t.met {
			t.met = true
			t.give.Stop()
			t.greet()
		}
	case chat.Waiting:
		if reason == "" {
			reason = "no connection"
		}
		if reason != t.told {
			wait := max(1, int(c.RetryAt.Sub(t.Now()).Round(time.Second)/time.Second))
			t.say(fmt.Sprintf("%s; reconnecting in %d s", reason, wait))
		}
		t.told = reason
	case chat.Refused:
		if reason != t.told {
			t.say(strings.TrimSuffix("the server refuses you: "+reason, ": "))
			for _, way := range t.Ways {
				t.say(way)
			}
			t.say("/reconnect tries again")
		}
		t.told = reason
	case chat.Connecting, chat.Offline:
	}
}

// greet says what is new, at the first connection.
func (t *talk) greet() {
	if !t.Attended {
		return
	}
	for i := range t.rooms {
		m := &t.rooms[i]
		if m.ID == t.room || m.Notify == chat.NotifyNone || m.LastSeq <= m.Read {
			continue
		}
		r := t.record(m.ID)
		r.new, r.mentions = int(m.LastSeq-m.Read), m.Mentions
	}
	t.sayNews()
}

func (t *talk) setRooms(rooms []chat.Membership) {
	was := t.called(t.room)
	before := t.member(t.room)
	for i := range rooms {
		t.rememberLevel(&rooms[i])
	}
	t.rooms = slices.Clone(rooms)
	if c := t.coming; c != nil {
		if t.member(c.ID) == nil {
			t.rooms = append(t.rooms, *c)
		} else {
			t.coming = nil
		}
	}
	for id := range t.kept {
		if id != chat.GeneralRoom && t.member(id) == nil {
			delete(t.kept, id)
		}
	}
	if len(t.rooms) > 0 && t.member(t.room) == nil {
		if was = "you are not in " + was + " any more"; t.Attended || t.parting == t.room {
			t.say(was)
		} else {
			t.stop(was)
		}
		t.enter(chat.GeneralRoom)
		return
	}
	if before == nil {
		return
	}
	if t.was == nil || t.was.ID != t.room {
		t.was, t.wasCalled = &before.Room, was
	}
	t.sayChanged()
}

// sayChanged says what others made of the room one writes to. While a request is made it waits for
// the answer, which says what is one's own.
func (t *talk) sayChanged() {
	if t.asking || t.was == nil {
		return
	}
	was := t.was
	t.was = nil
	if now := t.member(was.ID); now != nil && was.ID == t.room {
		t.roomChanged(*was, now.Room, t.wasCalled)
	}
}

// roomChanged says what others made of the room one writes to.
func (t *talk) roomChanged(was, is chat.Room, called string) {
	if was.Name != is.Name {
		t.say(called + " is called " + t.called(is.ID) + " now")
	}
	called = t.called(is.ID)
	switch {
	case was.Topic == is.Topic:
	case is.Topic == "":
		t.say(called + " has no topic now")
	default:
		t.say("the topic of " + called + " is now: " + is.Topic)
	}
	switch {
	case was.Archived == is.Archived:
	case is.Archived:
		t.say(called + " is archived now: it can be read, and not written to")
	default:
		t.say(called + " is written in again")
	}
}

// learn takes a room as an answer has it, which is told as well.
func (t *talk) learn(a chat.RoomAnswer) {
	if m := t.member(a.Room.ID); m != nil {
		m.Name, m.Topic, m.Archived = a.Room.Name, a.Room.Topic, a.Room.Archived
	}
	if w := t.was; w != nil && w.ID == a.Room.ID { // the answer says it
		w.Name, w.Topic, w.Archived = a.Room.Name, a.Room.Topic, a.Room.Archived
		t.wasCalled = t.called(w.ID)
	}
}

// reloaded takes the newest messages of a room: those before one came, or those a
// connection did not tell one by one.
func (t *talk) reloaded(u chat.Reloaded) {
	r := t.record(u.Room)
	r.messages = slices.Clone(u.Messages[max(0, len(u.Messages)-keep):])
	for i := range r.messages {
		if m := &r.messages[i]; m.From.ID == t.you.ID {
			t.gone(m.ID)
		}
	}
	if !r.begun {
		r.begun = true
		r.printed = max(r.printed, r.latest())
		if t.Attended && u.Room == t.room {
			t.show(r, first)
		}
		return
	}
	if n := len(r.messages); n > 0 && r.messages[0].Seq > r.printed+1 && u.Room == t.room {
		t.say(fmt.Sprintf("%d messages came meanwhile that are not printed; /older prints what was before this", r.messages[0].Seq-r.printed-1))
	}
	for i := range r.messages {
		t.fresh(r, &r.messages[i])
	}
}

// arrived takes a message that came.
func (t *talk) arrived(m *chat.Message) {
	r := t.record(m.Room)
	if m.Seq <= r.latest() {
		return
	}
	r.begun = true
	if len(r.messages) >= keep {
		r.messages = slices.Delete(r.messages, 0, len(r.messages)-keep+1)
	}
	r.messages = append(r.messages, *m)
	t.fresh(r, m)
}

// fresh prints a message where it is in the room one reads, and else notes that there
// is news. Both happen once, however often it is told.
func (t *talk) fresh(r *record, m *chat.Message) {
	own := m.From.ID == t.you.ID
	if own {
		defer t.gone(m.ID)
	}
	if m.Seq <= r.printed {
		return
	}
	here := t.member(m.Room)
	if here != nil {
		here.LastSeq = max(here.LastSeq, m.Seq)
	}
	if m.Room == t.room || own {
		t.message(m)
		if r.printed = m.Seq; m.Room == t.room {
			r.here(m.Seq)
		} else {
			r.byItself(m.Seq)
		}
		if m.Room == t.room || !m.Auto { // the server tells where one's program leaves the marker
			t.read(m.Room, m.Seq)
		}
		return
	}
	named := chat.Calls(m.Mentions, t.you.ID)
	r.printed = m.Seq
	if here != nil && (here.Notify == chat.NotifyNone || here.Notify == chat.NotifyMentions && !named) {
		return
	}
	r.new++
	if named {
		r.mentions++
	}
	t.newsIn(collect)
}

// newsIn has news said after a while, or sooner if they are to be already.
func (t *talk) newsIn(d time.Duration) {
	at := time.Now().Add(d)
	if t.due.IsZero() || at.Before(t.due) {
		t.due = at
		t.news.Reset(d)
	}
}

// read tells the server that a room was read, where somebody reads.
func (t *talk) read(room string, seq uint64) {
	if m := t.member(room); m != nil && t.Attended && seq > m.Read {
		m.Read, m.Mentions = seq, 0
		t.Client.MarkRead(room, seq)
	}
}

// draft says what became of a draft where that needs somebody.
func (t *talk) draft(u chat.DraftChanged) {
	id := u.Draft.ID
	switch u.State {
	case chat.DraftWaiting, chat.DraftSending:
		t.waiting[id] = false
		t.unsent.add(u.Draft)
	case chat.DraftSent:
		t.unsent.remove(id)
		if u.Seq == 0 || u.Seq <= t.record(u.Draft.Room).printed {
			t.gone(id)
		} else if _, waits := t.waiting[id]; waits {
			t.waiting[id] = true // until it was printed
		}
	case chat.DraftFailed:
		t.gone(id)
		t.unsent.remove(id)
		if _, asked := t.unsent.taking[id]; asked {
			t.unsent.taking[id] = u // what came of it says who asked
			return
		}
		if t.unsent.taken[id] { // once: it may be sent again, and refused then
			delete(t.unsent.taken, id)
			return
		}
		if slices.ContainsFunc(t.failed, func(d chat.Draft) bool { return d.ID == id }) {
			return
		}
		t.failed = append(t.failed, u.Draft)
		why := ""
		if u.Err != nil {
			why = ": " + u.Err.Error()
		}
		text, _ := u.Draft.Body.Text()
		t.say("not sent to " + t.called(u.Draft.Room) + why + "\nit was: " + text + "\n/retry tries again, /drop forgets it")
		if t.fault == nil && !t.Attended {
			t.fault = fmt.Errorf("%w%s", ErrUnsent, chat.SanitizeLine(clip(why)))
		}
	}
}
