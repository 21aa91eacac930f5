package server

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// device is a client that does what docs/chat-lane.md says a client does, with no more
// than it is told: its state is that of a hello with the events since.
type device struct {
	w   *world
	who chat.User

	mu      sync.Mutex
	waiting []chat.Event

	// owned by the test's goroutine
	online   bool
	position chat.Position // everything up to it was heard
	rooms    map[string]*seat
	heard    []uint64    // offsets of all events, of every connection
	replays  [][2]uint64 // after and up to where it was told on coming back
}

// seat is one room as a device knows it.
type seat struct {
	chat.Membership
	at       uint64 // its numbers are of that offset
	messages map[uint64]*known
}

// known is a message with the offset that its state is of.
type known struct {
	chat.Message
	at uint64
}

// Send implements Subscriber.
func (d *device) Send(batch []chat.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting = append(d.waiting, batch...)
}

func newDevice(w *world, who chat.User) *device { return &device{w: w, who: who} }

// come says hello, from where it was where that is possible.
func (d *device) come() error {
	w := d.w
	if err := w.s.Enter(w.ctx, d.who); err != nil {
		return err
	}
	cut, err := w.s.Listen(d.who, func(l Listener) chat.Position { return w.hub.Join(d, l) })
	if err != nil {
		return err
	}
	rooms, at, err := w.s.Rooms(w.ctx, d.who)
	if err != nil {
		w.hub.Leave(d)
		return err
	}
	if at.Offset < cut.Offset {
		w.t.Fatalf("the rooms of a hello are of %v, before %v", at, cut)
	}
	d.online = true
	resumed := w.s.CanReplay(d.position, cut)
	old := d.rooms
	d.rooms = make(map[string]*seat, len(rooms))
	for _, m := range rooms {
		d.rooms[m.ID] = &seat{Membership: m, at: at.Offset}
		if p := old[m.ID]; resumed && p != nil {
			d.rooms[m.ID].messages = p.messages
		} else {
			d.load(m.ID)
		}
	}
	if resumed {
		d.replays = append(d.replays, [2]uint64{d.position.Offset, cut.Offset})
		err := w.s.Replay(w.ctx, d.who, d.position, cut, func(batch []chat.Event) error {
			for i := range batch {
				d.hear(&batch[i])
			}
			return nil
		})
		if err != nil {
			w.t.Fatalf("replay: %v", err)
		}
	}
	d.position = cut
	return nil
}

// leave ends the connection; what was not heard by then is not.
func (d *device) leave() {
	d.w.hub.Leave(d)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting, d.online = nil, false
}

// listen takes in all that was told so far.
func (d *device) listen() {
	d.mu.Lock()
	batch := d.waiting
	d.waiting = nil
	d.mu.Unlock()
	for i := range batch {
		e := &batch[i]
		if passed := e.Kind == chat.MarkerMoved && e.Position == d.position; passed {
			d.passed(e)
			continue
		}
		d.hear(e)
		if e.Position.Offset <= d.position.Offset {
			d.w.t.Fatalf("heard %v after %v", e.Position, d.position)
		}
		d.position = e.Position
	}
}

// passed takes in that the marker went past what a program of one's own said, which was
// heard right before.
func (d *device) passed(e *chat.Event) {
	p := d.rooms[e.Room]
	if e.Author.ID != d.who.ID || p == nil || d.heard[len(d.heard)-1] != e.Position.Offset {
		d.w.t.Fatalf("%s heard of a marker at %v, of %s", d.who.Name, e.Position, e.Author.Name)
	}
	if e.Position.Offset > p.at {
		d.count(p, e)
		p.Unread = int(p.LastSeq - p.Read)
	}
}

// load reads all of a room's history.
func (d *device) load(room string) {
	p := d.rooms[room]
	p.messages = make(map[uint64]*known)
	for before := uint64(0); ; {
		page, err := d.w.s.History(d.w.ctx, d.who, chat.HistoryRequest{Room: room, Before: before, Limit: 40})
		if err != nil {
			if codeOf(err) == chat.CodeUnknownRoom {
				return // taken out of it meanwhile, as it will hear
			}
			d.w.t.Fatalf("history: %v", err)
		}
		for _, m := range page.Messages {
			p.messages[m.Seq] = &known{Message: m, at: page.Position.Offset}
		}
		if !page.More {
			return
		}
		before = page.Messages[0].Seq
	}
}

