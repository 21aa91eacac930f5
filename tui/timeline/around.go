package timeline

import (
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// A timeline can show a place far above its newest message without all that lies
// between: it then is away, as when the newest were let go (keep.go), and what follows
// comes page by page, as older messages do.

// newer says what is below the last message while the timeline is away.
type newer uint8

const (
	newerMore    newer = iota // newer messages can be had
	newerLoading              // they were asked for
	newerFailed               // they could not be had
)

// Around replaces the messages by a page from somewhere in the room. more tells that
// there are newer ones than those of the page; h.More is of the older ones. It tells
// whether the page had any.
func (t *Timeline) Around(h chat.History, more bool) bool {
	if len(h.Messages) == 0 {
		return false
	}
	chosen := t.chosen
	t.chosen, t.found = nil, nil
	t.cut(0, t.find(floating, 0))
	clear(t.own)
	for _, m := range h.Messages {
		it := t.message(m)
		it.counted(h.Position.Offset)
		t.insert(it)
		t.told = max(t.told, m.Seq)
	}
	t.history = historyAll
	if h.More {
		t.history = historyMore
	}
	t.away, t.newer = more, newerMore
	t.lookFrom(place{i: 0})
	t.settle()
	if chosen != nil {
		t.chooseAgain(chosen)
	}
	return true
}

// Has tells whether a message is here.
func (t *Timeline) Has(seq uint64) bool { return t.messageOf(seq) != nil }

// Newest is the number of the newest message that is here, 0 if none is or newer ones
// follow that are not.
func (t *Timeline) Newest() uint64 {
	if t.away {
		return 0
	}
	return t.lastSeq()
}

// Told is the number of the newest message that was told of.
func (t *Timeline) Told() uint64 { return t.told }

// ShowFrom moves the view to the first message with a seq or a higher one, with a
// little of what is before it, and tells whether there is one.
func (t *Timeline) ShowFrom(seq uint64) bool {
	i := t.find(seq, 0)
	for i < len(t.items) && t.items[i].kind != kindMessage {
		i++
	}
	if i == len(t.items) {
		return false
	}
	p := place{i: i}
	if l := t.lay(i); t.height < l.lines+3 {
		p.row = l.lines // what it says, rather than the lines above it
	}
	t.up(&p, t.height/6)
	t.lookFrom(p)
	t.settle()
	return true
}

// ChooseAt selects a message by its number, with something of what is before it and
// after it in sight, and tells whether it is here.
func (t *Timeline) ChooseAt(seq uint64) bool {
	it := t.messageOf(seq)
	if it == nil {
		return false
	}
	p := place{i: t.index(it)}
	t.up(&p, t.height/3)
	t.lookFrom(p)
	t.settle()
	return t.choose(t.index(it))
}

// New is the number of the first message that the line above what is new stands
// above, and whether there is such a line.
func (t *Timeline) New() (seq uint64, ok bool) {
	return t.read + 1, t.marked && t.told > t.read
}

// ChooseNamed selects the nearest message that names you above the one that is
// selected, or below it, and tells whether there is one here. With none selected, those
// above are all.
func (t *Timeline) ChooseNamed(up bool) bool {
	i, by := t.index(t.chosen), 1
	if up {
		by = -1
		if i < 0 {
			i = len(t.items)
		}
	} else if i < 0 {
		return false
	}
	for i += by; i >= 0 && i < len(t.items); i += by {
		if t.items[i].kind == kindMessage && len(t.calls(t.items[i])) > 0 && t.choosable(i) {
			return t.ChooseAt(t.items[i].seq)
		}
	}
	return false
}

// Start is where a thread has something new: the ID of the message that began it, and
// the number of the first new answer.
type Start struct {
	ID  string
	Seq uint64
}

// NewThreads are the threads in which somebody else answered after a seq, as far as that
// is loaded, in the order of the first such answers.
func (t *Timeline) NewThreads(seq uint64) (list []Start) {
	known := make(map[string]bool)
	for _, it := range t.items[t.find(seq+1, 0):] {
		if id := it.thread(); t.isAnswer(it) && !known[id] {
			known[id] = true
			list = append(list, Start{id, it.seq})
		}
	}
	return list
}

// isAnswer tells whether it is an answer of somebody else in a thread.
func (t *Timeline) isAnswer(it *item) bool {
	return it.kind == kindMessage && it.thread() != "" && !it.deleted && it.author.key.id != t.you.ID
}

// Answered are answers of others in a thread: the numbers of the first and the last, 0 where there is
// none, how many they are, and how many of them name you.
type Answered struct {
	First, Last  uint64
	Count, Calls int
}

// add adds an answer below the others.
func (a *Answered) add(seq uint64, calls bool) {
	if a.Count++; a.Count == 1 {
		a.First = seq
	}
	if a.Last = seq; calls {
		a.Calls++
	}
}

// AnswersAbove are those in each thread above a seq, by its ID, as far as they are loaded.
func (t *Timeline) AnswersAbove(seq uint64) map[string]Answered {
	threads := make(map[string]Answered)
	for _, it := range t.items[t.find(seq+1, 0):] {
		if t.isAnswer(it) {
			a := threads[it.thread()]
			a.add(it.seq, len(t.calls(it)) > 0)
			threads[it.thread()] = a
		}
	}
	return threads
}

// AnswersBetween are those in a thread above one seq and up to another, as far as they are loaded.
func (t *Timeline) AnswersBetween(thread string, above, upTo uint64) (a Answered) {
	for _, it := range t.items[t.find(above+1, 0):] {
		if it.seq > upTo {
			break
		}
		if it.thread() == thread && t.isAnswer(it) {
			a.add(it.seq, len(t.calls(it)) > 0)
		}
	}
	return a
}

// Calls tells whether a message that is here names you.
func (t *Timeline) Calls(seq uint64) bool {
	it := t.messageOf(seq)
	return it != nil && len(t.calls(it)) > 0
}

// AnswerIn is the thread in which somebody else said what has a seq, "" where that is not loaded,
// is gone, or was said to the room.
func (t *Timeline) AnswerIn(seq uint64) string {
	it := t.messageOf(seq)
	if it == nil || it.deleted || it.author.key.id == t.you.ID {
		return ""
	}
	return it.thread()
}

// AllIn tells whether all that others said above one seq and up to another is loaded, and was
// said in a thread: in any, where that is "".
func (t *Timeline) AllIn(thread string, above, upTo uint64) bool {
	n := uint64(0)
	for _, it := range t.items[t.find(above+1, 0):] {
		if it.kind != kindMessage || it.seq > upTo {
			continue
		}
		if id := it.thread(); !it.deleted && it.author.key.id != t.you.ID && (id == "" || thread != "" && id != thread) {
			return false
		}
		n++
	}
	return n > 0 && n == upTo-above
}

// AskNewer tells whether newer messages are wanted because the view is near the last
// that is here, and more follow. It then counts on being told them: after is the seq
// to ask with.
func (t *Timeline) AskNewer() (after uint64, ok bool) {
	if !t.away || t.newer != newerMore || t.height == 0 || t.width == 0 {
		return 0, false
	}
	p := t.top()
	rows := -p.row
	for i := p.i; i < len(t.items); i++ {
		if rows += len(t.lay(i).rows); rows > 2*t.height {
			return 0, false
		}
	}
	t.newer, t.askedAfter, t.toldThen = newerLoading, t.lastSeq(), t.told
	return t.askedAfter, true
}

// Newer adds the page of newer messages that was asked for with after, or takes why
// there is none.
func (t *Timeline) Newer(after uint64, h chat.History, err error) {
	if !t.away || t.newer != newerLoading || after != t.askedAfter {
		return // the room was reloaded, or something else is shown, after it was asked for
	}
	t.newer = newerMore
	if err != nil {
		t.newer = newerFailed
		return
	}
	if after != t.lastSeq() {
		return // the newest of what was here were let go
	}
	t.hold(func() {
		for _, m := range h.Messages {
			if m.Seq <= after {
				continue
			}
			it := t.message(m)
			it.counted(h.Position.Offset)
			t.insert(it)
			t.told = max(t.told, m.Seq)
		}
		// What came while this was asked for was only counted.
		t.away = h.More && len(h.Messages) > 0 || t.told > max(t.toldThen, t.lastSeq())
		t.requote()
		t.trim()
	})
	t.settle()
}

// lastSeq is the seq of the last message that is here, 0 if none is.
func (t *Timeline) lastSeq() uint64 {
	for _, it := range slices.Backward(t.items) {
		if it.kind == kindMessage {
			return it.seq
		}
	}
	return 0
}
