package plain

import (
	"fmt"
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// into goes to the room of an answer.
func (t *talk) into(a chat.RoomAnswer) {
	if t.member(a.Room.ID) == nil { // it is told apart from the answer, before or after
		t.rooms, t.coming = append(t.rooms, a.Room), &a.Room
	}
	t.enter(a.Room.ID)
}

// enter writes to a room from now on, and prints what was not printed of it yet.
func (t *talk) enter(id string) {
	if id != t.room {
		t.last, t.room = t.room, id
	}
	t.parting = ""
	if m := t.member(id); m != nil && t.Attended && t.Show != nil {
		t.Show(chat.Room{ID: m.ID, Name: m.Name, Kind: m.Kind, People: m.People})
	}
	r := t.record(id)
	r.new, r.mentions = 0, 0
	t.where()
	switch {
	case !t.Attended || len(r.messages) == 0:
	case r.shown == 0:
		t.begins(id, r)
	default:
		t.sayStale(r)
		t.goesOn(id, r)
	}
}

// begins prints the last messages of a room of which nothing was printed yet: those that are
// unread, or a few.
func (t *talk) begins(id string, r *record) {
	var unread uint64
	if m := t.member(id); m != nil && r.latest() > m.Read {
		unread = r.latest() - m.Read
	}
	if n := len(r.messages); unread > uint64(n) {
		t.say(fmt.Sprintf("%d more are unread; /older prints them", unread-uint64(n)))
	}
	if unread == 0 {
		unread = first
	}
	t.show(r, int(min(unread, keep)))
}

// goesOn prints what came since something of a room was printed, and after what that is.
func (t *talk) goesOn(id string, r *record) {
	at := slices.IndexFunc(r.messages, func(m chat.Message) bool { return m.Seq > r.shown })
	if at < 0 || !slices.ContainsFunc(r.messages[at:], func(m chat.Message) bool { return !r.printedAlone(m.Seq) }) {
		t.say("nothing new since what " + t.said(&r.messages[len(r.messages)-1]))
		t.show(r, 0)
		return
	}
	if between := r.messages[at].Seq - r.shown - 1; between > 0 {
		t.say(messages(between) + " came meanwhile that " + isOrAre(between) + " not printed; /older prints what was before this")
	} else if m := t.find(chat.MessageChanged{Room: id, Seq: r.shown}); m != nil {
		t.say("it goes on after what " + t.said(m))
	}
	t.show(r, len(r.messages)-at)
}

// show prints the last messages of a room that are kept, but for those that were printed as they
// came. All of them are read, and printed.
func (t *talk) show(r *record, n int) {
	if len(r.messages) == 0 {
		return
	}
	at := max(0, len(r.messages)-n)
	for i := at; i < len(r.messages); i++ {
		if m := &r.messages[i]; !r.printedAlone(m.Seq) {
			t.message(m)
		}
	}
	if at < len(r.messages) {
		r.follows(r.messages[at].Seq)
	}
	newest := &r.messages[len(r.messages)-1]
	r.shown, r.alone = max(r.shown, newest.Seq), nil
	t.read(newest.Room, newest.Seq)
}

// follows notes from where on a room is printed without a gap: /older goes on before that.
func (r *record) follows(seq uint64) {
	if r.oldest == 0 || seq > r.shown+1 {
		r.oldest = seq
	}
}

// here notes that a message of the room one reads was printed, as it came.
func (r *record) here(seq uint64) {
	r.follows(seq)
	r.shown = max(r.shown, seq)
}

// paged notes that a page was printed that was asked for: what was printed before it, and goes on
// without a gap, is not asked for again.
func (r *record) paged(oldest, newest uint64) {
	r.follows(oldest)
	r.oldest, r.shown = min(r.oldest, oldest), max(r.shown, newest)
}

// byItself notes that a message was printed while another room was read: one's own.
func (r *record) byItself(seq uint64) {
	r.alone = slices.DeleteFunc(r.alone, func(n uint64) bool { return n < r.messages[0].Seq })
	r.alone = append(r.alone, seq)
}

func (r *record) printedAlone(seq uint64) bool { return slices.Contains(r.alone, seq) }

// stale is a message that was printed, and was edited or deleted while another room was read.
type stale struct {
	changed chat.MessageChanged
	does    func(*chat.Message) (note string, lines []string)
}

// isStale notes that; what becomes of a message that was not printed yet is in it when it is.
func (r *record) isStale(c chat.MessageChanged, does func(*chat.Message) (string, []string)) {
	if c.Seq > r.shown && !r.printedAlone(c.Seq) {
		return
	}
	oldest := r.messages[0].Seq
	r.stale = slices.DeleteFunc(r.stale, func(s stale) bool { return s.changed.Seq == c.Seq || s.changed.Seq < oldest })
	r.stale = append(r.stale, stale{c, does})
}

// sayStale says what became of what was printed of a room, when one is there again.
func (t *talk) sayStale(r *record) {
	list := r.stale
	r.stale = nil
	for _, s := range list {
		if m := t.find(s.changed); m != nil {
			note, lines := s.does(m)
			t.happened(s.changed.At, s.changed.Room, s.changed.By.Name, note, lines)
		}
	}
}

// messages is how many there are.
func messages(n uint64) string {
	if n == 1 {
		return "1 message"
	}
	return fmt.Sprintf("%d messages", n)
}

func isOrAre(n uint64) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
