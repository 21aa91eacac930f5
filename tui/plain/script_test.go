package plain

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// A script's lines wait for the connection, and after the last it ends when all is
// stored and printed.
func TestScriptEndsWhenAllIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, false)
		go func() { _, _ = io.WriteString(r.keys, "hello\nwaves"); _ = r.keys.Close() }()
		synctest.Wait()
		if len(r.posted) != 0 {
			t.Error("sent before there was a connection")
		}
		var drafts []chat.Draft
		r.enqueue = func(d chat.Draft) error { drafts = append(drafts, d); return nil }
		r.tell(chat.Identified{You: ada, Rooms: rooms()})
		r.tell(chat.Reloaded{Room: "general", Messages: []chat.Message{said("general", 1, "grace", "old")}})
		r.tell(chat.Connection{State: chat.Online})
		if len(drafts) != 2 {
			t.Fatal(drafts)
		}
		var came []chat.Message
		for i, d := range drafts {
			time.Sleep(DefaultPatience - time.Second) // slowly, but it goes on
			synctest.Wait()
			m := said("general", uint64(2+i), "ada", "")
			m.ID, m.Body = d.ID, d.Body
			r.tell(chat.DraftChanged{Draft: d, State: chat.DraftSent, Seq: m.Seq})
			r.tell(chat.Arrived{Messages: []chat.Message{m}})
			came = append(came, m)
		}
		if err := <-r.ended; err != nil || len(came) != 2 {
			t.Error(err)
		}
		r.says(t, "-- hobnob: acme, http://x\n-- connected\n"+day+"#general ada: hello\n#general ada: waves\n")
		if len(r.read) != 0 {
			t.Error("a script reads nothing:", r.read)
		}
	})
}

