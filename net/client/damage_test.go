package client

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// damagedPage is the size of a page of the database.
const damagedPage = 4096

// filled makes a folder with messages of some rooms, two drafts and a position, and tells
// how many pages that is.
func filled(t *testing.T) (dir string, pages int) {
	t.Helper()
	dir = folder(t)
	c := testCache(t, dir)
	save := func(apply func(context.Context, *txn) error) {
		t.Helper()
		if err := c.ask(c.ops, apply); err != nil {
			t.Fatal(err)
		}
	}
	save(func(ctx context.Context, x *txn) error { return x.begin(ctx, "e", false) })
	who := chat.Identified{You: chat.User{ID: "u"}}
	for _, room := range []string{"r", "s", "t"} {
		who.Rooms = append(who.Rooms, chat.Membership{Room: chat.Room{ID: room, Name: strings.Repeat(room, 300)}})
		save(func(ctx context.Context, x *txn) error {
			return x.save(ctx, page{epoch: "e", room: room, messages: messages(room, "e", 1, 150)})
		})
	}
	save(func(ctx context.Context, x *txn) error { return x.identify(ctx, &who) })
	save(func(ctx context.Context, x *txn) error {
		return x.setMeta(ctx, metaMarks, []byte(`{"r":`+strconv.Itoa(7)+`}`))
	})
	for _, id := range []string{"one", "two"} {
		if err := c.keepDraft(chat.Draft{ID: id, Room: "r", Body: chat.TextBody(id)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, cacheName))
	if err != nil || info.Size()%damagedPage != 0 {
		t.Fatal(info, err)
	}
	return dir, int(info.Size() / damagedPage)
}

// damaged copies the database of a folder into a new one, with rubbish in one page.
func damaged(t *testing.T, from string, number int) (dir string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(from, cacheName))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(uint64(number), 45))
	for i := range 200 {
		b[number*damagedPage+i] = byte(random.Uint32())
	}
	dir = folder(t)
	if err := os.WriteFile(filepath.Join(dir, cacheName), b, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Whichever page of a cache is damaged, the client opens, and has what was to be sent unless
// it was on that page.
func TestNoDamagedPageKeepsItFromOpening(t *testing.T) {
	from, pages := filled(t)
	if pages < 20 {
		t.Fatalf("%d pages are too few to find one that is read late", pages)
	}
	lost := 0
	for number := range pages {
		c, err := Open(t.Context(), Config{
			Server: "http://127.0.0.1:1", Dir: damaged(t, from, number), Logger: slog.New(slog.DiscardHandler),
			Token: func(context.Context) (string, error) { return "", ErrNoToken },
		})
		if err != nil {
			t.Errorf("page %d: %v", number, err)
			continue
		}
		if n := c.Waiting(); n != 2 {
			lost++
		}
		if err := c.Close(); err != nil {
			t.Errorf("page %d: close: %v", number, err)
		}
	}
	if lost > 2 { // the page of the outbox, and the one that says where it is
		t.Errorf("the drafts are lost with %d of %d pages", lost, pages)
	}
}

// Of databases that were set aside the newest is kept with its journals, for a month; what
// else begins so is not touched.
func TestWhatWasSetAsideIsNotKeptForEver(t *testing.T) {
	dir := folder(t)
	now := time.Now().UTC()
	path := filepath.Join(dir, cacheName)
	aside := func(ago time.Duration, suffix string) string {
		name := path + ".damaged-" + now.Add(-ago).Format(asideStamp) + suffix
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		return filepath.Base(name)
	}
	old := []string{aside(asideTime+time.Hour, ""), aside(48*time.Hour, ""), aside(48*time.Hour, "-wal"), aside(3*time.Second, "")}
	newest := []string{aside(2*time.Second, ""), aside(2*time.Second, "-shm"), aside(2*time.Second, "-wal")}
	other := filepath.Base(path) + ".damaged-by-me"
	if err := os.WriteFile(filepath.Join(dir, other), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	there := func(names ...string) (n int) {
		for _, name := range names {
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				n++
			}
		}
		return n
	}
	testCache(t, dir)
	if there(old...) != 0 || there(newest...) != 3 || there(other) != 1 {
		t.Errorf("old %d, newest %d, other %d", there(old...), there(newest...), there(other))
	}
	pruneAside(path, now.Add(asideTime), slog.New(slog.DiscardHandler))
	if there(newest...) != 0 || there(other) != 1 {
		t.Errorf("after a month: newest %d, other %d", there(newest...), there(other))
	}
}
