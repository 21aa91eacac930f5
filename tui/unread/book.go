package unread

import (
	"maps"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// Book is what is unread in the rooms of a team. The zero value has nothing unread but what the
// markers say.
type Book struct {
	deleted map[string][]uint64           // messages that are deleted, by their rooms, in order
	follows map[Thread]uint64             // threads that the user follows, and the newest unread answer in each that was told
	unseen  map[string]map[string]Answers // by room and thread
	held    map[string]hold               // rooms that were made unread
}

// Loaded is what is loaded of a room, as its timeline knows it.
type Loaded interface {
	Has(seq uint64) bool
	Calls(seq uint64) bool
	AnswerIn(seq uint64) string
	AnswersAbove(seq uint64) map[string]timeline.Answered
	AnswersBetween(thread string, above, upTo uint64) timeline.Answered
}

var _ Loaded = (*timeline.Timeline)(nil)

// Calling is how many messages of a room that were not read are for the user: those that name
// them, and of a direct room all of which they want to be told. Answers in threads that the
// marker has passed and that were on no screen are among them.
func (b *Book) Calling(r *chat.Membership) int {
	n, all := r.Mentions, allForYou(r)
	if all {
		n = max(b.Of(r), n)
	}
	for _, u := range b.unseen[r.ID] {
		switch {
		case u.From > r.Read: // those are counted above
		case all:
			n += u.Count
		default:
			n += u.Calls
		}
	}
	return n
}

// allForYou tells whether all that is said in a room is for the user: in direct ones, where they
// want to be told of it.
func allForYou(r *chat.Membership) bool {
	return r.Kind == chat.RoomDirect && r.Notify == chat.NotifyAll
}

// Fresh tells whether a room has something to be gone to: what is unread, and answers that were
// not seen. Of a muted room that is what is for the user, as its row says.
func (b *Book) Fresh(r *chat.Membership) bool {
	if r.Notify == chat.NotifyNone {
		return b.Calling(r) > 0
	}
	_, answers := b.First(r.ID)
	return answers || b.Of(r) > 0
}

// Wants tells whether what is above the marker of a room is to be gone to: of a muted one, where it
// names the user.
func (b *Book) Wants(r *chat.Membership) bool {
	return b.Of(r) > 0 && (r.Notify != chat.NotifyNone || r.Mentions > 0)
}

// WantsAnswers is First of what is to be gone to: of a muted room, where it names the user.
func (b *Book) WantsAnswers(r *chat.Membership) (t Thread, ok bool) {
	t, ok = b.First(r.ID)
	return t, ok && (r.Notify != chat.NotifyNone || b.Answers(t).Calls > 0)
}

// IsNew tells whether a message was not read: it stands above the marker of its room, or is an
// answer that this passed unseen.
func (b *Book) IsNew(r *chat.Membership, thread string, seq uint64) bool {
	u := b.Answers(Thread{r.ID, thread})
	return seq > r.Read || u.Count > 0 && seq >= u.From
}

// Keep forgets all rooms but those of a list of IDs. Which threads of the others are followed stays.
func (b *Book) Keep(rooms map[string]bool) {
	maps.DeleteFunc(b.unseen, func(id string, _ map[string]Answers) bool { return !rooms[id] })
	maps.DeleteFunc(b.deleted, func(id string, _ []uint64) bool { return !rooms[id] })
	maps.DeleteFunc(b.held, func(id string, _ hold) bool { return !rooms[id] })
}
