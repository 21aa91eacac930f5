package plain

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/rows"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// Client is the user's end of the wire. All calls but Older and Ask return without
// waiting for the network.
type Client interface {
	Enqueue(d chat.Draft) error
	Older(ctx context.Context, room string, before uint64, limit int) (chat.History, error)
	Retry(id string) error
	Drop(id string) error
	TakeBack(ctx context.Context, id string) error
	Reconnect()
	MarkRead(room string, seq uint64)
	Ask(ctx context.Context, request string, arg, out any) error
}

// Config is what the lines are made of. All but Account, Room, Show, Notices, Ways, Width, Patience and
// Now are required.
type Config struct {
	Client  Client
	Updates <-chan chat.Update // what the client tells
	In      io.Reader
	Out     io.Writer
	Server  string
	Team    string    // as it was last known
	Account string    // as a command has to name it in a shell, "" where it is the usual one
	You     chat.User // as they were last known
	Room    chat.Room // where they were last, with what is needed to name it
	Notices []string  // said at the beginning
	Ways    []string  // out of a refusal, said with it

	// Attended: somebody types in a terminal and reads along. Otherwise In is a file or
	// a pipe: nothing counts as read, and after its end Run returns when all is sent.
	Attended bool
	// LineLimit is from which length on a terminal cuts a typed line, in bytes.
	LineLimit int

	// Width is how wide the terminal is that Out is now, in columns, 0 where it is none: lines are
	// broken at it. Nil is 0.
	Width func() int

	// Show is told which room is written to now, where somebody attends, so that it can be
	// Room the next time.
	Show func(chat.Room)

	// Lines says what a message says, as lines that are safe to print. For each file there
	// is the line that file makes of what is known of it: about is its name, kind and size.
	Lines func(m *chat.Message, file func(f chat.File, about string) string) []string

	Patience time.Duration // how long an unattended Run waits for the server; DefaultPatience if 0
	Now      func() time.Time
}

// DefaultPatience is how long a script waits for a server: as the commands for scripts
// do.
const DefaultPatience = 10 * time.Second

// How an unattended Run may fail; attended, it waits for somebody to do something.
var (
	ErrRefused     = errors.New("the server refuses you")
	ErrUnreachable = errors.New("there is no connection")
	ErrUnsent      = errors.New("not all was sent")
	ErrCommand     = errors.New("not all was done")
)

// talk is one run. All of it belongs to the goroutine of Run.
type talk struct {
	Config
	ctx  context.Context //nolint:containedctx // it lives for one call of Run
	work sync.WaitGroup

	// What is known.
	you      chat.User
	team     string
	limits   chat.Limits
	rooms    []chat.Membership
	room     string           // ID of the one that is written to
	coming   *chat.Membership // one that the user came into, and that is not told yet
	last     string           // and of the one before it
	parting  string           // one that the user asked to leave
	kept     map[string]*record
	muted    map[string]chat.Notify // rooms that are muted, and what was wanted of each before
	state    chat.ConnectionState
	told     string          // of the connection, what was said last
	met      bool            // there was a connection
	waiting  map[string]bool // drafts that are to be sent; true once the server has them and they were not printed
	unsent   unsent          // those of them that the server is not known to have
	failed   []chat.Draft    // refused, oldest first
	withheld map[string]bool // those of them that were refused here: the client does not have them
	day      string          // of what was printed last
	signIns  []chat.Session  // as they were printed last
	within   within          // where the message is that was printed last
	files    []string        // IDs of those that were printed, by their numbers
	forgot   int             // how many of those before them have a number no more
	fault    error           // the first thing that was not done
	quitting bool
	written  error // why nothing can be printed any more

	// What is under way.
	pasted    []string // lines that came as one
	nth       int      // of the line that was taken last, from 1
	held      string   // a script's command, until what it said before is stored
	more      *time.Timer
	answers   chan func(*talk)
	asking    bool
	was       *chat.Room // the room one writes to, before others changed it while a request is made; nil for none
	wasCalled string     // with its sign
	news      *time.Timer
	due       time.Time // when news fires, zero if it does not
	ended     bool      // there are no more lines
	give      *time.Timer
}

