package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// fake is a client that posts at once, and notes what it was asked.
type fake struct {
	mu      sync.Mutex
	updates chan chat.Update
	posted  []string
	ids     []string
	asked   []string
	read    map[string]uint64
	answer  func(request string, arg, out any) error
	enqueue func(chat.Draft) error
	left    error // why nothing can be taken back
	taking  func()
	whole   bool // Older has all messages of a room
}

func (f *fake) Enqueue(d chat.Draft) error {
	if f.enqueue != nil {
		if err := f.enqueue(d); err != nil {
			return err
		}
	}
	text, _ := d.Body.Text()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ids = append(f.ids, d.ID)
	f.posted = append(f.posted, d.Room+"<"+text)
	return nil
}

func (f *fake) Older(_ context.Context, room string, before uint64, limit int) (chat.History, error) {
	f.note(fmt.Sprintf("older %s %d %d", room, before, limit))
	if !f.whole {
		return chat.History{Messages: []chat.Message{said(room, 1, "grace", "the beginning")}}, nil
	}
	return chat.History{Messages: saidFrom(room, before-uint64(limit), before-1), More: true}, nil
}
func (f *fake) Retry(string) error { f.note("retry"); return nil }
func (f *fake) Drop(string) error  { f.note("drop"); return nil }
func (f *fake) Reconnect()         { f.note("reconnect") }
func (f *fake) TakeBack(context.Context, string) error {
	f.note("take back")
	if f.taking != nil {
		f.taking()
	}
	return f.left
}

func (f *fake) MarkRead(room string, seq uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.read[room] = seq
}

func (f *fake) Ask(_ context.Context, request string, arg, out any) error {
	f.note(fmt.Sprintf("%s %+v", request, arg))
	if f.answer != nil {
		return f.answer(request, arg, out)
	}
	return nil
}

func (f *fake) note(s string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, s)
}

// paper is what is printed on.
type paper struct {
	mu sync.Mutex
	b  strings.Builder
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.Write(b)
}

// take is what was printed since it was taken last.
func (p *paper) take() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.b.String()
	p.b.Reset()
	return s
}

// run is a Run under test.
type run struct {
	*fake
	keys  *io.PipeWriter
	paper paper
	ended chan error
	end   context.CancelFunc
}

func said(room string, seq uint64, name, text string) chat.Message {
	return chat.Message{
		Envelope: chat.Envelope{
			ID: fmt.Sprintf("%s-%d", room, seq), Room: room, Seq: seq, From: chat.User{ID: name, Name: name},
			At: chat.ToMillis(time.Now()),
		},
		Body: chat.TextBody(text),
	}
}

// saidFrom is what was said from one number to another.
func saidFrom(room string, from, to uint64) (list []chat.Message) {
	for seq := from; seq <= to; seq++ {
		list = append(list, said(room, seq, "grace", fmt.Sprint("noise ", seq)))
	}
	return list
}

func lines(m *chat.Message, file func(chat.File, string) string) []string {
	if m.Deleted != 0 {
		return []string{"(deleted)"}
	}
	var lines []string
	if text, _ := m.Text(); text != "" {
		lines = strings.Split(chat.Sanitize(text), "\n")
	}
	for _, f := range m.Files {
		lines = append(lines, file(f, chat.SanitizeLine(f.Name)+", 2 B"))
	}
	return lines
}

var ada = chat.User{ID: "ada", Name: "ada"}

func rooms() []chat.Membership {
	return []chat.Membership{
		{Room: chat.Room{ID: "general", Name: "general", Kind: chat.RoomPublic, Members: 3, LastSeq: 2}, Joined: true, Read: 2, Notify: chat.NotifyAll},
		{Room: chat.Room{ID: "r2", Name: "ops", Kind: chat.RoomPublic, Members: 2, Topic: "on call", LastSeq: 2}, Joined: true, Read: 0, Notify: chat.NotifyAll},
		{Room: chat.Room{ID: "r3", Name: "random", Kind: chat.RoomPublic}, Joined: true, Notify: chat.NotifyNone},
		{Room: chat.Room{ID: "d", Kind: chat.RoomDirect, People: []chat.User{ada, {ID: "grace", Name: "grace"}}}, Joined: true, Notify: chat.NotifyAll},
	}
}

