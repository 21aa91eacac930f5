package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func testCache(t testing.TB, dir string) *cache {
	t.Helper()
	c, err := openCache(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.close() })
	return c
}

// messages makes the messages of a room with the seqs from lo to hi.
func messages(room, epoch string, lo, hi uint64) []chat.Message {
	var out []chat.Message
	for seq := lo; seq <= hi; seq++ {
		out = append(out, chat.Message{
			Envelope: chat.Envelope{
				ID: fmt.Sprintf("%s-%d", room, seq), Room: room, Seq: seq, From: other, At: 1,
				Position: chat.Position{Epoch: epoch, Offset: seq},
			},
			Body: chat.TextBody("this is a message of the length that messages have, more or less"),
		})
	}
	return out
}

func TestCacheKeepsOneRun(t *testing.T) {
	c := testCache(t, folder(t))
	do := func(apply func(context.Context, *txn) error) {
		t.Helper()
		if err := c.ask(c.ops, apply); err != nil {
			t.Fatal(err)
		}
	}
	do(func(ctx context.Context, x *txn) error { return x.begin(ctx, "e", false) })
	for _, step := range []struct {
		what   string
		lo, hi uint64
		epoch  string
		older  bool
		want   span
	}{
		{"older into nothing", 1, 3, "e", true, span{}},
		{"first", 10, 12, "e", false, span{10, 12}},
		{"next", 13, 13, "e", false, span{10, 13}},
		{"again", 11, 14, "e", false, span{10, 14}},
		{"older, apart", 3, 5, "e", true, span{10, 14}},
		{"older, next to it", 8, 9, "e", true, span{8, 14}},
		{"older, across", 7, 10, "e", true, span{7, 14}},
		{"far behind", 1, 2, "e", false, span{7, 14}},
		{"of another epoch", 15, 15, "other", false, span{7, 14}},
		{"older, far ahead", 40, 41, "e", true, span{7, 14}},
		{"far ahead", 20, 22, "e", false, span{20, 22}},
	} {
		do(func(ctx context.Context, x *txn) error {
			return x.save(ctx, page{epoch: step.epoch, room: "r", messages: messages("r", step.epoch, step.lo, step.hi), older: step.older})
		})
		r, err := readSpan(t.Context(), c.read, "r")
		if err != nil || r != step.want {
			t.Errorf("%s: run %v, want %v (%v)", step.what, r, step.want, err)
		}
		if r.hi > 0 {
			m, ok, err := c.before(t.Context(), "r", newest, 200)
			if !ok || err != nil || uint64(len(m)) != r.hi-r.lo+1 {
				t.Errorf("%s: %d messages, %v, %v", step.what, len(m), ok, err)
			}
		}
	}
	do(func(ctx context.Context, x *txn) error { return x.begin(ctx, "e2", false) })
	if r, err := readSpan(t.Context(), c.read, "r"); err != nil || r != (span{}) {
		t.Errorf("after another epoch: %v, %v", r, err)
	}
}

func TestPositionMovesForwardOnly(t *testing.T) {
	c := testCache(t, folder(t))
	for _, step := range []struct {
		begin string
		at    chat.Position
		want  string
	}{
		{"", chat.Position{Epoch: "e", Offset: 3}, ""},
		{"e", chat.Position{Epoch: "e", Offset: 3}, "e.3"},
		{"", chat.Position{Epoch: "e", Offset: 2}, "e.3"},
		{"", chat.Position{Epoch: "d", Offset: 9}, "e.3"},
		{"e", chat.Position{Epoch: "e", Offset: 5}, "e.5"},
		{"f", chat.Position{}, ""},
		{"", chat.Position{Epoch: "f"}, "f.0"},
	} {
		err := c.ask(c.ops, func(ctx context.Context, x *txn) error {
			if step.begin != "" {
				if err := x.begin(ctx, step.begin, false); err != nil {
					return err
				}
			}
			return x.advance(ctx, step.at)
		})
		if err != nil {
			t.Fatal(err)
		}
		if p, err := readPosition(t.Context(), c.read); err != nil || p.String() != step.want {
			t.Errorf("%+v: position %q, %v", step, p, err)
		}
	}
}

