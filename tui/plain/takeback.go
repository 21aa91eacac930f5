package plain

import (
	"context"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// unsent has the user's drafts that no message is known of yet, oldest first, and those of them
// that the client was asked to take back.
type unsent struct {
	drafts []chat.Draft
	taking map[string]chat.DraftChanged // with what was told of them since
	taken  map[string]bool              // those that were, until the client tells that they failed
}

func (u *unsent) add(d chat.Draft) {
	if !slices.ContainsFunc(u.drafts, func(o chat.Draft) bool { return o.ID == d.ID }) {
		u.drafts = append(u.drafts, d)
	}
}

func (u *unsent) remove(id string) {
	u.drafts = slices.DeleteFunc(u.drafts, func(d chat.Draft) bool { return d.ID == id })
}

// newest is the newest in a room, or with "" in any.
func (u *unsent) newest(room string) (chat.Draft, bool) {
	for _, d := range slices.Backward(u.drafts) {
		if room == "" || d.Room == room {
			return d, true
		}
	}
	return chat.Draft{}, false
}

// takeBack has a draft taken back that is not sent yet, and another text sent in its place where
// there is one. What it said is printed: a line cannot be given back to who typed it.
func (t *talk) takeBack(d chat.Draft, instead string) {
	client := t.Client
	t.unsent.taking[d.ID] = chat.DraftChanged{}
	t.behind(func(ctx context.Context) func(*talk) {
		err := client.TakeBack(ctx, d.ID)
		return func(t *talk) { t.tookBack(d, instead, err) }
	})
}

func (t *talk) tookBack(d chat.Draft, instead string, err error) {
	told := t.unsent.taking[d.ID]
	delete(t.unsent.taking, d.ID)
	if err != nil {
		t.wrong("that was not done: " + err.Error())
		if told.State == chat.DraftFailed {
			t.draft(told)
		}
		return
	}
	if told.State != chat.DraftFailed {
		t.unsent.taken[d.ID] = true
	}
	t.unsent.remove(d.ID)
	t.gone(d.ID)
	t.whole("taken back, and not sent to "+t.called(d.Room), d)
	if len(d.Extra.Files) > 0 { // which no line has
		t.failed = append(t.failed, d)
		t.say("/retry sends it with its files, /drop forgets it")
		return
	}
	if instead != "" && !t.post(chat.Draft{Room: d.Room, Thread: d.Thread, ReplyTo: d.ReplyTo, Extra: d.Extra}, instead) {
		t.failed = append(t.failed, d)
		t.say("what was taken back is kept: /retry sends it, /drop forgets it")
		return
	}
	if err := t.Client.Drop(d.ID); err != nil {
		t.wrong("that was not done: " + err.Error())
	}
}

// whole says something of a draft that is kept nowhere from then on, and all that it says, two spaces
// further in: what is printed is all that is left of it.
func (t *talk) whole(says string, d chat.Draft) {
	text, _ := d.Body.Text()
	var b strings.Builder
	mark := t.marks()
	b.WriteString("-- " + mark(chat.SanitizeLine(clip(says)), false) + ":\n")
	for line := range strings.SplitSeq(chat.Sanitize(text), "\n") {
		b.WriteString("  " + mark(line, true) + "\n")
	}
	t.print(b.String())
}
