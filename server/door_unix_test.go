//go:build unix

package server

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// BenchmarkNewcomers is what one costs of a crowd that comes into the team: 64 at a time,
// each some milliseconds after the one before, all of them durable when they are in.
func BenchmarkNewcomers(b *testing.B) {
	w := newWorld(b.Context(), b, b.TempDir())
	defer w.close()
	if _, err := w.db.Writer().ExecContext(w.ctx, "PRAGMA synchronous = full"); err != nil {
		b.Fatal(err)
	}
	var next atomic.Int64
	var all sync.WaitGroup
	began := cpuTime(b)
	for range 64 {
		all.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				time.Sleep(rand.N(20 * time.Millisecond))
				name := fmt.Sprintf("somebody-%06d", i)
				if err := w.s.Enter(w.ctx, chat.User{ID: name, Name: name, Role: chat.RoleMember}); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64((cpuTime(b)-began).Microseconds())/float64(b.N), "cpu-µs/op")
}

// cpuTime is the processor time that this process has taken.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