const (
	// together is within which time lines of a terminal are one message: a person
	// cannot press Enter twice so soon, and what is pasted comes at once.
	together = 30 * time.Millisecond

	// collect is how long news of other rooms are collected before they are said, and
	// repeat how long after that the next.
	collect = time.Second
	repeat  = 30 * time.Second

	// ahead is how many messages of a script may wait to be sent: as much as a server
	// takes in one go, and far less than the outbox.
	ahead = 100
)

// Run is the chat until its user leaves it, ctx ends, or where nobody attends it what
// was read has been sent.
func Run(ctx context.Context, c Config) error {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Patience <= 0 {
		c.Patience = DefaultPatience
	}
	ctx, cancel := context.WithCancel(ctx)
	t := &talk{
		Config: c, ctx: ctx, room: chat.GeneralRoom, you: c.You, team: c.Team, kept: make(map[string]*record),
		muted: make(map[string]chat.Notify), waiting: make(map[string]bool), unsent: unsent{taking: make(map[string]chat.DraftChanged), taken: make(map[string]bool)}, withheld: make(map[string]bool), answers: make(chan func(*talk), 1),
		more: stopped(), news: stopped(), give: stopped(),
	}
	defer t.work.Wait()
	defer cancel()
	t.begin()
	lines := make(chan typed)
	// A read cannot be taken back: that of who left ends with the process.
	go read(ctx, c.In, lines)
	for !t.quitting && t.written == nil {
		if err := t.step(ctx, lines); err != nil {
			return err
		}
	}
	t.forgone()
	return errors.Join(t.written, t.fault)
}

// stopped is a timer that does not run yet.
func stopped() *time.Timer {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return t
}

// begin says where one is.
func (t *talk) begin() {
	where := t.Server
	if t.team != "" {
		where = t.team + ", " + t.Server
	}
	t.say("hobnob: " + where)
	if t.Attended {
		t.say("a line you type is sent to the room; /help lists the commands, /quit leaves")
		if t.Room.ID != "" && t.Room.ID != t.room {
			t.room, t.last = t.Room.ID, t.room
			t.say("you write to " + t.called(t.room) + ", where you were last")
		}
	} else {
		t.give.Reset(t.Patience)
	}
	for _, n := range t.Notices {
		t.say(n)
	}
}

// step waits for one thing and deals with it.
func (t *talk) step(ctx context.Context, lines <-chan typed) error {
	if t.asking || t.ended || t.held != "" || !t.Attended && (!t.met || len(t.waiting) >= ahead) {
		lines = nil
	}
	select {
	case <-ctx.Done():
		t.quitting = true
		if t.Attended {
			t.print("\n") // behind what a terminal shows of Ctrl+C
		}
	case u, ok := <-t.Updates:
		if !ok {
			t.quitting = true
			return nil
		}
		t.apply(u)
	case then := <-t.answers:
		t.asking = false
		then(t)
		t.sayChanged()
	case l := <-lines:
		t.typed(l)
	case <-t.more.C:
		t.flush()
	case <-t.news.C:
		t.due = time.Time{}
		t.sayNews()
	case <-t.give.C:
		return t.giveUp()
	}
	if held := t.held; held != "" && len(t.waiting) == 0 {
		t.held = ""
		t.line(held)
	}
	if t.ended && !t.asking && len(t.waiting) == 0 && t.met {
		t.quitting = true
	}
	if !t.Attended && t.state == chat.Refused {
		return fmt.Errorf("%w: %s", ErrRefused, t.told)
	}
	return nil
}