func TestScriptFails(t *testing.T) {
	for name, c := range map[string]struct {
		tell []chat.Update
		want error
	}{
		"nobody there": {[]chat.Update{chat.Connection{State: chat.Waiting, Reason: "nothing answers"}}, ErrUnreachable},
		"refused":      {[]chat.Update{chat.Connection{State: chat.Refused, Reason: "it has ended"}}, ErrRefused},
		"not taken":    {[]chat.Update{chat.Connection{State: chat.Online}}, ErrUnsent},
		"gone":         {[]chat.Update{chat.Connection{State: chat.Online}, chat.Connection{State: chat.Waiting, Reason: "gone"}}, ErrUnreachable},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := start(t, false)
			go func() { _, _ = io.WriteString(r.keys, "hello\n"); _ = r.keys.Close() }()
			for _, u := range c.tell {
				r.tell(u)
			}
			if err := <-r.ended; !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// A message that was refused, and a command that failed, are said in the code a script
// ends with.
func TestScriptHearsOfFaults(t *testing.T) {
	for line, want := range map[string]error{"/nosuch\n": ErrCommand, "/go nowhere\n": ErrCommand, strings.Repeat("x", 300) + "\n": ErrCommand} {
		synctest.Test(t, func(t *testing.T) {
			r := met(t, false)
			go func() { _, _ = io.WriteString(r.keys, line); _ = r.keys.Close() }()
			if err := <-r.ended; !errors.Is(err, want) {
				t.Errorf("%.20q: %v", line, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		r := met(t, false)
		r.enqueue = func(d chat.Draft) error {
			go func() {
				r.updates <- chat.DraftChanged{Draft: d, State: chat.DraftFailed, Err: errors.New("you are muted")}
			}()
			return nil
		}
		go func() { _, _ = io.WriteString(r.keys, "hello\n"); _ = r.keys.Close() }()
		if err := <-r.ended; !errors.Is(err, ErrUnsent) || !strings.Contains(err.Error(), "you are muted") {
			t.Error(err)
		}
		if text := r.paper.take(); !strings.Contains(text, "-- not sent to #general: you are muted\n-- it was: hello\n") {
			t.Error(text)
		}
	})
}

// A script whose command did not lead to another room ends there: what follows was written
// for that one. What stands before it is sent.
func TestScriptEndsWhereItWentWrong(t *testing.T) {
	refused := func(request string, _, _ any) error {
		if request == "dm" || request == "room:join" {
			return errors.New("nobody is called so")
		}
		return nil
	}
	for _, c := range []struct{ text, why string }{
		{"hello\n/go nosuchroom\nfor nosuchroom alone\n/quit\n", "line 2: you are in no room called nosuchroom"},
		{"hello\n/go @nobody\nfor nobody alone\n", "line 2: that was not done: nobody is called so"},
		{"hello\n/msg nobody\nfor nobody alone\n", "line 2: that was not done: nobody is called so"},
		{"hello\n\n/join nosuchroom\nfor nosuchroom alone\n", "line 3: that was not done: nobody is called so"},
		{"hello\n/go\nfor another alone\n", "line 2: nothing was done: /go wants more"},
		{"hello\n/last room\nfor another alone\n", "line 2: nothing was done: /last stands alone"},
		{"hello\n/last\nfor another alone\n", "line 2: you were in no other room yet"},
		{"hello\n/msg/bob hi\nfor bob alone\n", "line 2: not sent: /msg wants a space behind it."},
		{"hello\n/next\n/next\nfor another alone\n", "line 3: nothing is unread"},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := met(t, false)
			r.answer = refused
			r.enqueue = func(d chat.Draft) error {
				go func() { r.updates <- chat.DraftChanged{Draft: d, State: chat.DraftSent} }()
				return nil
			}
			go func() { _, _ = io.WriteString(r.keys, c.text); _ = r.keys.Close() }()
			err := <-r.ended
			if !errors.Is(err, ErrCommand) || !strings.Contains(err.Error(), c.why) || !strings.HasSuffix(err.Error(), "; no line after that was sent") {
				t.Errorf("%q: %v", c.text, err)
			}
			if got := fmt.Sprint(r.posted); got != "[general<hello]" {
				t.Errorf("%q: sent %s", c.text, got)
			}
		})
	}
}

// TestSlipsEndAScript that were to lead to another room, those that docs/screen.md names; after others it
// goes on, and fails at its end.
func TestSlipsEndAScript(t *testing.T) {
	manual, err := os.ReadFile("../../docs/screen.md")
	if err != nil {
		t.Fatal(err)
	}
	if names := "(`/" + strings.Join(ways, "`, `/") + "`)"; !strings.Contains(string(manual), names) {
		t.Errorf("docs/screen.md does not name %s", names)
	}
	for _, c := range slash.InLines() {
		synctest.Test(t, func(t *testing.T) {
			r := met(t, false)
			r.enqueue = func(d chat.Draft) error {
				go func() { r.updates <- chat.DraftChanged{Draft: d, State: chat.DraftSent} }()
				return nil
			}
			go func() { _, _ = io.WriteString(r.keys, "/"+c.Name+"/x y\nhello\n"); _ = r.keys.Close() }()
			if err := <-r.ended; !errors.Is(err, ErrCommand) {
				t.Errorf("/%s/x y: %v", c.Name, err)
			}
			if ends := len(r.posted) == 0; ends != slices.Contains(ways, c.Name) {
				t.Errorf("/%s/x y: sent %q", c.Name, r.posted)
			}
		})
	}
}

// A script that is taken out of its room says nothing in another one, unless it left.
func TestScriptThatIsPutOutOfItsRoom(t *testing.T) {
	for _, leaves := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			r := met(t, false)
			_, _ = io.WriteString(r.keys, "/go ops\n")
			if leaves {
				_, _ = io.WriteString(r.keys, "/part\n")
			}
			synctest.Wait()
			r.tell(chat.RoomsChanged{Rooms: rooms()[:1]})
			go func() { _, _ = io.WriteString(r.keys, "hello\n"); _ = r.keys.Close() }()
			if leaves {
				synctest.Wait()
				if got := fmt.Sprint(r.posted); got != "[general<hello]" {
					t.Errorf("sent %s", got)
				}
				return
			}
			if err := <-r.ended; !errors.Is(err, ErrCommand) || !strings.Contains(err.Error(), "you are not in #ops any more; no line after that was sent") || len(r.posted) > 0 {
				t.Errorf("%v, sent %v", err, r.posted)
			}
		})
	}
}

