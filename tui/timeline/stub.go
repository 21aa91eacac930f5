package timeline

import (
	"maps"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Answers that were given in a thread are read there. In their room one row says that
// they came, for as many as stand together; where they stand directly below the
// message that began the thread, or near it and there is nothing new in them, it says so already. Of one's own that waits it does not.

// maxRun is how many answers a row stands for at most: with more of them a screen full of
// such rows would be slow to draw.
const maxRun = 100

// near is how many items stand between a message that began a thread and answers of it for which
// it says that they came: of so many the first is most likely on the screen as well.
const near = 3

// collapses tells whether an item is an answer that is read in its thread.
func (t *Timeline) collapses(it *item) bool {
	if t.thread != "" || it.thread() == "" || it.kind == kindNotice {
		return false
	}
	return it.kind == kindMessage || it.draft.state != chat.DraftFailed // who has to do something sees it
}

// waits tells whether an item is a draft that waits for a connection. What is said of its thread counts
// what is stored, and not this: it has a row, also where what is stored needs none.
func waits(it *item) bool { return it.kind == kindDraft && it.draft.state == chat.DraftWaiting }

// joins tells whether one row stands for an answer and for the item below it.
func (t *Timeline) joins(it, below *item) bool {
	return !endsRun(it) && t.collapses(it) && t.collapses(below) && it.thread() == below.thread() && waits(it) == waits(below)
}

// run is how many answers to a thread item i stands for.
func (t *Timeline) run(i int) int {
	it := t.items[i]
	if !t.collapses(it) {
		return 0
	}
	if i+1 < len(t.items) && t.joins(it, t.items[i+1]) {
		return hidden
	}
	n := 1
	for i--; i >= 0 && t.joins(t.items[i], t.items[i+1]); i-- {
		n++
	}
	if it != t.chosen && !waits(it) && t.saidNear(i, it.thread(), t.news(it)) { // what is selected must not go meanwhile
		return hidden
	}
	return n
}

// saidNear tells whether the message that began a thread is item i, or not far above it, and says
// that there are answers. Of news it has to be right there.
func (t *Timeline) saidNear(i int, thread string, news bool) bool {
	for between := 0; i >= 0; i-- {
		switch above := t.items[i]; {
		case above.id == thread && above.kind == kindMessage:
			return between == 0 || above.extra != nil && above.extra.replies != nil && above.extra.replies.Count > 0
		case above.thread() == thread && !endsRun(above):
		case above.thread() == thread, news, between == near:
			return false
		default:
			between++
		}
	}
	return false
}

// news tells whether an answer is new, or its thread was not looked at since.
func (t *Timeline) news(it *item) bool {
	if it.kind != kindMessage {
		return false
	}
	u, unseen := t.unseenIn[it.thread()]
	return unseen && it.seq >= u.From || t.marked && it.seq > t.read
}

// endsRun tells whether a row ends with this answer, whatever follows.
func endsRun(it *item) bool { return it.kind == kindMessage && it.seq%maxRun == 0 }

// Unseen are the answers in a thread that were on no screen: the number of the first, and whether
// one names you.
type Unseen struct {
	From  uint64
	Calls bool
}

// SetUnseen says in which threads there are some, by the IDs of the messages that began them: what
// says of a thread that it is there is bold then. It takes the map.
func (t *Timeline) SetUnseen(threads map[string]Unseen) {
	if !maps.Equal(threads, t.unseenIn) {
		t.hold(func() {
			t.unseenIn = threads
			t.restyle()
		})
	}
}

// callsMark is said of a thread where one of the answers names you.
const callsMark = "@you"

// threadChip says of a thread, below the message that began it, how many answers it has.
func (t *Timeline) threadChip(it *item, r *chat.Replies) chip {
	who, ink, stub := displayName(r.LastBy), t.theme.Dim, "↳ "
	u, unseen := t.unseenIn[it.id]
	if unseen || t.newSince(r.Last) && r.LastBy.ID != t.you.ID {
		ink = t.theme.Accent.Bold(true)
	}
	if u.Calls {
		stub += callsMark + " "
	}
	if t.writes(it) {
		stub += writesMark + " "
	}
	return chip{stub + replies(r.Count) + ", last by " + t.theme.Truncate(who, maxName, "…") + " " + t.when(r.Last.Time()), ink, ""}
}

// callsIn tells whether one of the n answers that end with an item names you.
func (t *Timeline) callsIn(it *item, n int) bool {
	for i := t.index(it); i >= 0 && n > 0; i, n = i-1, n-1 {
		if t.items[i].author.key.id != t.you.ID && len(t.calls(t.items[i])) > 0 {
			return true
		}
	}
	return false
}

// answeredBefore tells whether the thread has an answer above the n that end with an item. It is
// looked for as far back as the message that began it is (byID).
func (t *Timeline) answeredBefore(it *item, n int) bool {
	last := t.index(it) - n
	for i := last; i >= 0 && i > last-idReach; i-- {
		switch above := t.items[i]; {
		case above.kind != kindMessage:
		case above.id == it.thread():
			return false
		case above.thread() == it.thread() && !above.deleted:
			return true
		}
	}
	return false
}

// inThread draws the row that says that answers came in a thread.
func (t *Timeline) inThread(it *item, n int) string {
	what, more := "a reply", t.answeredBefore(it, n) // the thread has others, and counts them
	switch {
	case n > 1 && more:
		what = thousands(n) + " more replies"
	case n > 1:
		what = replies(n)
	case more:
		what = "another reply"
	}
	about := "in a thread"
	if root := t.byID(it.thread()); root != nil {
		about = "to " + root.author.name + ": " + t.oneLine(root)
		if root.author.key.id == it.author.key.id {
			about = "in their own thread: " + t.oneLine(root)
		}
	}
	if t.writes(it) {
		what = writesMark + " " + what
	}
	s := what + " by " + it.author.name + " " + about
	if n > 1 {
		s = what + ", last by " + it.author.name + ", " + about
	}
	if t.callsIn(it, n) {
		s = callsMark + " " + s
	}
	ink := t.theme.Dim
	if u, unseen := t.unseenIn[it.thread()]; unseen && it.seq >= u.From {
		ink = t.theme.Accent.Bold(true)
	}
	c := t.columns
	if !waits(it) {
		return blank(c.text) + ink.Render(t.theme.Truncate("↳ "+s, c.width, "…"))
	}
	marks := draftMarks(chat.DraftWaiting)
	s = t.theme.Truncate("↳ "+s, max(c.width-len(" ")-t.theme.Measure.StringWidth(marks[len(marks)-1]), 1), "…")
	return blank(c.text) + ink.Render(s) + t.mark(c.text+t.theme.Measure.StringWidth(s), marks)
}

// seenAbove is the item that item i follows on the screen, nil where something else stands there: a row
// for answers, a notice, or a line that divides. Answers that have no row part nothing.
func (t *Timeline) seenAbove(i int) *item {
	for i--; i >= 0 && t.collapses(t.items[i]); i-- {
		if t.run(i) != hidden || t.fresh(i) || t.newDay(t.items[i], t.spoken(i)) {
			return nil
		}
	}
	if i < 0 || t.items[i].kind == kindNotice {
		return nil
	}
	return t.items[i]
}