// giveUp is that a script waited long enough.
func (t *talk) giveUp() error {
	left := 0
	for _, stored := range t.waiting {
		if !stored {
			left++
		}
	}
	switch {
	case !t.met, left > 0 && t.state != chat.Online:
		return fmt.Errorf("%w: %s", ErrUnreachable, cmp.Or(t.told, "the server does not answer"))
	case left > 0:
		return fmt.Errorf("%w: the server does not take it", ErrUnsent)
	}
	t.quitting = true
	return nil
}

// gone is that a draft needs no waiting for any more.
func (t *talk) gone(id string) {
	if _, was := t.waiting[id]; !was {
		return
	}
	delete(t.waiting, id)
	if t.ended {
		t.give.Reset(t.Patience) // it goes on
	}
}

// typed takes one line.
func (t *talk) typed(l typed) {
	t.nth++
	if l.end {
		t.flush()
		if t.Attended {
			t.quitting = true
			return
		}
		t.ended = true
		t.give.Reset(t.Patience)
		return
	}
	if l.long > 0 {
		t.flush()
		t.wrong(t.shell(fmt.Sprintf("not sent: a line of %d bytes is too long, and no line may have more than %d; a file is sent with: hobnob upload ROOM FILE", l.long, maxLine)))
		return
	}
	if !t.Attended {
		if slash.Is(l.text) && len(t.waiting) > 0 {
			t.held = l.text
			return
		}
		t.line(l.text)
		return
	}
	if t.LineLimit > 0 && len(l.text) >= t.LineLimit {
		t.say(t.shell(fmt.Sprintf("not sent: the terminal cuts lines at %d bytes, and this one may have been longer; send it from a file: hobnob send ROOM - < FILE", t.LineLimit)))
		return
	}
	text := ansi.Strip(l.text) // of keys that a terminal's own line does not know
	if slash.Is(text) {
		t.flush()
		t.line(text)
		return
	}
	t.pasted = append(t.pasted, text)
	t.more.Reset(together)
}

// flush sends the lines that came as one.
func (t *talk) flush() {
	text := strings.Join(t.pasted, "\n")
	t.pasted = nil
	t.more.Stop()
	t.line(text)
}

// say prints a line of our own, which may have foreign words in it.
func (t *talk) say(text string) {
	var b strings.Builder
	mark := t.marks()
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString("-- " + mark(chat.SanitizeLine(clip(line)), false) + "\n")
	}
	t.print(b.String())
}

// print prints lines, which have gone through marks. All but what hobnob begins stands two spaces
// further in, also what goes on in another row. On a terminal it begins in the first column: what is typed there and not sent yet has moved it on, and the
// row would be broken by as much too late. Terminals that draw nothing know the way back, too.
func (t *talk) print(s string) {
	if t.written != nil {
		return
	}
	width := t.width()
	s = rows.Break(s, width)
	if width > 0 {
		s = "\r" + s
	}
	_, t.written = io.WriteString(t.Out, s)
}

// marks is what is done with a line before it is printed, without what hobnob puts in front of it:
// in a pipe, which may end in a terminal, nothing is pushed to the beginning of a row by blanks.
// Where the width is known lines are broken in time, and a table stands as it was written. begins
// tells that nothing but an indent is put in front.
func (t *talk) marks() func(line string, begins bool) string {
	if t.width() > 0 {
		return func(line string, _ bool) string { return line }
	}
	return rows.Mark
}

// width is how wide the terminal is now, 0 where there is none.
func (t *talk) width() int {
	if t.Width == nil {
		return 0
	}
	return t.Width()
}

// maxWords bounds a foreign text before it is sanitised, in bytes: more than anybody
// listens to in a line of ours.
const maxWords = 1000

func clip(s string) string {
	if len(s) <= maxWords {
		return s
	}
	return strings.ToValidUTF8(s[:maxWords], "") + "..."
}

// member is a room the user is in, nil if they are not.
func (t *talk) member(id string) *chat.Membership {
	at := slices.IndexFunc(t.rooms, func(m chat.Membership) bool { return m.ID == id })
	if at < 0 {
		return nil
	}
	return &t.rooms[at]
}