// start runs it with rooms that have something in them.
func start(t *testing.T, attended bool, with ...func(*Config)) *run {
	t.Helper()
	in, keys := io.Pipe()
	ctx, end := context.WithCancel(t.Context())
	r := &run{fake: &fake{updates: make(chan chat.Update), read: map[string]uint64{}}, keys: keys, ended: make(chan error, 1), end: end}
	c := Config{
		Client: r.fake, Updates: r.updates, In: in, Out: &r.paper, Server: "http://x", Team: "acme", You: ada,
		Attended: attended, LineLimit: 100, Lines: lines, Ways: []string{"hobnob login: with a new token"},
	}
	for _, set := range with {
		set(&c)
	}
	go func() { r.ended <- Run(ctx, c) }()
	t.Cleanup(func() { end(); _ = keys.Close() })
	return r
}

// met is start, with a connection.
func met(t *testing.T, attended bool) *run {
	t.Helper()
	r := start(t, attended)
	r.tell(chat.Identified{You: ada, Team: chat.Team{Name: "acme"}, Rooms: rooms(), Limits: chat.Limits{Body: 200, History: 100}})
	r.tell(chat.Reloaded{Room: "general", Messages: []chat.Message{said("general", 1, "grace", "one"), said("general", 2, "ada", "two")}})
	r.tell(chat.Reloaded{Room: "r2", Messages: []chat.Message{said("r2", 1, "grace", "first"), said("r2", 2, "grace", "second")}})
	r.tell(chat.Connection{State: chat.Online})
	return r
}

func (r *run) tell(u chat.Update) {
	r.updates <- u
	synctest.Wait()
}

func (r *run) types(text string) {
	_, _ = io.WriteString(r.keys, text)
	synctest.Wait()
	time.Sleep(2 * together)
	synctest.Wait()
}

var atTime = regexp.MustCompile(`(?m)^(\r?(?:-- )?)\d\d:\d\d `)

// says wants something printed since the last time, without the times of messages.
func (r *run) says(t *testing.T, want string) {
	t.Helper()
	got := atTime.ReplaceAllString(r.paper.take(), "$1")
	if got != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
}

const day = "-- Saturday 1 January 2000\n" // on which synctest begins

// TestProgramsReadNothing: what one's program says is printed, and leaves unread what others
// said before it; what one says elsewhere does not.
func TestProgramsReadNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		by := said("r2", 3, "ada", "built")
		by.Auto = true
		r.tell(chat.Arrived{Messages: []chat.Message{by}})
		if r.read["r2"] != 0 {
			t.Errorf("the server was told that r2 is read up to %d", r.read["r2"])
		}
		r.tell(chat.Arrived{Messages: []chat.Message{said("r2", 4, "ada", "from my telephone")}})
		if r.read["r2"] != 4 {
			t.Errorf("the server was told that r2 is read up to %d", r.read["r2"])
		}
	})
}

func TestBeginning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.says(t, `-- hobnob: acme, http://x
-- a line you type is sent to the room; /help lists the commands, /quit leaves
`+day+`#general grace: one
#general ada: two
-- connected
-- 2 new in #ops
`)
		r.types("/quit\n")
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
	})
}

// What comes is printed once: in the room one reads when it comes, in others when one
// goes there; and what is told again after a reconnect not again.
func TestOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.paper.take()
		three := said("general", 3, "grace", "three\n09:00 #general ada: forged \x1b[2J")
		r.tell(chat.Arrived{Messages: []chat.Message{three, said("r3", 1, "x", "muted")}})
		r.tell(chat.Arrived{Messages: []chat.Message{three}})
		r.tell(chat.Reloaded{Room: "general", Messages: []chat.Message{three, said("general", 4, "grace", "four")}})
		r.says(t, "#general grace: three\n  09:00 #general ada: forged ␛[2J\n#general grace: four\n")
		if r.read["general"] != 4 || r.read["r2"] != 0 {
			t.Errorf("read: %v", r.read)
		}
		r.tell(chat.Arrived{Messages: []chat.Message{said("r2", 3, "grace", "third"), said("d", 1, "grace", "psst")}})
		r.says(t, "")
		time.Sleep(2 * collect)
		synctest.Wait()
		r.says(t, "-- 1 new in @grace\n") // of #ops something was said just now
		time.Sleep(repeat)
		synctest.Wait()
		r.says(t, "-- 1 new in #ops\n")
		r.types("/go ops\n")
		r.says(t, "-- you write to #ops, 2 people: on call\n#ops grace: first\n#ops grace: second\n#ops grace: third\n")
		r.types("/go @grace\nhello\n")
		r.says(t, "-- you write to @grace\n@grace grace: psst\n")
		r.types("/last\n")
		if got := fmt.Sprint(r.posted); got != "[d<hello]" {
			t.Error(got)
		}
	})
}

