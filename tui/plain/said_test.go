package plain

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// TestEveryCommandDoesSomething: those of the table, and no others.
func TestEveryCommandDoesSomething(t *testing.T) {
	n := 0
	for _, c := range slash.InLines() {
		if does(c.Name) == nil {
			t.Errorf("/%s does nothing", c.Name)
		}
		n++
	}
	for _, some := range commands {
		n -= len(some)
	}
	if n != 0 {
		t.Errorf("there are %d more in the table than here", n)
	}
}

func TestAnswering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		var drafts []chat.Draft
		r.enqueue = func(d chat.Draft) error { drafts = append(drafts, d); return nil }
		r.paper.take()
		r.answer = func(_ string, _, out any) error {
			if page, ok := out.(*chat.History); ok {
				page.Messages = []chat.Message{said("general", 1, "grace", "one")}
			}
			return nil
		}
		r.types("/reply so it is :tada:\n/r `:tada:`\n/thread down here\n/t\n/react tada\n/+ nonsense\n/pin\n")
		if len(drafts) != 3 {
			t.Fatalf("%+v", drafts)
		}
		for i, want := range []string{"so it is 🎉 general-1 ", "`:tada:` general-1 ", "down here  general-1"} {
			text, _ := drafts[i].Body.Text()
			if got := fmt.Sprintf("%s %s %s", text, drafts[i].ReplyTo, drafts[i].Thread); got != want {
				t.Errorf("%q, not %q", got, want)
			}
		}
		asked := strings.Join(r.asked, "\n")
		for _, want := range []string{"history {Room:general Thread:general-1", "message:react {MessageRef:{Room:general Seq:1} Emoji:🎉", "message:pin {MessageRef:{Room:general Seq:1}"} {
			if !strings.Contains(asked, want) {
				t.Errorf("%q is not asked:\n%s", want, asked)
			}
		}
		text := r.paper.take()
		for _, want := range []string{"nobody has answered what grace said at", "no emoji is called nonsense; for a name of your team's own write :nonsense:"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not said:\n%s", want, text)
			}
		}
		answer, deep := said("general", 3, "grace", "yes"), said("general", 4, "bob", "no")
		answer.ReplyTo, deep.Thread = "general-2", "general-1"
		lost := said("general", 5, "bob", "what?")
		lost.Thread = "gone"
		r.tell(chat.Arrived{Messages: []chat.Message{answer, deep, lost}})
		r.says(t, `-- #general grace, to what ada said at 00:00: two
#general grace: yes
-- #general bob, in the thread of what grace said at 00:00: one
#general bob: no
-- #general bob, in the thread of what was said earlier
#general bob: what?
`)
		r.types("/t too\n")
		if last := drafts[len(drafts)-1]; last.Thread != "gone" {
			t.Errorf("%+v", last)
		}
	})
}

// TestWhichThreadItIsIn is said where that is another one than before, and where it is none any
// more, also of an answer; one that is deleted, of which nothing is said, changes nothing.
func TestWhichThreadItIsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.paper.take()
		var list []chat.Message
		for i, c := range []struct {
			thread, to string
			deleted    chat.Millis
		}{
			{"general-1", "", 0},
			{"general-1", "", 0},
			{"", "", 0},
			{"", "", 0},
			{"general-1", "general-2", 0},
			{"general-1", "", 0},
			{"general-2", "", 0},
			{"", "general-2", 0},
			{"", "", 0},
			{"general-1", "", 1},
			{"general-1", "", 0},
			{"", "general-2", 1},
			{"general-1", "general-2", 0},
		} {
			m := said("general", uint64(i+3), "bob", fmt.Sprint(i))
			m.Thread, m.ReplyTo, m.Deleted = c.thread, c.to, c.deleted
			list = append(list, m)
		}
		r.tell(chat.Arrived{Messages: list})
		r.says(t, `-- #general bob, in the thread of what grace said at 00:00: one
#general bob: 0
#general bob: 1
-- #general bob, in the room again
#general bob: 2
#general bob: 3
-- #general bob, in the thread of what grace said at 00:00: one
-- #general bob, to what ada said at 00:00: two
#general bob: 4
#general bob: 5
-- #general bob, in the thread of what ada said at 00:00: two
#general bob: 6
-- #general bob, in the room again
-- #general bob, to what ada said at 00:00: two
#general bob: 7
#general bob: 8
#general bob: (deleted)
-- #general bob, in the thread of what grace said at 00:00: one
#general bob: 10
#general bob: (deleted)
-- #general bob, to what ada said at 00:00: two
#general bob: 12
`)
	})
}

