package plain

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// askTime is how long a request may take before one is told.
const askTime = 15 * time.Second

// behind has work done outside of Run's goroutine, and what it returns afterwards in
// it. No line is taken meanwhile, so that what is typed after a command comes after it.
func (t *talk) behind(work func(ctx context.Context) func(*talk)) {
	t.asking = true
	t.work.Go(func() {
		ctx, cancel := context.WithTimeout(t.ctx, askTime)
		defer cancel()
		t.answers <- work(ctx)
	})
}

// ask makes a request of the server, and hands what came of it to then.
func ask[A any](t *talk, request string, arg any, then func(*talk, A)) {
	askOr(t, request, arg, then, (*talk).wrong)
}

// askWay is ask for what leads to another room.
func askWay(t *talk, request string, arg any, then func(*talk, chat.RoomAnswer)) {
	askOr(t, request, arg, then, (*talk).stays)
}

func askOr[A any](t *talk, request string, arg any, then func(*talk, A), fails func(t *talk, why string)) {
	client := t.Client
	t.behind(func(ctx context.Context) func(*talk) {
		var out A
		err := client.Ask(ctx, request, arg, &out)
		return func(t *talk) {
			if err != nil {
				fails(t, "that was not done: "+err.Error())
				return
			}
			then(t, out)
		}
	})
}

func done(text string) func(*talk, chat.Done) { return func(t *talk, _ chat.Done) { t.say(text) } }

// doneUnless is done, and says otherwise where all was so already: who slips in a name is not told
// that something was done.
func doneUnless(already, text string) func(*talk, chat.Done) {
	return func(t *talk, d chat.Done) {
		if d.Unchanged {
			text = "nothing was done: " + already
		}
		t.say(text)
	}
}

func doneRoom(text string) func(*talk, chat.RoomAnswer) {
	return func(t *talk, a chat.RoomAnswer) { t.learn(a); t.say(text) }
}

// people is how many there are.
func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

// where says which room a line goes to, and where there is no connection that it does later.
func (t *talk) where() {
	say := "you write to " + t.called(t.room)
	if m := t.member(t.room); m != nil {
		if m.Kind != chat.RoomDirect {
			say += ", " + people(m.Members)
		}
		if m.Topic != "" {
			say += ": " + m.Topic
		}
		if m.Archived {
			say = strings.Replace(say, "you write to", "you are in", 1) + "\nit is archived: it can be read, and not written to"
		}
	}
	if t.state != chat.Online {
		say += "\nthere is no connection; what you write is kept, and sent later"
	}
	t.say(say)
}

// findRoom looks for a room the user is in by what it is called.
func (t *talk) findRoom(called string) string {
	wanted := chat.FoldName(strings.TrimLeft(called, "#@*"))
	for i := range t.rooms {
		if chat.FoldName(strings.TrimLeft(t.called(t.rooms[i].ID), "#@")) == wanted {
			return t.rooms[i].ID
		}
	}
	return ""
}

func (t *talk) goTo(called string) {
	if id := t.findRoom(called); id != "" {
		t.enter(id)
		return
	}
	if who, ok := strings.CutPrefix(called, "@"); ok {
		askWay(t, "dm", chat.RoomRequest{User: who}, (*talk).into)
		return
	}
	t.stays("you are in no room called " + called + "; /list says which you may join")
}

func (t *talk) goLast() {
	if t.last == "" || t.member(t.last) == nil {
		t.stays("you were in no other room yet")
		return
	}
	t.enter(t.last)
}

// next goes to a room with something unread, those first where the user is mentioned.
func (t *talk) next() {
	best := -1
	for i := range t.rooms {
		m := &t.rooms[i]
		if m.ID == t.room || m.LastSeq <= m.Read || m.Notify == chat.NotifyNone {
			continue
		}
		if best < 0 || m.Mentions > 0 && t.rooms[best].Mentions == 0 {
			best = i
		}
	}
	if best < 0 {
		t.stays("nothing is unread")
		return
	}
	t.enter(t.rooms[best].ID)
}

