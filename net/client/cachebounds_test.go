package client

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// bulky are messages of 64 KB.
func bulky(room string, lo, hi uint64) []chat.Message {
	list := messages(room, "e", lo, hi)
	for i := range list {
		list[i].Body = chat.TextBody(strings.Repeat("x", 64<<10))
	}
	return list
}

// Of a room, and of all, the newest messages stay up to some bytes, without a gap; and the
// file does not grow beyond.
func TestCacheIsBoundedInBytes(t *testing.T) {
	dir := folder(t)
	c := testCache(t, dir)
	*c.bounds = bounds{room: 4 << 20, all: 10 << 20, slack: 1 << 20, cut: 2 << 20, grown: make(map[string]int64)}
	if err := c.ask(c.ops, func(ctx context.Context, x *txn) error { return x.begin(ctx, "e", false) }); err != nil {
		t.Fatal(err)
	}
	save := func(room string, list []chat.Message) {
		t.Helper()
		err := c.ask(c.ops, func(ctx context.Context, x *txn) error {
			return x.save(ctx, page{epoch: "e", room: room, messages: list})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	size := func(room string) (n int64) {
		t.Helper()
		err := c.read.QueryRow("SELECT ifnull(sum(length(message)), 0) FROM messages WHERE room = ?", room).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	save("quiet", messages("quiet", "e", 1, 100))
	rooms := []string{"a", "b", "c", "d", "e"}
	for lo := uint64(1); lo < 300; lo += 10 {
		for _, room := range rooms {
			save(room, bulky(room, lo, lo+9))
			if n := size(room); n > 5<<20+64<<10*11 {
				t.Fatalf("%s has %d bytes", room, n)
			}
		}
	}
	all := size("quiet")
	for _, room := range rooms {
		all += size(room)
		if r, err := readSpan(t.Context(), c.read, room); err != nil || r.hi != 300 || r.hi-r.lo < 10 {
			t.Errorf("%s goes from %d to %d, %v", room, r.lo, r.hi, err)
		}
		if m, ok, err := c.before(t.Context(), room, newest, 10); !ok || err != nil || len(m) != 10 {
			t.Errorf("%s shows %d, %v, %v", room, len(m), ok, err)
		}
	}
	if all > 11<<20 {
		t.Errorf("all have %d bytes", all)
	}
	if r, err := readSpan(t.Context(), c.read, "quiet"); err != nil || r != (span{1, 100}) {
		t.Errorf("a quiet room goes from %d to %d, %v", r.lo, r.hi, err)
	}
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, cacheName)); err != nil || info.Size() > 16<<20 {
		t.Errorf("the file: %v, %v", info.Size(), err)
	}
}

// A close waits for no backlog of messages: the server has them, and the position is not
// moved past them. What only we have is saved.
func TestCloseLeavesOutWhatIsLate(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		c := testCache(t, dir)
		if err := c.ask(c.ops, func(ctx context.Context, x *txn) error { return x.begin(ctx, "e", false) }); err != nil {
			t.Fatal(err)
		}
		for seq := range uint64(100) {
			list := messages("r", "e", seq+1, seq+1)
			c.put(c.ops, op{covers: true, apply: func(ctx context.Context, x *txn) error {
				time.Sleep(batchTime) // as a disk that is slow
				if err := x.save(ctx, page{epoch: "e", room: "r", messages: list}); err != nil {
					return err
				}
				return x.advance(ctx, list[0].Position)
			}})
		}
		kept := make(chan error, 1)
		go func() { kept <- c.keepDraft(chat.Draft{ID: "d", Body: chat.TextBody("x")}) }()
		synctest.Wait()
		began := time.Now()
		if err := c.close(); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > closeTime+3*batchTime {
			t.Errorf("it took %v", took)
		}
		if err := <-kept; err != nil {
			t.Errorf("the draft: %v", err)
		}
		again := testCache(t, dir)
		defer again.close()
		k, err := again.load(t.Context())
		r, err2 := readSpan(t.Context(), again.read, "r")
		if err != nil || err2 != nil || len(k.drafts) != 1 || k.position.Offset != r.hi || r.hi == 0 || r.hi > 10 {
			t.Errorf("%d drafts, the position is %v and the messages go to %d (%v, %v)", len(k.drafts), k.position, r.hi, err, err2)
		}
	})
}