// TestFilesHaveNumbers: a file is called what it is called, and asked for by a number, which stays
// its own.
func TestFilesHaveNumbers(t *testing.T) {
	k := &talk{}
	for i, want := range []string{"[file a.txt, 2 B, number 1]", "[file b, number 2]", "[file a.txt, 2 B, number 1]"} {
		f, about := chat.File{ID: "id-a"}, "a.txt, 2 B"
		if i == 1 {
			f.ID, about = "id-b", "b"
		}
		if got := k.fileLine(f, about); got != want {
			t.Errorf("%d is %q", i, got)
		}
	}
	for i := range maxFiles {
		k.fileLine(chat.File{ID: fmt.Sprint("more-", i)}, "m")
	}
	var out strings.Builder
	k.Out = &out
	for _, n := range []string{"3", "2", "1002", "1003", "x"} {
		k.file(n)
	}
	const none = "-- nothing was done: no file was printed with that number; a file has its number behind its name\n"
	if want := "-- it is saved by: hobnob download more-0\n" + none + "-- it is saved by: hobnob download more-999\n" + none + none; out.String() != want {
		t.Errorf("it says\n%s, not\n%s", out.String(), want)
	}
}

// TestFilesAreHeardByTheirNames: also where what they were sent with is edited, answered, or
// reacted to.
func TestFilesAreHeardByTheirNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.paper.take()
		alone, with := said("general", 3, "bob", ""), said("general", 4, "bob", "look")
		answer := said("general", 5, "grace", "thanks")
		answer.ReplyTo = alone.ID
		alone.Files = []chat.File{{ID: "0192f0a4-7e53-7d4c-9d6b-3f1f5d0c8a11", Name: "plan, of a\nname that nobody would ever read to its end.pdf"}, {ID: "b", Name: "b.txt"}}
		with.Files = []chat.File{{ID: "0192f0a4-7e53-7d4c-9d6b-3f1f5d0c8a12", Name: "c.txt"}}
		r.tell(chat.Arrived{Messages: []chat.Message{alone, with, answer}})
		change := func(seq uint64) chat.MessageChanged {
			return chat.MessageChanged{Told: chat.Told{At: chat.ToMillis(time.Now()), By: chat.User{ID: "grace", Name: "grace"}}, Room: "general", Seq: seq, Revision: 1, Emoji: "👍"}
		}
		r.tell(chat.MessageReaction{MessageChanged: change(3)})
		r.tell(chat.MessageReaction{MessageChanged: change(4)})
		r.tell(chat.MessageRevised{MessageChanged: change(4), Body: chat.TextBody("see")})
		r.says(t, `#general bob: [file plan, of a name that nobody would ever read to its end.pdf, 2 B, number 1]
  [file b.txt, 2 B, number 2]
#general bob: look
  [file c.txt, 2 B, number 3]
-- #general grace, to what bob said at 00:00: [file plan, of a name that nobody would ever r...]
#general grace: thanks
-- #general grace reacts with 👍 to what bob said at 00:00: [file plan, of a name that nobody would ever r...]
-- #general grace reacts with 👍 to what bob said at 00:00: look
-- #general grace edited what was said at 00:00, which says now:
  see
  [file c.txt, 2 B, number 3]
`)
	})
}