// TestAMentionElsewhereIsSaidAtOnce, whatever was said of its room just before.
func TestAMentionElsewhereIsSaidAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.paper.take()
		r.tell(chat.Arrived{Messages: []chat.Message{said("r2", 3, "grace", "noise")}})
		named := said("r2", 4, "grace", "@ada look")
		named.Mentions = []string{"ada"}
		r.tell(chat.Arrived{Messages: []chat.Message{named}})
		time.Sleep(2 * collect)
		synctest.Wait()
		r.says(t, "-- 2 new in #ops, where you are mentioned\n")
	})
}

// TestWhereOneWasLast is where one writes again, from the first line on, and it is told where one
// goes. A script begins where all scripts do.
func TestWhereOneWasLast(t *testing.T) {
	for _, attended := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			var shown []string
			r := start(t, attended, func(c *Config) {
				c.Room = chat.Room{ID: "r2", Name: "ops", Kind: chat.RoomPublic}
				c.Show = func(r chat.Room) { shown = append(shown, r.ID+" "+r.Name) }
			})
			synctest.Wait()
			if said := strings.Contains(r.paper.take(), "you write to #ops, where you were last"); said != attended {
				t.Errorf("attended: %t, said: %t", attended, said)
			}
			r.tell(chat.Identified{You: ada, Team: chat.Team{Name: "acme"}, Rooms: rooms()})
			r.tell(chat.Connection{State: chat.Online})
			r.types("hello\n/go random\n")
			posted, kept := "[r2<hello]", "[r3 random]"
			if !attended {
				posted, kept = "[general<hello]", "[]"
			}
			if fmt.Sprint(r.posted) != posted || fmt.Sprint(shown) != kept {
				t.Errorf("attended: %t, posted %v, kept %v", attended, r.posted, shown)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) { // where one is no longer
		r := start(t, true, func(c *Config) { c.Room = chat.Room{ID: "r9", Name: "old", Kind: chat.RoomPublic} })
		synctest.Wait()
		r.paper.take()
		r.tell(chat.Identified{You: ada, Team: chat.Team{Name: "acme"}, Rooms: rooms()})
		r.says(t, "-- you are not in #old any more\n-- you write to #general, 3 people\n-- there is no connection; what you write is kept, and sent later\n")
	})
}

// TestUnmuteBringsTheLevelBack that was told before.
func TestUnmuteBringsTheLevelBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		for _, level := range []chat.Notify{chat.NotifyMentions, chat.NotifyNone} {
			list := rooms()
			list[0].Notify = level
			r.tell(chat.RoomsChanged{Rooms: list})
		}
		r.types("/unmute\n")
		if got := fmt.Sprint(r.asked); got != "[notify {Room:general Level:mentions}]" {
			t.Error(got)
		}
	})
}

// A busy room elsewhere is said now and then, not at each message, and not put off by
// them either.
func TestBusyElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		time.Sleep(repeat + time.Second)
		synctest.Wait()
		r.paper.take()
		for i := range 600 { // a minute
			r.tell(chat.Arrived{Messages: []chat.Message{said("r2", uint64(3+i), "grace", "noise")}})
			time.Sleep(100 * time.Millisecond)
		}
		text := r.paper.take()
		if n := strings.Count(text, "new in #ops"); n < 2 || n > 3 || strings.Contains(text, "noise") {
			t.Errorf("said %d times:\n%s", n, text)
		}
	})
}

func TestConnectionInWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.paper.take()
		for i := range 3 {
			r.tell(chat.Connection{State: chat.Waiting, Reason: "nothing answers", RetryAt: time.Now().Add(3 * time.Second << i)})
			r.tell(chat.Connection{State: chat.Connecting})
		}
		r.types("half a thought\n")
		r.tell(chat.Connection{State: chat.Online})
		r.tell(chat.Connection{State: chat.Refused, Reason: "it has ended"})
		r.says(t, `-- nothing answers; reconnecting in 3 s
-- kept: it is sent when there is a connection
-- connected
-- the server refuses you: it has ended
-- hobnob login: with a new token
-- /reconnect tries again
`)
		r.types("/reconnect\n")
		r.says(t, "-- trying to connect now\n")
		r.tell(chat.Connection{State: chat.Online})
		r.paper.take()
		r.types("/where\n")
		r.says(t, "-- you write to #general, 3 people\n-- you are connected\n")
		if fmt.Sprint(r.asked) != "[reconnect]" || fmt.Sprint(r.posted) != "[general<half a thought]" {
			t.Error(r.asked, r.posted)
		}
	})
}

