package sqlite_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
)

// TestTogether: every answer is given within a call of Together, some at a time, in the
// order of the appends, and after its event was delivered.
func TestTogether(t *testing.T) {
	const events, most = 1000, 128
	inside, here := false, 0 // of the deliverer
	var delivered atomic.Int64
	hold := make(chan struct{})
	o := openLog(t, t.TempDir(), func(batch []chat.Event) {
		<-hold
		delivered.Add(int64(len(batch)))
	}, func(o *sqlite.Options, _ *store.Store) {
		o.Together = func(tell func()) {
			inside, here = true, 0
			tell()
			inside = false
		}
	})
	answers := make(chan int, events)
	largest := 0
	for i := range events {
		err := o.Log.Append(t.Context(), event("a", fmt.Sprint(i)), func(e chat.Event, err error) {
			if here++; !inside || here > most || err != nil || int64(e.Position.Offset) > delivered.Load() {
				t.Errorf("answer %d: inside %v, number %d, %v, of the event at %v", i, inside, here, err, e.Position)
			}
			largest = max(largest, here)
			answers <- i
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	close(hold) // what was appended meanwhile is few batches
	for want := range events {
		if got := <-answers; got != want {
			t.Fatalf("answer %d came as number %d", got, want)
		}
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
	if largest != most {
		t.Errorf("at most %d answers were told together", largest)
	}
}
