package plain

import (
	"context"
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// unsent has the user's drafts that no message is known of yet, oldest first, and those of them
// that the client was asked to take back.
type unsent struct {
	drafts []chat.Draft
	taking map[string]chat.DraftChanged // with what was told of them since
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
	if err != nil {
		told := t.unsent.taking[d.ID]
		delete(t.unsent.taking, d.ID)
		t.wrong("that was not done: " + err.Error())
		if told.State == chat.DraftFailed {
			t.draft(told)
		}
		return
	}
	t.unsent.remove(d.ID)
	t.gone(d.ID)
	text, _ := d.Body.Text()
	says := "taken back, and not sent to " + t.called(d.Room) + ": " + text
	if len(d.Extra.Files) > 0 { // which no line has
		t.failed = append(t.failed, d)
		t.say(says + "\n/retry sends it with its files, /drop forgets it")
		return
	}
	t.say(says)
	if instead != "" {
		t.post(chat.Draft{Room: d.Room, Thread: d.Thread, ReplyTo: d.ReplyTo, Extra: d.Extra}, instead)
	}
	if err := t.Client.Drop(d.ID); err != nil {
		t.wrong("that was not done: " + err.Error())
	}
}