// What is pasted in a terminal is one message; commands among it are commands; keys
// that a terminal's own line does not know are left out; a line that the terminal cut
// is not sent.
func TestTypedLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.paper.take()
		r.types("one\r\ntwo\n/where\nthree\n")
		r.types("//shrug\n/usr/bin is full\n")
		r.types("a\x1b[Ab\x00\n   \n")
		r.types(strings.Repeat("x", 100) + "\n/nosuch thing\n/whe\n/go\n/quit now\n")
		want := "[general<one\ntwo general<three general</shrug\n/usr/bin is full general<ab␀]"
		if got := fmt.Sprint(r.posted); got != want {
			t.Errorf("%q\nwant %q", got, want)
		}
		text := r.paper.take()
		for _, want := range []string{
			"you write to #general, 3 people", "cuts lines at 100 bytes", "no command /nosuch: /help lists them. One more / before it sends it as it is.", "did you mean /where?",
			"/go wants more: /go ROOM", "//quit sends it as it is.",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not said:\n%s", want, text)
			}
		}
	})
}

// TestSlipsAreNotSent: a command without its space reads like a path, and what it says may be for
// somebody alone. Paths are sent, and so is what has one more slash.
func TestSlipsAreNotSent(t *testing.T) {
	for line, want := range map[string]string{
		"/msg/bob hi":   "-- not sent: /msg wants a space behind it. One more / before it sends it to #general as it is.\n-- you still write to #general\n",
		"/MSG/bob hi":   "-- not sent: /MSG wants a space behind it. One more / before it sends it to #general as it is.\n-- you still write to #general\n",
		"/me/waves":     "-- not sent: /me wants a space behind it. One more / before it sends it to #general as it is.\n",
		"/upload/a.pdf": "-- not sent: no command /upload: a file is sent from a shell, with: hobnob upload ROOM FILE. One more / before it sends it as it is.\n",
		"/etc/hosts":    "", "/m/bob hi": "", "see /msg/bob": "", "//msg/bob hi": "", "/": "-- nothing was done: no command /: /help lists them. One more / before it sends it as it is.\n",
	} {
		synctest.Test(t, func(t *testing.T) {
			r := met(t, true)
			r.paper.take()
			r.types(line + "\n")
			r.says(t, want)
			if sent := len(r.posted) > 0; sent != (want == "") {
				t.Errorf("%s: sent %v", line, r.posted)
			}
		})
	}
}

// A line is taken once the command before it was answered.
func TestLinesWaitForCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, false)
		let := make(chan struct{})
		r.answer = func(request string, _, out any) error {
			<-let
			if a, ok := out.(*chat.RoomAnswer); ok && request == "room:join" {
				a.Room = chat.Membership{Room: chat.Room{ID: "r9", Name: "deploys", Kind: chat.RoomPublic}}
				return nil
			}
			return errors.New("no such person")
		}
		go func() { _, _ = io.WriteString(r.keys, "/join deploys\nhello\n/kick nobody\n") }()
		synctest.Wait()
		if len(r.posted) != 0 {
			t.Error(r.posted)
		}
		close(let)
		synctest.Wait()
		r.tell(chat.RoomsChanged{Rooms: rooms()}) // of before
		if got := fmt.Sprint(r.posted); got != "[r9<hello]" || len(r.asked) != 1 {
			t.Error(got, r.asked)
		}
		d := chat.Draft{ID: r.ids[0], Room: "r9"}
		r.tell(chat.DraftChanged{Draft: d, State: chat.DraftSent}) // the next command waits for that
		if len(r.asked) != 2 {
			t.Error(r.asked)
		}
		if text := r.paper.take(); !strings.Contains(text, "you write to #deploys") || strings.Contains(text, "any more") || !strings.Contains(text, "that was not done: no such person") {
			t.Error(text)
		}
	})
}

func TestBecame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.paper.take()
		about := func(seq uint64) chat.MessageChanged {
			return chat.MessageChanged{Told: chat.Told{At: chat.ToMillis(time.Now()), By: chat.User{ID: "grace", Name: "grace"}}, Room: "general", Seq: seq, Revision: 1, Emoji: "👍"}
		}
		for range 2 {
			r.tell(chat.MessageReaction{MessageChanged: about(2)})
			r.tell(chat.MessageRevised{MessageChanged: about(1), Body: chat.TextBody("won")})
			r.tell(chat.MessagePin{MessageChanged: about(1)})
			r.tell(chat.MessageErased{MessageChanged: about(1)})
			r.tell(chat.MessageReaction{MessageChanged: about(77)})
		}
		r.says(t, `-- #general grace reacts with 👍 to what ada said at 00:00: two
-- #general grace edited what was said at 00:00, which says now:
  won
-- #general grace pins what grace said at 00:00: won
-- #general grace deleted what grace said at 00:00
`)
	})
}
