package plain

import (
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/emoji"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// msg goes to the direct room with somebody, and says something there.
func (t *talk) msg(rest string) {
	people, text := slash.People(rest)
	with := chat.RoomRequest{Users: people}
	switch len(people) {
	case 0:
		t.wrong("nothing was done: /msg wants somebody: /msg WHO [TEXT], or several with commas between them")
		return
	case 1:
		with = chat.RoomRequest{User: people[0]}
	}
	askWay(t, "dm", with, func(t *talk, a chat.RoomAnswer) {
		t.into(a)
		if text != "" {
			t.enqueue(a.Room.ID, text, "")
		}
	})
}

// own is the user's newest message in this room.
func (t *talk) own() *chat.Message {
	r := t.record(t.room)
	for i := len(r.messages) - 1; i >= 0; i-- {
		if m := &r.messages[i]; m.From.ID == t.you.ID && m.Deleted == 0 {
			return m
		}
	}
	t.wrong("nothing was done: you said nothing here lately")
	return nil
}

func (t *talk) edit(text string) {
	if d, ok := t.unsent.newest(t.room); ok {
		t.takeBack(d, text)
		return
	}
	if m := t.own(); m != nil {
		revision := m.Revision
		about := chat.EditRequest{MessageRef: chat.MessageRef{Room: m.Room, Seq: m.Seq}, Revision: &revision}
		ask(t, "message:edit", chat.Args{chat.TextBody(chat.Sanitize(emoji.Spell(text))).JSON, about}, func(*talk, chat.Edited) {}) // which is told
	}
}

func (t *talk) erase() {
	if d, ok := t.unsent.newest(t.room); ok {
		t.takeBack(d, "")
		return
	}
	if m := t.own(); m != nil {
		ask(t, "message:delete", chat.MessageRef{Room: m.Room, Seq: m.Seq}, func(*talk, chat.Done) {})
	}
}

func (t *talk) topic(text string) {
	if text == "" {
		t.where()
		return
	}
	done := "the topic is: " + text
	if text == "-" {
		text, done = "", "there is no topic now"
	}
	ask(t, "room:topic", chat.RoomChangeRequest{Room: t.room, Topic: &text}, doneRoom(done))
}

func (t *talk) rename(to string) {
	ask(t, "room:rename", chat.RoomChangeRequest{Room: t.room, Name: &to}, func(t *talk, a chat.RoomAnswer) {
		t.learn(a)
		t.say("this room is called #" + chat.SanitizeLine(a.Room.Name) + " now; what it was called leads here, too")
	})
}

func (t *talk) archive(on bool) {
	done := "this room is written in again"
	if on {
		done = "this room is archived: it can be read and searched, and /unarchive opens it again"
	}
	ask(t, "room:set", chat.RoomChangeRequest{Room: t.room, Archived: &on}, doneRoom(done))
}

func (t *talk) mute() {
	if m := t.member(t.room); m != nil && m.Notify == chat.NotifyNone {
		t.unmute()
		return
	}
	t.notify(string(chat.NotifyNone))
}

func (t *talk) unmute() {
	if m := t.member(t.room); m != nil && m.Notify != chat.NotifyNone {
		t.wrong("nothing was done: this room is not muted")
		return
	}
	level := chat.NotifyAll
	if was := t.muted[t.room]; was != "" {
		level = was
	}
	t.notify(string(level))
}

// rememberLevel keeps what was wanted of a room that is muted now.
func (t *talk) rememberLevel(now *chat.Membership) {
	if now.Notify != chat.NotifyNone {
		delete(t.muted, now.ID)
	} else if was := t.member(now.ID); was != nil && was.Notify != chat.NotifyNone {
		t.muted[now.ID] = was.Notify
	}
}

func (t *talk) notify(level string) {
	text := map[chat.Notify]string{
		chat.NotifyAll:      "you are told of all that is new in this room",
		chat.NotifyMentions: "you are told of mentions in this room alone",
		chat.NotifyNone:     "you are told nothing of this room; /unmute takes that back",
	}
	if r := t.member(t.room); level == "" && r != nil {
		t.say(text[r.Notify] + " · /notify all, mentions or none sets it")
		return
	}
	says, ok := text[chat.Notify(level)]
	if !ok {
		t.wrong("nothing was done: /notify takes all, mentions or none")
		return
	}
	ask(t, "notify", chat.NotifyRequest{Room: t.room, Level: chat.Notify(level)}, done(says))
}

// again sends all that was refused once more.
func (t *talk) again() {
	t.refused(t.resend, "is tried again")
}

// drop forgets what was refused; where nothing was, it takes back what was written last and is not
// sent yet.
func (t *talk) drop() {
	if d, ok := t.unsent.newest(""); ok && len(t.failed) == 0 {
		t.takeBack(d, "")
		return
	}
	t.refused(t.forget, "is forgotten")
}

// refused does something to all drafts that were refused.
func (t *talk) refused(do func(d chat.Draft) error, what string) {
	list := t.failed
	t.failed = nil
	if len(list) == 0 {
		t.say("nothing was refused")
	}
	for _, d := range list {
		text, _ := d.Body.Text()
		if err := do(d); err != nil {
			t.failed = append(t.failed, d)
			t.wrong("that was not done: " + err.Error())
			continue
		}
		t.say("it " + what + ": " + text)
	}
}
