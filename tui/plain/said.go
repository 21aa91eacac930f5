package plain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/emoji"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// other is the newest message of somebody else in this room.
func (t *talk) other() *chat.Message {
	r := t.record(t.room)
	for i := len(r.messages) - 1; i >= 0; i-- {
		if m := &r.messages[i]; m.From.ID != t.you.ID && m.Deleted == 0 {
			return m
		}
	}
	t.wrong("nothing was done: nobody else said anything here lately")
	return nil
}

// reply answers it; what it says is in the same thread.
func (t *talk) reply(text string) {
	if m := t.other(); m != nil {
		t.post(chat.Draft{Room: t.room, ReplyTo: m.ID, Thread: m.Thread}, text)
	}
}

// thread answers in the thread of the newest message of somebody else, or prints it.
func (t *talk) thread(text string) {
	m := t.other()
	if m == nil {
		return
	}
	id := m.ID
	if m.Thread != "" {
		id = m.Thread
	}
	if text != "" {
		t.post(chat.Draft{Room: t.room, Thread: id}, text)
		return
	}
	first := *m
	ask(t, "history", chat.HistoryRequest{Room: t.room, Thread: id, Limit: keep}, func(t *talk, page chat.History) {
		if !slices.ContainsFunc(page.Messages, func(m chat.Message) bool { return m.ID != id }) { // what began it is in it
			t.say("nobody has answered what " + named(first.From.Name) + " said at " + clock(&first) + " yet; /thread TEXT does")
			return
		}
		if page.More {
			t.say("there is more before this")
		}
		for i := range page.Messages {
			t.message(&page.Messages[i])
		}
	})
}

func (t *talk) react(called string) {
	one, known := emoji.Named(called)
	if !known {
		t.wrong("nothing was done: no emoji is called " + strings.Trim(one, ":") + "; for a name of your team's own write " + one)
		return
	}
	if m := t.other(); m != nil {
		ask(t, "message:react", chat.ReactRequest{MessageRef: chat.MessageRef{Room: m.Room, Seq: m.Seq}, Emoji: one}, func(*talk, chat.Done) {}) // which is told
	}
}

func (t *talk) pin() {
	if m := t.other(); m != nil {
		on := !m.Pinned
		ask(t, "message:pin", chat.PinRequest{MessageRef: chat.MessageRef{Room: m.Room, Seq: m.Seq}, On: &on}, func(*talk, chat.Done) {})
	}
}

// found prints messages that were asked for, the newest last, as everywhere.
func found(none string) func(*talk, chat.Found) {
	return func(t *talk, a chat.Found) {
		if len(a.Messages) == 0 {
			t.say(none)
			return
		}
		for i := range slices.Backward(a.Messages) {
			t.message(&a.Messages[i])
		}
		if a.More {
			t.say("there is more")
		}
	}
}

func (t *talk) mentions() {
	ask(t, "inbox", chat.InboxRequest{Limit: 2 * first}, found("nobody has mentioned you yet"))
}

// threads prints the threads one follows, the one with the newest answer last: what began
// it, and how many answers it has.
func (t *talk) threads() {
	ask(t, "thread:list", chat.ThreadsRequest{Limit: 2 * first}, func(t *talk, a chat.Threads) {
		if len(a.Threads) == 0 {
			t.say("you follow no thread yet: you do where you begin one, write in one, or are named")
			return
		}
		for i := range slices.Backward(a.Threads) {
			one := &a.Threads[i]
			t.message(&one.Message)
			r := one.Message.Replies
			if r == nil {
				continue
			}
			line := fmt.Sprintf("%d replies, the last by %s", r.Count, r.LastBy.Name)
			if r.Count == 1 {
				line = "1 reply, by " + r.LastBy.Name
			}
			if one.Unread > 0 {
				line += fmt.Sprintf("; %d unread", one.Unread)
			}
			t.say(line)
		}
		if a.More {
			t.say("there is more")
		}
	})
}

func (t *talk) pins() {
	ask(t, "pins", chat.RoomRequest{Room: t.room}, found("nothing is pinned here"))
}

// catchUp prints what is unread in all rooms.
func (t *talk) catchUp() {
	none := true
	for i := range t.rooms {
		m := t.rooms[i]
		r := t.record(m.ID)
		if m.LastSeq <= m.Read || m.Notify == chat.NotifyNone || len(r.messages) == 0 {
			continue
		}
		none = false
		n := m.LastSeq - m.Read
		t.say(fmt.Sprintf("%d unread in %s", n, t.called(m.ID)))
		if have := uint64(len(r.messages)); n > have {
			t.say(fmt.Sprintf("the first %d are not printed; /go %s and /older do", n-have, t.called(m.ID)))
		}
		t.show(r, int(min(n, keep)))
		r.new, r.mentions = 0, 0
	}
	if none {
		t.say("nothing is unread")
	}
}

// maxPages is how many pages of people are looked through for one.
const maxPages = 100

// whois says who somebody is.
func (t *talk) whois(who string) {
	who = slash.Name(who)
	client := t.Client
	t.behind(func(ctx context.Context) func(*talk) {
		lines, err := whois(ctx, client, who)
		return func(t *talk) {
			if err != nil {
				t.wrong("that was not done: " + err.Error())
				return
			}
			t.say(strings.Join(lines, "\n"))
		}
	})
}

func whois(ctx context.Context, client Client, who string) (lines []string, err error) {
	after := ""
	for range maxPages {
		var page chat.Members
		if err := client.Ask(ctx, "members", chat.MembersRequest{After: after}, &page); err != nil {
			return nil, err
		}
		for _, p := range page.Members {
			if p.ID == who || chat.FoldName(p.Name) == chat.FoldName(who) {
				line := person(&p)
				if p.Since > 0 {
					line += ", in the team since " + p.Since.Time().Format("2 January 2006")
				}
				if p.Banned {
					line += ", banned"
				}
				lines = append(lines, line)
			}
		}
		if !page.More || len(page.Members) == 0 {
			break
		}
		after = page.Members[len(page.Members)-1].ID
	}
	if len(lines) == 0 {
		return nil, errors.New("nobody in this team is called " + chat.SanitizeLine(clip(who)))
	}
	return lines, nil
}

// person is what is said of somebody in a list.
func person(p *chat.Member) string {
	line := p.Name + ", " + string(p.Role)
	if p.Presence.State != "" {
		line += ", " + string(p.Presence.State)
	}
	if p.Presence.Until != 0 {
		line += " until " + slash.SayUntil(p.Presence.Until.Time(), time.Now())
	}
	if p.Presence.Text != "" {
		line += ": " + p.Presence.Text
	}
	return line
}

// role gives somebody another role.
func (t *talk) role(rest string) {
	at := strings.LastIndexByte(rest, ' ')
	role, ok := chat.ParseRole(strings.ToLower(rest[at+1:]))
	if at < 0 || !ok {
		t.wrong("nothing was done: /role wants who, and then owner, admin, member, guest or bot")
		return
	}
	who := slash.Name(rest[:at])
	ask(t, "user:role", chat.UserRequest{User: who, Role: role}, doneUnless(who+" is "+string(role)+" already", who+" is "+string(role)+" now"))
}
