package sqlite_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// BenchmarkAppend is a log wired as in a server, with durable commits, under a
// number of appends that wait for their done at any time.
func BenchmarkAppend(b *testing.B) {
	for _, inflight := range []int{1, 64, 512} {
		b.Run(fmt.Sprintf("inflight=%d", inflight), func(b *testing.B) {
			o := openLog(b, b.TempDir(), nil)
			tokens := make(chan struct{}, inflight)
			done := func(_ chat.Event, err error) {
				if err != nil {
					b.Error(err)
				}
				<-tokens
			}
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
				if err := o.Append(b.Context(), event(authors[n%len(authors)], id.String()), done); err != nil {
					b.Fatal(err)
				}
				n++
			}
			for range inflight {
				tokens <- struct{}{}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
			if err := o.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