// Who types is told where the next line goes when a command did not lead elsewhere.
func TestWhoStaysIsToldWhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.answer = func(string, any, any) error { return errors.New("nobody is called so") }
		for _, line := range []string{"/go nosuchroom", "/go @nobody", "/msg nobody hello", "/join nosuchroom", "/create x", "/private x", "/last"} {
			r.paper.take()
			r.types(line + "\n")
			if text := r.paper.take(); !strings.HasSuffix(text, "\n-- you still write to #general\n") {
				t.Errorf("%s: %q", line, text)
			}
		}
	})
}

// However much a script has to say, no more of it is under way than a server takes.
func TestScriptIsHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, false)
		go func() {
			for i := range 1000 {
				_, _ = fmt.Fprintf(r.keys, "line %d\n", i)
			}
		}()
		synctest.Wait()
		if len(r.posted) != ahead {
			t.Errorf("%d are under way", len(r.posted))
		}
	})
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// Whoever cannot print ends.
func TestNothingToPrintOn(t *testing.T) {
	in, _ := io.Pipe()
	err := Run(t.Context(), Config{Client: &fake{}, Updates: make(chan chat.Update), In: in, Out: full{}, Lines: lines})
	if !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
}

// Whatever is typed and told, every line that is printed is whole, and nothing in it
// is obeyed by a terminal.
func TestNothingForeignIsObeyed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		bad := "\x1b]0;x\a\u202e\x9b2J\r\n-- forged"
		list := rooms()
		list[1].Name, list[1].Topic = bad, bad
		list = append(list, chat.Membership{Room: chat.Room{ID: bad, Kind: chat.RoomDirect, People: []chat.User{{ID: "z", Name: bad}}}})
		r.tell(chat.RoomsChanged{Rooms: list})
		m := said("general", 9, bad, bad)
		m.Reactions = []chat.Reaction{{Emoji: bad, Count: 1}}
		r.tell(chat.Arrived{Messages: []chat.Message{m}})
		r.tell(chat.MessageReaction{MessageChanged: chat.MessageChanged{Told: chat.Told{By: chat.User{Name: bad}}, Room: "general", Seq: 9, Emoji: bad}})
		r.tell(chat.Connection{State: chat.Waiting, Reason: bad})
		r.tell(chat.Noticed{Text: bad})
		r.answer = func(_ string, _, out any) error {
			switch a := out.(type) {
			case *chat.Members:
				a.Members = []chat.Member{{User: chat.User{Name: bad, Role: chat.Role(bad)}, Presence: chat.Presence{State: chat.PresenceState(bad), Text: bad}}}
			case *chat.RoomList:
				a.Rooms = []chat.Membership{{Room: chat.Room{Name: bad, Topic: bad, Kind: chat.RoomPublic}}}
			case *chat.Found:
				a.Messages = []chat.Message{said("r2", 1, bad, bad)}
			}
			return nil
		}
		r.types("/rooms\n/who\n/list\n/search x\n/next\n/where\n/go " + bad + "\n")
		text := r.paper.take()
		if strings.ContainsAny(text, "\x1b\a\r\u202e\u009b") || strings.Contains(text, "\n-- forged") {
			t.Errorf("%q", text)
		}
		if n := strings.Count(text, "forged"); n < 10 {
			t.Errorf("only %d of it was printed:\n%s", n, text)
		}
	})
}