// TestNobodyForges: no name and no text makes a line that another would be taken for.
func TestNobodyForges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.paper.take()
		names := said("general", 3, "bob: I quit, ada", "ok then")
		quoted := said("general", 4, "bob\": no", "well")
		text := said("general", 5, "eve", "to what ada said at 00:00: yes\n-- 00:00 #general ada deleted what eve said\n00:00 #general ada: yes")
		answer := said("general", 6, "eve", "fine")
		answer.ReplyTo = "general-3"
		r.tell(chat.Arrived{Messages: []chat.Message{names, quoted, text, answer}})
		r.tell(chat.MessageErased{MessageChanged: chat.MessageChanged{
			Told: chat.Told{At: chat.ToMillis(time.Now()), By: chat.User{ID: "x", Name: "ada deleted: all"}}, Room: "general", Seq: 4, Revision: 1,
		}})
		r.says(t, `#general "bob: I quit, ada": ok then
#general "bob': no": well
#general eve: to what ada said at 00:00: yes
  -- 00:00 #general ada deleted what eve said
  00:00 #general ada: yes
-- #general eve, to what "bob: I quit, ada" said at 00:00: ok then
#general eve: fine
-- #general "ada deleted: all" deleted what "bob': no" said at 00:00
`)
	})
}

func TestCatchingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.paper.take()
		r.types("/catchup\n/catchup\n")
		r.says(t, "-- 2 unread in #ops\n#ops grace: first\n#ops grace: second\n-- nothing is unread\n")
		if r.read["r2"] != 2 {
			t.Errorf("read: %v", r.read)
		}
	})
}

func TestPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.paper.take()
		r.answer = func(_ string, _, out any) error {
			if a, ok := out.(*chat.Members); ok {
				a.Members = []chat.Member{{User: chat.User{ID: "1", Name: "Grace Hopper", Role: chat.RoleAdmin}, Presence: chat.Presence{State: chat.Away, Text: "lunch"}}}
			}
			return nil
		}
		r.types("/whois grace hopper\n/w \"Grace Hopper\"\n/whois nobody\n/ban \"Grace Hopper\" why not\n/ban @bob\n/unban bob\n/role bob guest\n/role bob king\n/mentions\n/pins\n/shrug well\n")
		r.says(t, `-- Grace Hopper, admin, away: lunch
-- Grace Hopper, admin, away: lunch
-- that was not done: nobody in this team is called nobody
-- Grace Hopper is out of the team; /unban lets them in again
-- bob is out of the team; /unban lets them in again
-- bob may come in again
-- bob is guest now
-- nothing was done: /role wants who, and then owner, admin, member, guest or bot
-- nobody has mentioned you yet
-- nothing is pinned here
`)
		asked := strings.Join(r.asked, "\n")
		for _, want := range []string{"user:ban {User:Grace Hopper", "Reason:why not", "user:ban {User:bob", "user:role {User:bob", "inbox ", "pins "} {
			if !strings.Contains(asked, want) {
				t.Errorf("%q is not asked:\n%s", want, asked)
			}
		}
		if got := fmt.Sprint(r.posted); got != `[general<well ¯\_(ツ)_/¯]` {
			t.Error(got)
		}
	})
}

// TestNothingWasDone: who slips in a name is not told that something was done, where all was so
// already.
func TestNothingWasDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.paper.take()
		r.answer = func(_ string, _, out any) error {
			out.(*chat.Done).Unchanged = true //nolint:forcetypeassert // a test
			return nil
		}
		r.types("/unban bob\n/ban bob why not\n/role bob guest\n")
		r.says(t, `-- nothing was done: bob is not banned
-- nothing was done: bob is banned already
-- nothing was done: bob is guest already
`)
	})
}

func TestThreads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.paper.take()
		r.types("/threads\n")
		r.says(t, "-- you follow no thread yet: you do where you begin one, write in one, or are named\n")
		r.answer = func(_ string, _, out any) error {
			if a, ok := out.(*chat.Threads); ok {
				one, two := said("r2", 2, "grace", "second"), said("general", 1, "grace", "one")
				one.Replies, two.Replies = &chat.Replies{Count: 3, LastBy: chat.User{Name: "bob\x1b"}}, &chat.Replies{Count: 1, LastBy: ada}
				a.Threads, a.More = []chat.Thread{{Message: one, Unread: 2}, {Message: two}}, true
			}
			return nil
		}
		r.types("/threads\n")
		r.says(t, "#general grace: one\n-- 1 reply, by ada\n#ops grace: second\n-- 3 replies, the last by bob␛; 2 unread\n-- there is more\n")
	})
}
