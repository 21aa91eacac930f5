package plain

import (
	"slices"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// runs is what commands do, by their names. What they are, package slash says.
type runs map[string]func(t *talk, rest string)

var commands = []runs{roomCommands, messageCommands, peopleCommands, ownCommands}

// roomCommands are those about rooms.
var roomCommands = runs{
	"rooms":   func(t *talk, _ string) { t.listRooms() },
	"where":   func(t *talk, _ string) { t.whereNow() },
	"go":      (*talk).goTo,
	"last":    func(t *talk, _ string) { t.goLast() },
	"next":    func(t *talk, _ string) { t.next() },
	"catchup": func(t *talk, _ string) { t.catchUp() },
	"join": func(t *talk, room string) {
		askWay(t, "room:join", chat.RoomRequest{Room: room}, (*talk).into)
	},
	"list": func(t *talk, query string) {
		ask(t, "room:list", chat.RoomListRequest{Query: query}, (*talk).listed)
	},
	"create": func(t *talk, name string) {
		askWay(t, "room:create", chat.RoomCreateRequest{Name: name}, (*talk).into)
	},
	"private": func(t *talk, name string) {
		askWay(t, "room:create", chat.RoomCreateRequest{Name: name, Kind: chat.RoomPrivate}, (*talk).into)
	},
	"part": func(t *talk, _ string) {
		t.parting = t.room
		ask(t, "room:leave", chat.RoomRequest{Room: t.room}, func(*talk, chat.Done) {}) // it is told
	},
	"topic":     (*talk).topic,
	"rename":    (*talk).rename,
	"archive":   func(t *talk, _ string) { t.archive(true) },
	"unarchive": func(t *talk, _ string) { t.archive(false) },
	"mute":      func(t *talk, _ string) { t.mute() },
	"unmute":    func(t *talk, _ string) { t.unmute() },
	"notify":    (*talk).notify,
}

// messageCommands are those about what was said.
var messageCommands = runs{
	"history":  (*talk).history,
	"file":     (*talk).file,
	"older":    (*talk).older,
	"search":   (*talk).search,
	"mentions": func(t *talk, _ string) { t.mentions() },
	"threads":  func(t *talk, _ string) { t.threads() },
	"pins":     func(t *talk, _ string) { t.pins() },
	"msg":      (*talk).msg,
	"me":       func(t *talk, text string) { t.enqueue(t.room, text, chat.StyleMe) },
	"shrug":    func(t *talk, text string) { t.enqueue(t.room, strings.TrimSpace(text+" "+slash.Shrug), "") },
	"reply":    (*talk).reply,
	"thread":   (*talk).thread,
	"edit":     (*talk).edit,
	"delete":   func(t *talk, _ string) { t.erase() },
	"react":    (*talk).react,
	"pin":      func(t *talk, _ string) { t.pin() },
}

// peopleCommands are those about others.
var peopleCommands = runs{
	"members": func(t *talk, _ string) { t.who() },
	"whois":   (*talk).whois,
	"invite": func(t *talk, who string) {
		who = slash.Name(who)
		ask(t, "room:invite", chat.RoomRequest{Room: t.room, User: who}, doneRoom(who+" is in this room"))
	},
	"kick": func(t *talk, who string) {
		who = slash.Name(who)
		ask(t, "room:remove", chat.RoomRequest{Room: t.room, User: who}, done(who+" is out of this room"))
	},
	"role": (*talk).role,
	"ban": func(t *talk, rest string) {
		who, why := slash.First(rest)
		ask(t, "user:ban", chat.UserRequest{User: who, Reason: why}, doneUnless(who+" is banned already", who+" is out of the team; /unban lets them in again"))
	},
	"unban": func(t *talk, who string) {
		off := false
		who = slash.Name(who)
		ask(t, "user:ban", chat.UserRequest{User: who, On: &off}, doneUnless(who+" is not banned", who+" may come in again"))
	},
}

// ownCommands are those about oneself and the chat.
var ownCommands = runs{
	"help": (*talk).help,
	"away": func(t *talk, text string) {
		t.presentFor(chat.Away, text, "others see that you are away, ")
	},
	"dnd": func(t *talk, text string) {
		t.presentFor(chat.DoNotDisturb, text, "others see that you are not to be disturbed, ")
	},
	"back": func(t *talk, _ string) {
		ask(t, "presence", chat.PresenceRequest{State: chat.Active}, func(t *talk, _ chat.PresenceAnswer) { t.say("others see that you are back") })
	},
	"sessions":  (*talk).sessions,
	"retry":     func(t *talk, _ string) { t.again() },
	"drop":      func(t *talk, _ string) { t.drop() },
	"reconnect": func(t *talk, _ string) { t.reconnect() },
	"quit":      func(t *talk, _ string) { t.quitting = true },
}

// presentFor says that one is away or not to be disturbed, until when the text begins with that.
func (t *talk) presentFor(state chat.PresenceState, text, says string) {
	now := time.Now()
	end, rest := slash.Until(text, now)
	r := chat.PresenceRequest{State: state, Text: rest}
	if !end.IsZero() {
		r.Until = chat.ToMillis(end)
	}
	ask(t, "presence", r, func(t *talk, a chat.PresenceAnswer) { t.say(says + slash.SayEnd(text, end, a.Ends(), now)) })
}

// whereNow is where for who asks.
func (t *talk) whereNow() {
	t.where()
	if t.state == chat.Online {
		t.say("you are connected")
	}
}

// reconnect tries to connect at once, and says so; what comes of it is told.
func (t *talk) reconnect() {
	if t.state == chat.Online {
		t.say("you are connected: there was nothing to be done")
	} else {
		t.say("trying to connect now")
	}
	t.told = ""
	t.Client.Reconnect()
}

// does is what a command does.
func does(name string) func(t *talk, rest string) {
	for _, some := range commands {
		if run := some[name]; run != nil {
			return run
		}
	}
	return nil
}

// command runs a line that begins with a slash.
func (t *talk) command(line string) {
	word, rest := slash.Split(line)
	list := slash.InLines()
	c, known := slash.Called(list, word, rest)
	run, fails := does(c.Name), t.failing(c.Name)
	switch {
	case !known || run == nil:
		t.wrong("nothing was done: " + t.shell(slash.Unknown(list, word)) + " One more / before it sends it as it is.")
	case c.Alone() && rest != "":
		fails("nothing was done: /" + c.Name + " stands alone on its line. //" + c.Name + " sends it as it is.")
	case c.Wants() && rest == "":
		fails("nothing was done: /" + c.Name + " wants more: " + c.Usage())
	default:
		run(t, rest)
	}
}

// failing is how it is said that a command was not done.
func (t *talk) failing(name string) func(why string) {
	if slices.Contains(ways, name) {
		return t.stays
	}
	return t.wrong
}

// isSlip tells whether a text is a path that begins with the name of a command, and perhaps one
// without its space: it may be for somebody alone. That it was not sent is said, and how it is.
func (t *talk) isSlip(text string) bool {
	list := slash.InLines()
	called := slash.Joined(list, text)
	if called == "" {
		if called = slash.Joined(slash.OnScreen(), text); called != "" {
			t.wrong("not sent: " + t.shell(slash.Unknown(list, called)) + " One more / before it sends it as it is.")
		}
		return called != ""
	}
	c, _ := slash.Find(list, called)
	t.failing(c.Name)("not sent: /" + called + " wants a space behind it. One more / before it sends it to " + t.called(t.room) + " as it is.")
	return true
}

// help lists the commands, one to a line.
func (t *talk) help(of string) {
	if says, ok := slash.Explain(slash.InLines(), of); ok {
		t.say(says)
		return
	}
	if of != "" {
		t.wrong(t.shell(slash.Unknown(slash.InLines(), strings.TrimPrefix(of, "/"))))
		return
	}
	var b strings.Builder
	for _, c := range slash.InLines() {
		says, _ := slash.Explain(slash.InLines(), c.Name)
		b.WriteString(says + "\n")
	}
	b.WriteString("//TEXT: send a text that begins with a slash")
	t.say(b.String())
}

// shell is a sentence of ours with commands for a shell in it, which name the account where it is
// not the one that they would act as by themselves.
func (t *talk) shell(says string) string {
	if t.Account == "" {
		return says
	}
	as := " -a " + t.Account
	return strings.NewReplacer(
		"hobnob upload", "hobnob upload"+as, "hobnob send", "hobnob send"+as, "hobnob download", "hobnob download"+as,
		"hobnob logout", "hobnob logout "+t.Account,
	).Replace(says)
}
