package sqlite_test

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// BenchmarkAppend is a log wired as in a server, with durable commits, under a
// number of appends that wait for their done at any time; once as it is, and once with
// the search index kept up beside it.
func BenchmarkAppend(b *testing.B) {
	for _, inflight := range []int{1, 64, 512} {
		b.Run(fmt.Sprintf("inflight=%d", inflight), func(b *testing.B) { benchAppend(b, inflight, false) })
		b.Run(fmt.Sprintf("inflight=%d/indexed", inflight), func(b *testing.B) { benchAppend(b, inflight, true) })
	}
}

func benchAppend(b *testing.B, inflight int, indexed bool) {
	wake := func() {}
	o := openLog(b, b.TempDir(), func([]chat.Event) { wake() })
	if indexed {
		x := o.store.StartIndexer(b.Context(), slog.New(slog.DiscardHandler))
		defer x.Close()
		wake = x.Wake
	}
	tokens := make(chan struct{}, inflight)
	var slowest atomic.Int64 // nanoseconds
	authors := make([]string, 50)
	for i := range authors {
		authors[i] = "hobnob:" + uuid.NewString()
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		id, err := uuid.NewV7()
		if err != nil {
			b.Fatal(err)
		}
		tokens <- struct{}{}
		began := time.Now()
		done := func(_ chat.Event, err error) {
			if err != nil {
				b.Error(err)
			}
			slowest.Store(max(slowest.Load(), int64(time.Since(began)))) // called by one goroutine
			<-tokens
		}
		if err := o.Append(b.Context(), event(authors[n%len(authors)], id.String()), done); err != nil {
			b.Fatal(err)
		}
		n++
	}
	for range inflight {
		tokens <- struct{}{}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(slowest.Load())/1e6, "slowest-ms")
	if err := o.Log.Close(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := o.store.Close(); err != nil {
			b.Error(err)
		}
	})
}
