package client

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Who was away for too long is not told what was deleted, or edited: of the messages that are
// not read anew no line is left. One that is not sent yet stays.
func TestInputsWhereNothingIsResumed(t *testing.T) {
	for name, change := range map[string]func(f *fake){
		"same epoch":    func(f *fake) { f.forget = true },
		"another epoch": func(f *fake) { f.epoch = "e2" },
	} {
		f := newFake("general", "brief")
		cfg := config(t, f.start(t))
		c, s := online(t, cfg)
		mine(t, c, s, "deleted", "general")
		mine(t, c, s, "kept", "brief")
		c.Remember(typed("general /me waves"))
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		f.say("general", 2*chat.MaxHistory)
		f.set(func() { f.become(ToldDeleted, "general", 1, chat.MessageChanged{}, ""); change(f) })
		c, s = online(t, cfg)
		mine(t, c, s, "new", "general")
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		want := []string{"brief text of kept", "general /me waves", "general text of new"}
		if got := history(t, cfg); !slices.Equal(got, want) {
			t.Errorf("%s: told %q, want %q", name, got, want)
		}
		if folderHas(t, cfg.Dir, "text of deleted") {
			t.Errorf("%s: it is still in the folder", name)
		}
	}
}

// What a page read anew does not have, and is still to be sent, stays; so does what came behind it.
func TestInputsOfDraftsOutliveAFreshPage(t *testing.T) {
	for _, n := range []uint64{0, 3} {
		c := testCache(t, folder(t))
		err := c.ask(c.ops, func(ctx context.Context, x *txn) error {
			errs := []error{x.begin(ctx, "e", false)}
			for _, id := range []string{"gone", "memory", "disk", "other", "r-2", ""} {
				room := "r"
				if id == "other" {
					room = "r2"
				}
				errs = append(errs, x.remember(ctx, chat.Input{Room: room, Line: "line " + id, ID: id}))
			}
			said := messages("r", "e", 1, n)
			for i := range said {
				said[i].From = you
			}
			return errors.Join(append(errs, insertDraft(ctx, x, outboxRow{draft: draft("r", "x")}),
				insertDraft(ctx, x, outboxRow{draft: chat.Draft{ID: "disk", Room: "r", Body: chat.TextBody("x")}}),
				x.save(ctx, page{epoch: "e", room: "r", messages: said, you: you.ID, fresh: true, unsent: []string{"memory"}}))...)
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"r line memory", "r line disk", "r2 line other", "r line "}
		if n > 0 {
			want = slices.Insert(want, 3, "r line r-2")
		}
		if got := inputsIn(t, c); !slices.Equal(got, want) {
			t.Errorf("after a page of %d: %q are left, want %q", n, got, want)
		}
	}
}

// What everybody's edits and deletions ask for is found without reading all lines.
func TestInputsAreFoundByAnIndex(t *testing.T) {
	c := testCache(t, folder(t))
	for query, index := range map[string]string{inputAt: "inputs_seq", inputsUpTo: "inputs_seq", inputOf: "inputs_id", inputBecame: "inputs_id"} {
		var id, parent, zero int
		var plan string
		args := []any{"r", 1, "r"}[:strings.Count(query, "?")]
		if err := c.read.QueryRowContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...).Scan(&id, &parent, &zero, &plan); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(plan, index) {
			t.Errorf("%s: %s", query, plan)
		}
	}
}

// Who signs out while another window is open leaves nothing in the journal, and nothing comes
// there from that window.
func TestForgetInputsWhileAWindowIsOpen(t *testing.T) {
	cfg := config(t, newFake("general").start(t))
	c, _ := open(t, cfg)
	<-c.loaded
	c.Remember(typed("general unforgettable"))
	if err := c.keepInputsNow(askWait); err != nil {
		t.Fatal(err)
	}
	c.cache.saved(t.Context())
	if err := ForgetInputs(t.Context(), cfg.Dir); err != nil {
		t.Fatal(err)
	}
	if folderHas(t, cfg.Dir, "unforgettable") {
		t.Error("it is still in the folder")
	}
	c.Remember(typed("general later"))
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if got := history(t, cfg); got != nil {
		t.Errorf("told %q", got)
	}
}

// While the server refuses the token nothing is kept, and from the next welcome on it is.
func TestInputsWhileTheTokenIsRefused(t *testing.T) {
	for _, forget := range []bool{false, true} {
		f := newFake("general")
		cfg := config(t, f.start(t))
		c, s := online(t, cfg)
		f.set(func() { f.refuse = func(string) string { return "token_revoked" } })
		f.cutAll()
		s.waitState(t, chat.Refused)
		c.Remember(typed("general refused"))
		if forget {
			if err := ForgetInputs(t.Context(), cfg.Dir); err != nil {
				t.Fatal(err)
			}
		}
		f.set(func() { f.refuse = nil })
		c.Reconnect()
		s.waitState(t, chat.Online)
		c.Remember(typed("general welcome"))
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if got, want := history(t, cfg), []string{"general welcome"}; !slices.Equal(got, want) {
			t.Errorf("forgotten %v: told %q, want %q", forget, got, want)
		}
	}
}

// Lines that were on their way when another account came are not put into its list.
func TestInputsOnTheirWayToAnotherAccount(t *testing.T) {
	c, _ := open(t, config(t, newFake("general").start(t)))
	<-c.loaded
	was := c.inputs.owner
	c.disownInputs()
	for owner, want := range map[int]bool{was: false, c.inputs.owner: true} {
		var got bool
		err := c.cache.ask(c.cache.ops, func(ctx context.Context, x *txn) (err error) {
			got, err = c.keepsInputs(ctx, x, owner)
			return err
		})
		if err != nil || got != want {
			t.Errorf("those of %d are kept: %v, %v", owner, got, err)
		}
	}
}
