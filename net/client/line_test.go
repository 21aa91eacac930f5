package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

func lineConfig(url string) LineConfig {
	return LineConfig{Server: url, Name: "test/1", Token: func(context.Context) (string, error) { return "token", nil }}
}

func dial(t *testing.T, cfg LineConfig) *Line {
	t.Helper()
	l, err := Dial(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func TestLineAsksAndPosts(t *testing.T) {
	f := newFake("general")
	f.say("general", 5)
	l := dial(t, lineConfig(f.start(t)))
	if w := l.Welcome(); w.You != you || len(w.Rooms) != 1 || w.Rooms[0].LastSeq != 5 {
		t.Errorf("welcome %+v", w)
	}
	h, err := Ask[chat.History](t.Context(), l, "history", chat.HistoryRequest{Room: "general", Limit: 2})
	if err != nil || len(h.Messages) != 2 || h.Messages[1].Seq != 5 {
		t.Errorf("history %+v, %v", h, err)
	}
	d := chat.Draft{ID: "d", Room: "general", Body: chat.TextBody("hi")}
	for range 2 { // the same draft is posted once
		if p, err := l.Post(t.Context(), d); err != nil || p.Seq != 6 {
			t.Errorf("posted %+v, %v", p, err)
		}
	}
	f.set(func() {
		f.deny = func(chat.PostOptions, int) *chat.Error {
			return &chat.Error{Code: chat.CodeMuted, Message: "be\x1b quiet"}
		}
	})
	_, err = l.Post(t.Context(), chat.Draft{ID: "e", Room: "general", Body: chat.TextBody("hi")})
	if e, ok := errors.AsType[*chat.Error](err); !ok || e.Code != chat.CodeMuted || strings.Contains(e.Message, "\x1b") {
		t.Errorf("refused with %v", err)
	}
	if _, err := Ask[chat.History](t.Context(), l, "history", chat.HistoryRequest{Room: "general", Limit: 2}); err != nil {
		t.Errorf("after a refusal: %v", err)
	}
	if !f.hellos[0].Position.IsZero() || f.hellos[0].Quiet {
		t.Errorf("hello was %+v", f.hellos[0])
	}
}

func TestLineRefusesWhatIsTooLarge(t *testing.T) {
	f := newFake("general")
	f.open.MaxPayload = 500
	l := dial(t, lineConfig(f.start(t)))
	_, err := l.Post(t.Context(), chat.Draft{ID: "d", Room: "general", Body: chat.TextBody(strings.Repeat("x", 500))})
	if e, ok := errors.AsType[*chat.Error](err); !ok || e.Code != chat.CodeTooLarge {
		t.Errorf("%v", err)
	}
}

// TestLineHearsAll: what happened while there was no connection comes first, once,
// and in order.
func TestLineHearsAll(t *testing.T) {
	f := newFake("general")
	f.say("general", 3)
	cfg := lineConfig(f.start(t))
	cfg.Listen, cfg.Quiet = true, true
	var position chat.Position
	next := uint64(4)
	for round := range 4 {
		cfg.Position = position
		l, err := Dial(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if round > 0 && !l.Welcome().Resumed {
			t.Error("not resumed")
		}
		f.say("general", 2)
		f.set(func() { f.become(ToldEdited, "general", next, chat.MessageChanged{}, "edited") })
		for heard := 0; heard < 3; {
			told, err := l.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			switch what := told.What.(type) {
			case chat.Message:
				if what.Seq != next {
					t.Fatalf("heard %d, want %d", what.Seq, next)
				}
				next++
			case chat.MessageRevised:
				if text, _ := what.Text(); text != "edited" || told.Name != ToldEdited {
					t.Errorf("edited: %+v", what)
				}
				heard = 3
			}
			position = told.Position
		}
		f.cutAll()
		_, err = l.Next(t.Context())
		if e, ok := errors.AsType[*LineError](err); !ok || e.Refused || e.Reason == "" {
			t.Errorf("after the cut: %v", err)
		}
		l.Close()
		f.say("general", 1)
	}
	if !f.hellos[0].Quiet {
		t.Errorf("hello was %+v", f.hellos[0])
	}
}

func TestLineThatIsRefused(t *testing.T) {
	f := newFake("general")
	f.refuse = func(string) string { return "token_expired" }
	cfg := lineConfig(f.start(t))
	_, err := Dial(t.Context(), cfg)
	if !errors.Is(err, ErrRefused) || err.Error() != "your sign-in has expired" {
		t.Errorf("%v", err)
	}
	cfg.Token = func(context.Context) (string, error) { return "", fmt.Errorf("x: %w", ErrNoToken) }
	if _, err := Dial(t.Context(), cfg); !errors.Is(err, ErrRefused) {
		t.Errorf("without a token: %v", err)
	}
}

// TestLineIsToldThatItEnds: a token that ends or is revoked while the line is used.
func TestLineIsToldThatItEnds(t *testing.T) {
	f := newFake("general")
	cfg := lineConfig(f.start(t))
	cfg.Listen = true
	l := dial(t, cfg)
	f.each(func(c *fakeConn) {
		c.emit("unauthorized", map[string]any{"message": "jwt expired", "data": map[string]string{"reason": "token_revoked"}})
	})
	if _, err := l.Next(t.Context()); !errors.Is(err, ErrRefused) {
		t.Errorf("%v", err)
	}
}

func TestLineWithoutAServer(t *testing.T) {
	if _, err := Dial(t.Context(), lineConfig("http://127.0.0.1:1")); err == nil || err.Error() != "nothing answers at the server's address" {
		t.Errorf("%v", err)
	}
	if _, err := Dial(t.Context(), lineConfig("ftp://x")); err == nil {
		t.Error("an address of another kind was taken")
	}
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	if _, err := Dial(t.Context(), lineConfig(web.URL)); err == nil || err.Error() != notHobnob {
		t.Errorf("%v", err)
	}
}

// TestLineGivesUp: whoever asks with a deadline is not kept waiting beyond it.
func TestLineGivesUp(t *testing.T) {
	f := newFake("general")
	f.deaf = true
	cfg := lineConfig(f.start(t))
	cfg.Listen = true
	for name, wait := range map[string]func(ctx context.Context, l *Line) error{
		"ask": func(ctx context.Context, l *Line) error {
			_, err := Ask[chat.History](ctx, l, "history", chat.HistoryRequest{Room: "general"})
			return err
		},
		"next": func(ctx context.Context, l *Line) error { _, err := l.Next(ctx); return err },
	} {
		l := dial(t, cfg)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if err := wait(ctx, l); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
		if _, err := l.Next(t.Context()); err == nil {
			t.Errorf("%s: the line goes on", name)
		}
	}
}

// TestLineKeepsWithinBounds: what comes while a request is answered is kept, and no
// more than that.
func TestLineKeepsWithinBounds(t *testing.T) {
	f := newFake("general")
	f.say("general", 1)
	many := 10
	f.history = func(chat.HistoryRequest, *chat.History) {
		for i := range many {
			f.post(other, chat.PostOptions{Room: "general", ID: fmt.Sprint("h", i, len(f.log))}, chat.TextBody("x"))
		}
	}
	cfg := lineConfig(f.start(t))
	cfg.Listen = true
	l := dial(t, cfg)
	if _, err := Ask[chat.History](t.Context(), l, "history", chat.HistoryRequest{Room: "general", Limit: 5}); err != nil {
		t.Fatal(err)
	}
	for i := range many {
		told, err := l.Next(t.Context())
		if m, ok := told.What.(chat.Message); err != nil || !ok || m.Seq != uint64(2+i) {
			t.Fatalf("%+v, %v", told, err)
		}
	}
	f.set(func() { many = earlyLimit + 1 })
	_, err := Ask[chat.History](t.Context(), l, "history", chat.HistoryRequest{Room: "general", Limit: 5})
	if e, ok := errors.AsType[*LineError](err); !ok || e.Reason != "more was told at once than is kept" {
		t.Errorf("%v", err)
	}
}

// TestLineRenewsItsToken: before it is used for anything else.
func TestLineRenewsItsToken(t *testing.T) {
	f := newFake("general")
	f.expires = time.Now().Add(time.Hour)
	shown := ""
	f.tokens = func(c *fakeConn, name string, args []socketio.Value, p *socketio.Packet) {
		if name == "token:renew" {
			c.ack(p, map[string]any{"ok": true, "token": "next", "expires": chat.ToMillis(time.Now().Add(2 * renewBefore))})
			return
		}
		c.f.set(func() { shown = string(args[0].JSON) })
		c.ack(p, map[string]any{"ok": true})
	}
	cfg := lineConfig(f.start(t))
	kept := ""
	cfg.Renewed = func(_ context.Context, token string) error { kept = token; return nil }
	dial(t, cfg)
	f.set(func() {
		if kept != "next" || shown != `{"token":"next"}` {
			t.Errorf("kept %q, shown %q", kept, shown)
		}
	})
	kept = ""
	cfg.Renewed = func(context.Context, string) error { return errors.New("locked") }
	dial(t, cfg) // which is no reason not to go on with the old one
}
