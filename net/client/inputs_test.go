package client

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// typed is a line that was sent in a room, in short: "room line", or "room/thread line".
func typed(says string) chat.Input {
	at, line, _ := strings.Cut(says, " ")
	room, thread, _ := strings.Cut(at, "/")
	return chat.Input{Room: room, Thread: thread, Line: line}
}

// lines are inputs in short.
func lines(list []chat.Input) (says []string) {
	for _, in := range list {
		at := in.Room
		if in.Thread != "" {
			at += "/" + in.Thread
		}
		says = append(says, at+" "+in.Line)
	}
	return says
}

// inputsIn are the lines that a cache has.
func inputsIn(t testing.TB, c *cache) []string {
	t.Helper()
	list, err := readInputs(t.Context(), c.read)
	if err != nil {
		t.Fatal(err)
	}
	return lines(list)
}

// history is what the next client on a folder tells of what was sent before.
func history(t testing.TB, cfg Config) []string {
	t.Helper()
	c, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	s := newScreen()
	done := make(chan struct{})
	go func() { defer close(done); s.consume(c) }()
	<-c.loaded
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	<-done
	for _, u := range s.all {
		if h, ok := u.(chat.InputHistory); ok {
			return lines(h.Inputs)
		}
	}
	return nil
}

func TestInputsAreKeptOnceAndBounded(t *testing.T) {
	c := testCache(t, folder(t))
	put := func(says ...string) {
		t.Helper()
		err := c.ask(c.ops, func(ctx context.Context, x *txn) error {
			for _, s := range says {
				if err := x.remember(ctx, typed(s)); err != nil {
					return err
				}
			}
			return x.boundInputs(ctx)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put("a one", "b one", "a/x one", "a two", "a one", "a One")
	if got, want := inputsIn(t, c), []string{"b one", "a/x one", "a two", "a one", "a One"}; !slices.Equal(got, want) {
		t.Errorf("kept %q, want %q", got, want)
	}
	var many []string
	for i := range maxInputs + 5 {
		many = append(many, fmt.Sprintf("r %d", i))
	}
	put(many...)
	if got := inputsIn(t, c); len(got) != maxInputs || got[0] != "r 5" || got[maxInputs-1] != fmt.Sprintf("r %d", maxInputs+4) {
		t.Errorf("%d are kept, from %q to %q", len(got), got[0], got[len(got)-1])
	}
	const long = 10_000
	many = nil
	for i := range inputBytes/long + 3 {
		many = append(many, "r "+strings.Repeat(string(rune('a'+i%26)), long-3)+fmt.Sprintf("%03d", i))
	}
	put(many...)
	if got, want := inputsIn(t, c), inputBytes/long; len(got) != want || !strings.HasSuffix(got[want-1], fmt.Sprintf("%03d", want+2)) {
		t.Errorf("%d long ones are kept, want the newest %d", len(got), want)
	}
}

// What was sent in two windows is told to who comes after them, and each is kept without
// anything being waited for. What is too long is not.
func TestInputsOutliveTheProgram(t *testing.T) {
	cfg := config(t, newFake("general").start(t))
	one, _ := open(t, cfg)
	two, _ := open(t, cfg)
	for _, s := range []string{"general /join ops", "ops/m7 deep", "ops shared"} {
		one.Remember(typed(s))
	}
	two.Remember(typed("ops " + strings.Repeat("x", maxInput+1)))
	two.Remember(chat.Input{Line: "to all"})
	two.Remember(typed("general "))
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}
	two.Remember(typed("ops shared"))
	if err := two.Close(); err != nil {
		t.Fatal(err)
	}
	got := history(t, cfg)
	at := func(s string) int { return slices.Index(got, s) }
	if len(got) != 4 || at("general /join ops") < 0 || at("ops/m7 deep") < at("general /join ops") || at("general to all") < 0 || at("ops shared") != 3 {
		t.Errorf("told %q", got)
	}
}

// mine sends a message and remembers its line, until the cache knows what it became.
func mine(t *testing.T, c *Client, s *screen, id, room string) {
	t.Helper()
	d := draft(room, "text of "+id)
	d.ID = id
	if err := c.Enqueue(d); err != nil {
		t.Fatal(err)
	}
	c.Remember(chat.Input{Room: room, Line: "text of " + id, ID: id})
	s.wait(t, id, func() bool {
		return slices.ContainsFunc(s.rooms[room], func(m chat.Message) bool { return m.ID == id })
	})
}

// A line goes with the message that it became: deleted, edited, removed for its age, or with
// its room; be it while one looks or while one is away. Others stay.
func TestInputsGoWithTheirMessages(t *testing.T) {
	for _, away := range []bool{false, true} {
		f := newFake("general", "left", "brief")
		cfg := config(t, f.start(t))
		c, s := online(t, cfg)
		for _, id := range []string{"deleted", "edited", "stays", "pinned"} {
			mine(t, c, s, id, "general")
		}
		mine(t, c, s, "in-left", "left")
		mine(t, c, s, "old", "brief")
		mine(t, c, s, "new", "brief")
		c.Remember(typed("left /join brief"))
		c.Remember(typed("brief /me waves"))
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if !away {
			c, s = online(t, cfg)
		}
		f.set(func() {
			f.become(ToldDeleted, "general", 1, chat.MessageChanged{}, "")
			f.become(ToldEdited, "general", 2, chat.MessageChanged{}, "better")
			f.become(ToldPinned, "general", 4, chat.MessageChanged{On: new(bool)}, "")
			f.trim("brief", 1)
			f.move("left", false)
		})
		if away {
			c, s = online(t, cfg)
		}
		s.wait(t, "the end of it", func() bool { return s.rooms["left"] == nil && len(s.rooms["brief"]) == 1 })
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		want := []string{"general text of stays", "general text of pinned", "brief text of new", "brief /me waves"}
		if got := history(t, cfg); !slices.Equal(got, want) {
			t.Errorf("away %v: told %q, want %q", away, got, want)
		}
		if folderHas(t, cfg.Dir, "text of deleted") {
			t.Errorf("away %v: what was deleted is still in the folder", away)
		}
	}
}

// After another history of the log a seq is of another message; and where all is read anew a
// message that is deleted or edited by then takes its line with it.
func TestInputsAfterAnotherHistory(t *testing.T) {
	c := testCache(t, folder(t))
	do := func(apply func(context.Context, *txn) error) {
		t.Helper()
		if err := c.ask(c.ops, apply); err != nil {
			t.Fatal(err)
		}
	}
	said := messages("r", "e", 1, 3)
	for i := range said {
		said[i].From = you
	}
	do(func(ctx context.Context, x *txn) error {
		if err := x.begin(ctx, "e", false); err != nil {
			return err
		}
		for _, m := range said {
			if err := x.remember(ctx, chat.Input{Room: "r", Line: m.ID, ID: m.ID}); err != nil {
				return err
			}
		}
		return x.save(ctx, page{epoch: "e", room: "r", messages: said, you: you.ID})
	})
	said[1].Deleted, said[2].Revision = 1, 1
	do(func(ctx context.Context, x *txn) error {
		if err := x.begin(ctx, "e2", false); err != nil {
			return err
		}
		return x.change(ctx, change{room: "r", seq: 1, says: true, apply: func(*chat.Message) bool { return true }})
	})
	if got := inputsIn(t, c); len(got) != 3 {
		t.Errorf("a seq of another history took a line: %q are left", got)
	}
	stranger := slices.Clone(said) // who gave their messages the same IDs
	for i := range stranger {
		stranger[i].From = other
	}
	do(func(ctx context.Context, x *txn) error {
		return x.save(ctx, page{epoch: "e2", room: "r", messages: stranger, you: you.ID})
	})
	if got := inputsIn(t, c); len(got) != 3 {
		t.Errorf("a message of somebody else took a line: %q are left", got)
	}
	do(func(ctx context.Context, x *txn) error {
		return x.save(ctx, page{epoch: "e2", room: "r", messages: said, you: you.ID, fresh: true})
	})
	if got, want := inputsIn(t, c), []string{"r r-1"}; !slices.Equal(got, want) {
		t.Errorf("%q are left, want %q", got, want)
	}
}

// A line that the disk takes only after its message goes with that all the same.
func TestInputsAfterTheirMessages(t *testing.T) {
	c := testCache(t, folder(t))
	err := c.ask(c.ops, func(ctx context.Context, x *txn) error {
		said := messages("r", "e", 1, 3)
		for i := range said {
			said[i].From = you
		}
		said[1].Deleted = 1
		if err := errors.Join(x.begin(ctx, "e", false), x.save(ctx, page{epoch: "e", room: "r", messages: said, you: you.ID})); err != nil {
			return err
		}
		for _, m := range said {
			if err := x.remember(ctx, chat.Input{Room: "r", Line: m.ID, ID: m.ID}); err != nil {
				return err
			}
		}
		return x.change(ctx, change{room: "r", seq: 1, says: true, apply: func(*chat.Message) bool { return true }})
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := inputsIn(t, c), []string{"r r-3"}; !slices.Equal(got, want) {
		t.Errorf("%q are left, want %q", got, want)
	}
}

// What one account typed on a folder is not told to another.
func TestInputsOfAnotherAccount(t *testing.T) {
	f := newFake("general")
	cfg := config(t, f.start(t))
	c, _ := online(t, cfg)
	c.Remember(typed("general hello"))
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	was := you
	you = other
	defer func() { you = was }()
	c, s := run(t, cfg)
	s.wait(t, "the other's welcome", func() bool { return s.who.You.ID == other.ID })
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	if !slices.ContainsFunc(s.all, func(u chat.Update) bool { h, ok := u.(chat.InputHistory); return ok && h.Reset }) {
		t.Error("the screen still has them")
	}
	s.mu.Unlock()
	if got := history(t, cfg); got != nil {
		t.Errorf("told %q", got)
	}
}

// While another program holds the cache nothing waits for it, and it is kept when that is over.
func TestInputsWaitForABusyDisk(t *testing.T) {
	busyDisk(t, func(t *testing.T, c *Client, hold func() func()) {
		free := hold()
		began := time.Now()
		for i := range 2 * maxInputs {
			c.Remember(typed(fmt.Sprintf("general %d", i)))
		}
		if took := time.Since(began); took != 0 { // of the bubble
			t.Errorf("it took %v", took)
		}
		time.Sleep(2 * askWait)
		free()
		time.Sleep(2 * keepAgain)
		if got := inputsIn(t, c.cache); len(got) != maxInputs || got[maxInputs-1] != fmt.Sprintf("general %d", 2*maxInputs-1) {
			t.Errorf("%d are kept", len(got))
		}
	})
}

// A cache that takes nothing changes nothing else: one goes on speaking, and leaves.
func TestInputsOnAFullDisk(t *testing.T) {
	f := newFake("general")
	cfg := config(t, f.start(t))
	c, s := online(t, cfg)
	free := fillDisk(t, c)
	c.Remember(typed("general " + strings.Repeat("long ", 2000)))
	mine(t, c, s, "spoken", "general")
	free()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	history(t, cfg) // it opens
}

// Of a cache that another version made the messages stay.
func TestInputsCameLater(t *testing.T) {
	dir := folder(t)
	c := testCache(t, dir)
	err := c.ask(c.ops, func(ctx context.Context, x *txn) error {
		if err := x.save(ctx, page{room: "r", messages: messages("r", "", 1, 3)}); err != nil {
			return err
		}
		_, err := x.ExecContext(ctx, "DROP TABLE inputs; PRAGMA user_version = 2")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
	if err := ForgetInputs(t.Context(), dir); err != nil {
		t.Errorf("forgetting where there are none: %v", err)
	}
	c = testCache(t, dir)
	if r, err := readSpan(t.Context(), c.read, "r"); err != nil || r != (span{1, 3}) {
		t.Errorf("run %v, %v", r, err)
	}
	if got := inputsIn(t, c); len(got) != 0 {
		t.Errorf("told %q", got)
	}
}

// Who signs out leaves none of it on the disk.
func TestForgetInputs(t *testing.T) {
	cfg := config(t, newFake("general").start(t))
	c, _ := open(t, cfg)
	c.Remember(typed("general unforgettable"))
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := ForgetInputs(t.Context(), cfg.Dir); err != nil {
		t.Fatal(err)
	}
	if folderHas(t, cfg.Dir, "unforgettable") {
		t.Error("it is still in the folder")
	}
	if got := history(t, cfg); got != nil {
		t.Errorf("told %q", got)
	}
	none := filepath.Join(folder(t), "none")
	if err := ForgetInputs(t.Context(), none); err != nil {
		t.Errorf("forgetting where nothing is: %v", err)
	}
}