// most is how many lines an answer has.
const most = 60

func (t *talk) sayList(lines []string, none string) {
	switch {
	case len(lines) == 0:
		lines = []string{none}
	case len(lines) > most:
		lines = append(lines[:most:most], fmt.Sprintf("and %d more", len(lines)-most))
	}
	t.say(strings.Join(lines, "\n"))
}

func (t *talk) listRooms() {
	var lines []string
	list := slices.Clone(t.rooms)
	slices.SortStableFunc(list, func(a, b chat.Membership) int { return cmp.Compare(t.called(a.ID), t.called(b.ID)) })
	for _, m := range list {
		line := t.called(m.ID)
		if m.LastSeq > m.Read {
			line += fmt.Sprintf(", %d unread", m.LastSeq-m.Read)
		}
		if m.Mentions > 0 {
			line += fmt.Sprintf(", %d of them mention you", m.Mentions)
		}
		if m.Notify == chat.NotifyNone {
			line += ", muted"
		}
		if m.Archived {
			line += ", archived"
		}
		if m.ID == t.room {
			line += ", where you write"
		}
		lines = append(lines, line)
	}
	t.sayList(lines, "it is not known yet which rooms you are in")
}

func (t *talk) who() {
	ask(t, "members", chat.MembersRequest{Room: t.room}, func(t *talk, a chat.Members) {
		lines := []string{fmt.Sprintf("%d in %s:", len(a.Members), t.called(t.room))}
		for i := range a.Members {
			lines = append(lines, person(&a.Members[i]))
		}
		t.sayList(lines, "")
	})
}

func (t *talk) listed(a chat.RoomList) {
	var lines []string
	for i := range a.Rooms {
		m := &a.Rooms[i]
		if m.Joined || m.Kind != chat.RoomPublic {
			continue
		}
		line := fmt.Sprintf("#%s, %s", m.Name, people(m.Members))
		if m.Topic != "" {
			line += ": " + m.Topic
		}
		lines = append(lines, line)
	}
	t.sayList(lines, "there is no other room to join; /create makes one")
}

// number reads how many are wanted.
func (t *talk) number(rest string) (int, bool) {
	if rest == "" {
		return 2 * first, true
	}
	n, err := strconv.Atoi(rest)
	if err != nil || n < 1 {
		t.wrong("nothing was done: " + rest + " is no number of messages")
		return 0, false
	}
	return min(n, keep), true
}

func (t *talk) history(rest string) {
	if n, ok := t.number(rest); ok {
		t.page(t.record(t.room).latest()+1, n)
	}
}

func (t *talk) older(rest string) {
	r := t.record(t.room)
	before := r.oldest
	if before == 0 {
		before = max(1, r.latest()+1-min(r.latest(), first))
	}
	if n, ok := t.number(rest); ok {
		t.page(before, n)
	}
}

// page prints n messages below a number.
func (t *talk) page(before uint64, n int) {
	room, client := t.room, t.Client
	if t.limits.History > 0 {
		n = min(n, t.limits.History)
	}
	t.behind(func(ctx context.Context) func(*talk) {
		page, err := client.Older(ctx, room, before, n)
		return func(t *talk) {
			switch {
			case err != nil:
				t.wrong("that was not done: " + err.Error())
				return
			case len(page.Messages) == 0:
				t.say("nothing was said before")
				return
			}
			t.record(room).paged(page.Messages[0].Seq, page.Messages[len(page.Messages)-1].Seq)
			for i := range page.Messages {
				t.message(&page.Messages[i])
			}
			if !page.More {
				t.say("that is from the beginning of the room")
			}
		}
	})
}

func (t *talk) search(query string) {
	ask(t, "search", chat.SearchRequest{Query: chat.Unfinished(query), Limit: 2 * first}, found("nothing was found"))
}
