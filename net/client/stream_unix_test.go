//go:build unix

package client

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"
)

func processorTime(t testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkStream is what a second of 200 messages costs the cache, an op being one
// message: gathered, and each in a commit of its own.
func BenchmarkStream(b *testing.B) {
	for name, soon := range map[string]bool{"gathered": false, "each": true} {
		b.Run(name, func(b *testing.B) {
			c := testCache(b, folder(b))
			if err := c.ask(c.ops, func(ctx context.Context, x *txn) error { return x.begin(ctx, "e", false) }); err != nil {
				b.Fatal(err)
			}
			all := messages("r", "e", 1, uint64(b.N))
			tick := time.NewTicker(5 * time.Millisecond)
			defer tick.Stop()
			before := processorTime(b)
			for i := range b.N {
				p := page{epoch: "e", room: "r", messages: all[i : i+1]}
				c.put(c.ops, op{covers: true, soon: soon, apply: func(ctx context.Context, x *txn) error {
					return errors.Join(x.save(ctx, p), x.advance(ctx, p.messages[0].Position))
				}})
				<-tick.C
			}
			c.saved(b.Context())
			b.ReportMetric(float64(processorTime(b)-before)/float64(b.N)/1e3, "cpu-µs/op")
			b.ReportMetric(0, "ns/op")
			if r, err := readSpan(b.Context(), c.read, "r"); err != nil || r.hi != uint64(b.N) {
				b.Fatal(fmt.Errorf("%v, %w", r, err))
			}
		})
	}
}