// hear takes in one event.
func (d *device) hear(e *chat.Event) {
	d.heard = append(d.heard, e.Position.Offset)
	switch e.Kind {
	case chat.RoomCreated, chat.RoomJoined, chat.RoomChanged, chat.RoomLeft:
		d.hearRoom(e)
		return
	case chat.UserEntered:
		if p := d.rooms[chat.GeneralRoom]; e.Seq == 1 && p != nil && e.Position.Offset > p.at {
			p.Members++
		}
		d.hearUser(e, e.Author)
	case chat.RoleChanged:
		d.hearUser(e, *e.Change.User)
	}
	p := d.rooms[e.Room]
	if p == nil {
		return
	}
	d.hearMessage(p, e)
	if e.Position.Offset > p.at {
		d.count(p, e)
	}
	p.Unread = int(p.LastSeq - p.Read)
}

// hearUser takes in how somebody is called now, and what they are.
func (d *device) hearUser(e *chat.Event, u chat.User) {
	for _, p := range d.rooms {
		for i := range p.People {
			if p.People[i].ID == u.ID && e.Position.Offset > p.at {
				p.People = slices.Clone(p.People)
				p.People[i] = u
			}
		}
	}
}

// hearRoom takes in what becomes of a room, and of who is in it.
func (d *device) hearRoom(e *chat.Event) {
	me := func(u chat.User) bool { return u.ID == d.who.ID }
	now, p := RoomAt(e), d.rooms[e.Room]
	switch {
	case p == nil && e.Kind != chat.RoomLeft && slices.ContainsFunc(e.Change.Users, me):
		// It came by this event: all is read.
		p = &seat{Membership: chat.Membership{Room: now, Joined: true, Read: now.LastSeq, Notify: chat.NotifyAll}, at: e.Position.Offset}
		d.rooms[e.Room] = p
		d.load(e.Room)
	case p == nil || e.Position.Offset <= p.at:
	case e.Kind == chat.RoomLeft && me(*e.Change.User):
		delete(d.rooms, e.Room)
	default:
		now.LastSeq, now.LastAt = max(now.LastSeq, p.LastSeq), max(now.LastAt, p.LastAt)
		p.Room = now
	}
}

// count keeps the numbers of a room.
func (d *device) count(p *seat, e *chat.Event) {
	names := func(list []string) int {
		if slices.Contains(list, d.who.ID) || slices.Contains(list, chat.MentionRoom) {
			return 1
		}
		return 0
	}
	switch e.Kind {
	case chat.MessageCreated:
		p.LastSeq, p.LastAt = e.Seq, e.At
		if e.Author.ID == d.who.ID && !e.Extra.Auto {
			p.Read, p.Mentions = e.Seq, 0
		} else {
			p.Mentions += names(e.Extra.Mentions)
		}
	case chat.MessageEdited, chat.MessageDeleted:
		if e.Change.Target > p.Read {
			p.Mentions += names(e.Extra.Mentions) - names(e.Was)
		}
	case chat.MarkerMoved:
		m := Marker(e)
		p.Read, p.Mentions = m.Read, m.Mentions
	case chat.NotifyChanged:
		p.Notify = e.Change.Level
	case chat.RoomTrimmed:
		if e.Change.Target > p.Read { // ask for what is left of the mentions
			list, err := d.w.s.RoomList(d.w.ctx, d.who, chat.RoomListRequest{Archived: true})
			if err != nil {
				d.w.t.Fatalf("%v", err)
			}
			for _, m := range list.Rooms {
				if m.ID == e.Room {
					p.Membership, p.at = m, list.RoomsAt.Offset
				}
			}
		}
	}
}

// hearMessage takes in what is said, and what becomes of it.
func (d *device) hearMessage(p *seat, e *chat.Event) {
	if e.Kind == chat.MessageCreated {
		if p.messages[e.Seq] == nil {
			p.messages[e.Seq] = &known{Message: e.Message(), at: e.Position.Offset}
		}
		d.answered(p, e, e.Thread, 1)
		return
	}
	if e.Kind == chat.RoomTrimmed {
		maps.DeleteFunc(p.messages, func(seq uint64, _ *known) bool { return seq <= e.Change.Target })
		return
	}
	if e.Kind == chat.MessageDeleted {
		d.answered(p, e, e.Thread, -1)
	}
	m := p.messages[e.Change.Target]
	if m == nil || e.Position.Offset <= m.at {
		return
	}
	switch e.Kind {
	case chat.MessageEdited:
		m.JSON, m.Attachments = e.Body.JSON, e.Body.Attachments
		m.Revision, m.Edited, m.Extra.Mentions = int(e.Seq), e.At, e.Extra.Mentions
	case chat.MessageDeleted:
		m.JSON, m.Attachments, m.Extra = []byte("null"), nil, chat.Extra{Auto: m.Auto}
		m.State = chat.State{Deleted: e.At, Replies: m.Replies}
	case chat.MessagePinned:
		m.Pinned = e.Change.On
	case chat.MessageReacted:
		react(&m.Message, e)
	default:
		return
	}
	m.at = e.Position.Offset
}