func TestCacheIsTrimmed(t *testing.T) {
	c := testCache(t, folder(t))
	for lo := uint64(1); lo < keep+2*keepSlack; lo += 1000 {
		err := c.ask(c.ops, func(ctx context.Context, x *txn) error {
			return x.save(ctx, page{room: "r", messages: messages("r", "", lo, lo+999)})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if r, err := readSpan(t.Context(), c.read, "r"); err != nil || r != (span{1001, 11000}) {
		t.Errorf("run %v, %v", r, err)
	}
}

// Of a room that has as much as is kept no older page is taken: reading far up must not make
// the cache grow.
func TestOlderPagesAreBounded(t *testing.T) {
	c := testCache(t, folder(t))
	save := func(p page) {
		t.Helper()
		if err := c.ask(c.ops, func(ctx context.Context, x *txn) error { return x.save(ctx, p) }); err != nil {
			t.Fatal(err)
		}
	}
	const first = 301
	save(page{room: "r", messages: messages("r", "", first, first+keep-2)})
	save(page{room: "r", messages: messages("r", "", first-100, first-1), older: true})
	save(page{room: "r", messages: messages("r", "", first-200, first-101), older: true})
	if r, err := readSpan(t.Context(), c.read, "r"); err != nil || r != (span{first - 100, first + keep - 2}) {
		t.Errorf("run %v, %v", r, err)
	}
}

// A draft whose message another process had is no draft any more when the cache is opened.
func TestDraftThatWasPostedIsSettledQuietly(t *testing.T) {
	f := newFake("general")
	f.say("general", 2)
	cfg := config(t, f.start(t))
	c, s := run(t, cfg)
	s.waitLast(t, "general", 2)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, _ = open(t, cfg)
	d := draft("general", "said once")
	d.ID = "mine"
	if err := errors.Join(c.Enqueue(d), c.Kept(t.Context())); err != nil {
		t.Fatal(err)
	}
	err := c.cache.ask(c.cache.ops, func(ctx context.Context, x *txn) error {
		m := messages("general", f.epoch, 3, 3)
		m[0].ID, m[0].From = "mine", you
		return x.save(ctx, page{epoch: f.epoch, room: "general", messages: m}) // of whom it is, is not said
	})
	if err = errors.Join(err, c.Close()); err != nil {
		t.Fatal(err)
	}
	c, s = open(t, cfg)
	s.waitLast(t, "general", 3)
	if n := c.Waiting(); n != 0 {
		t.Errorf("%d drafts wait", n)
	}
}

// What is not one run is not shown as if it were.
func TestHoleInTheCacheIsNotShown(t *testing.T) {
	c := testCache(t, folder(t))
	err := c.ask(c.ops, func(ctx context.Context, x *txn) error {
		if err := x.save(ctx, page{room: "r", messages: messages("r", "e", 1, 9)}); err != nil {
			return err
		}
		_, err := x.ExecContext(ctx, "DELETE FROM messages WHERE seq = 5")
		return err
	})
	if err == nil {
		err = c.ask(c.ops, func(ctx context.Context, x *txn) error { return x.begin(ctx, "", false) })
	}
	if err != nil {
		t.Fatal(err)
	}
	if m, ok, err := c.before(t.Context(), "r", newest, 200); ok || err != nil {
		t.Errorf("showed %d messages, %v", len(m), err)
	}
	if m, ok, err := c.before(t.Context(), "r", 6, 200); ok || err != nil {
		t.Errorf("showed %d messages up to the hole, %v", len(m), err)
	}
	if m, ok, err := c.before(t.Context(), "r", newest, 4); !ok || err != nil || len(m) != 4 {
		t.Errorf("showed %d messages above it, %v", len(m), err)
	}
}

// A failed batch must not let the position pass what it would have saved.
func TestLostBatchStopsThePosition(t *testing.T) {
	c := testCache(t, folder(t))
	if err := c.ask(c.ops, func(ctx context.Context, x *txn) error { return x.begin(ctx, "e", false) }); err != nil {
		t.Fatal(err)
	}
	c.put(c.ops, op{covers: true, apply: func(context.Context, *txn) error { return os.ErrInvalid }})
	err := c.ask(c.ops, func(ctx context.Context, x *txn) error { return x.advance(ctx, chat.Position{Epoch: "e", Offset: 9}) })
	if err != nil {
		t.Fatal(err)
	}
	if p, err := readPosition(t.Context(), c.read); err != nil || !p.IsZero() {
		t.Errorf("position %v, %v", p, err)
	}
}

func TestUnusableCacheIsSetAside(t *testing.T) {
	damageTable := func(sql string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			db, err := handle(filepath.Join(dir, cacheName), "WAL", "NORMAL", "deferred", busyWait)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec(sql); err != nil {
				t.Fatal(err)
			}
		}
	}
	write := func(name string, content []byte) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, tc := range map[string]struct {
		damage func(t *testing.T, dir string)
		drafts int
	}{
		"newer":     {damageTable("PRAGMA user_version = 9"), 2},
		"no table":  {damageTable("DROP TABLE messages"), 2},
		"no column": {damageTable("ALTER TABLE meta RENAME COLUMN value TO v"), 2},
		"marked":    {write(cacheName+".mark", nil), 2},
		"garbage":   {write(cacheName, bytes.Repeat([]byte("no database "), 2000)), 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			c := testCache(t, dir)
			for _, id := range []string{"one", "two"} {
				if err := c.keepDraft(chat.Draft{ID: id, Room: "r", Body: chat.TextBody(id)}); err != nil {
					t.Fatal(err)
				}
			}
			if err := c.close(); err != nil {
				t.Fatal(err)
			}
			tc.damage(t, dir)
			var said bytes.Buffer
			c, err := openCache(t.Context(), dir, slog.New(slog.NewTextHandler(&said, nil)))
			if err != nil {
				t.Fatal(err)
			}
			defer c.close()
			k, err := c.load(t.Context())
			if err != nil || len(k.drafts) != tc.drafts {
				t.Fatalf("kept %v, %v", k.drafts, err)
			}
			if tc.drafts > 0 && (k.drafts[0].draft.ID != "one" || k.drafts[1].draft.ID != "two") {
				t.Errorf("kept %v", k.drafts)
			}
			if !strings.Contains(said.String(), "set aside") {
				t.Errorf("the log says %q", said.String())
			}
			aside, err := filepath.Glob(filepath.Join(dir, cacheName+".damaged-*"))
			if err != nil || len(aside) == 0 {
				t.Errorf("set aside: %v, %v", aside, err)
			}
			if marked(c.path) {
				t.Error("the mark is still there")
			}
		})
	}
}

func TestSetAsideCutShort(t *testing.T) {
	dir := folder(t)
	drafts := []outboxRow{{draft: chat.Draft{ID: "d", Body: chat.TextBody("x")}}}
	if err := makeNew(t.Context(), filepath.Join(dir, cacheName+".new"), drafts); err != nil {
		t.Fatal(err)
	}
	k, err := testCache(t, dir).load(t.Context())
	if err != nil || len(k.drafts) != 1 {
		t.Errorf("kept %v, %v", k.drafts, err)
	}
}

// Several processes may begin on an empty or a damaged folder at once.
func TestOpenedByManyAtOnce(t *testing.T) {
	for name, content := range map[string]string{"empty": "", "damaged": strings.Repeat("no database ", 1000)} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			if err := os.WriteFile(filepath.Join(dir, cacheName), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			var all sync.WaitGroup
			for i := range 4 {
				all.Go(func() {
					c, err := openCache(t.Context(), dir, slog.New(slog.DiscardHandler))
					if err != nil {
						t.Error(err)
						return
					}
					if err := c.keepDraft(chat.Draft{ID: fmt.Sprint(i), Body: chat.TextBody("x")}); err != nil {
						t.Error(err)
					}
					if err := c.close(); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if k, err := testCache(t, dir).load(t.Context()); err != nil || content == "" && len(k.drafts) != 4 {
				t.Errorf("kept %v, %v", k.drafts, err)
			}
		})
	}
}

func TestStateFolderIsPrivate(t *testing.T) {
	dir := filepath.Join(folder(t), "a", "b")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	c := testCache(t, dir)
	if err := c.keepDraft(chat.Draft{ID: "d", Body: chat.TextBody("x")}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v, %v", info.Mode(), err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

// BenchmarkOpenCache is the time from Open to the first Reloaded, with 100,000
// messages in ten rooms.
func BenchmarkOpenCache(b *testing.B) {
	dir := folder(b)
	c := testCache(b, dir)
	who := chat.Identified{You: you}
	if err := c.ask(c.ops, func(ctx context.Context, x *txn) error { return x.begin(ctx, "e", false) }); err != nil {
		b.Fatal(err)
	}
	for i := range 10 {
		room := fmt.Sprint("room", i)
		who.Rooms = append(who.Rooms, chat.Membership{Room: chat.Room{ID: room, Name: room, LastSeq: keep}})
		err := c.ask(c.ops, func(ctx context.Context, x *txn) error {
			return x.save(ctx, page{epoch: "e", room: room, messages: messages(room, "e", 1, keep)})
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := c.ask(c.ops, func(ctx context.Context, x *txn) error { return x.identify(ctx, &who) }); err != nil {
		b.Fatal(err)
	}
	c.close()
	for b.Loop() {
		c, err := Open(b.Context(), Config{Server: "http://localhost", Dir: dir, Token: func(context.Context) (string, error) { return "", nil }})
		if err != nil {
			b.Fatal(err)
		}
		<-c.Updates()
		select {
		case u := <-c.Updates():
			if r, ok := u.(chat.Reloaded); !ok || len(r.Messages) != firstPage {
				b.Fatalf("the second update is %T", u)
			}
		case <-c.loaded:
			b.Fatal("there was no Reloaded")
		}
		b.StopTimer()
		c.Close()
		b.StartTimer()
	}
}