// answered counts the answers of a thread.
func (d *device) answered(p *seat, e *chat.Event, thread string, by int) {
	if thread == "" {
		return
	}
	var root *known
	for _, m := range p.messages {
		if m.ID == thread && (root == nil || m.Seq < root.Seq) {
			root = m
		}
	}
	if root == nil || e.Position.Offset <= root.at {
		return
	}
	r := chat.Replies{}
	if root.Replies != nil {
		r = *root.Replies
	}
	r.Count += by
	if by > 0 {
		r.Last, r.LastBy = e.At, e.Author
	}
	root.Replies, root.at = &r, e.Position.Offset
}

func react(m *chat.Message, e *chat.Event) {
	i := slices.IndexFunc(m.Reactions, func(r chat.Reaction) bool { return r.Emoji == e.Change.Emoji })
	m.Reactions = slices.Clone(m.Reactions)
	switch {
	case e.Change.On && i < 0:
		m.Reactions = append(m.Reactions, chat.Reaction{Emoji: e.Change.Emoji, Count: 1, Users: []string{e.Author.ID}})
	case e.Change.On:
		r := &m.Reactions[i]
		r.Count, r.Users = r.Count+1, append(slices.Clone(r.Users), e.Author.ID)
	case i >= 0:
		r := &m.Reactions[i]
		r.Users = slices.DeleteFunc(slices.Clone(r.Users), func(id string) bool { return id == e.Author.ID })
		if r.Count--; r.Count == 0 {
			m.Reactions = slices.Delete(m.Reactions, i, i+1)
		}
	}
}

// check holds the device's state against what it would be told if it asked for all of
// it anew.
func (d *device) check() {
	t := d.w.t
	t.Helper()
	anew, at, err := d.w.s.Rooms(d.w.ctx, d.who)
	if err != nil {
		t.Fatalf("%s: rooms: %v", d.who.Name, err)
	}
	want, have := make(map[string]chat.Membership), make(map[string]chat.Membership)
	for _, m := range anew {
		want[m.ID] = m
	}
	for id, p := range d.rooms {
		have[id] = p.Membership
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Fatalf("%s's rooms at %v (-asked anew +hello and events):\n%s", d.who.Name, at, diff)
	}
	fresh := &device{w: d.w, who: d.who, rooms: make(map[string]*seat)}
	for id := range d.rooms {
		fresh.rooms[id] = &seat{}
		fresh.load(id)
		anew, have := plain(fresh.rooms[id].messages), plain(d.rooms[id].messages)
		if diff := cmp.Diff(anew, have); diff != "" {
			// Of two messages of one room that their authors gave the same ID the first has
			// the answers. Once it is trimmed, nobody can tell which were to the second.
			d.w.forgetShared(id, anew, have)
			diff = cmp.Diff(anew, have)
			if diff == "" {
				continue
			}
			t.Fatalf("%s's messages of %s at %v (-asked anew +hello and events):\n%s", d.who.Name, id, at, diff)
		}
	}
}

// forgetShared takes away the answers' counts of messages whose ID another one of their
// room has, or had.
func (w *world) forgetShared(room string, lists ...map[uint64]chat.Message) {
	w.t.Helper()
	had := make(map[string]int)
	for _, e := range w.events() {
		if e.Kind == chat.MessageCreated && e.Room == room {
			had[e.ID]++
		}
	}
	for _, list := range lists {
		for seq, m := range list {
			if had[m.ID] > 1 {
				m.Replies = nil
				list[seq] = m
			}
		}
	}
}

// plain is messages without where they were learned.
func plain(list map[uint64]*known) map[uint64]chat.Message {
	out := make(map[uint64]chat.Message, len(list))
	for seq, m := range list {
		m := m.Message
		if len(m.JSON) == 0 {
			m.JSON = []byte("null")
		}
		// Which emoji is first is not told when one who came early goes; and none is none.
		m.Reactions = append([]chat.Reaction(nil), m.Reactions...)
		slices.SortFunc(m.Reactions, func(a, b chat.Reaction) int { return strings.Compare(a.Emoji, b.Emoji) })
		out[seq] = m
	}
	return out
}
