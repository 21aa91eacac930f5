package eventlog

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// testConcurrent: appenders in many goroutines each keep their order, share one
// sequence, and are answered in its order.
func (engine Engine) testConcurrent(t *testing.T) {
	const writers, each = 16, 100
	b := start(t, engine, t.TempDir())
	var mu sync.Mutex
	var answered []chat.Event
	var appenders, answers sync.WaitGroup
	for w := range writers {
		author := chat.User{ID: fmt.Sprintf("u%02d", w)}
		appenders.Go(func() {
			for _, e := range messages(author, 0, each) {
				answers.Add(1)
				err := b.log.Append(context.Background(), e, func(e chat.Event, err error) {
					defer answers.Done()
					if err != nil {
						t.Errorf("not stored: %v", err)
					}
					mu.Lock()
					defer mu.Unlock()
					answered = append(answered, e)
				})
				if err != nil {
					t.Errorf("append: %v", err)
					answers.Done()
				}
			}
		})
	}
	appenders.Wait()
	answers.Wait()
	seen := make(map[string]string)
	for i, e := range answered {
		if e.Position.Offset != uint64(i+1) || e.Seq != uint64(i+1) {
			t.Fatalf("answer %d is of the event at %v with seq %d", i, e.Position, e.Seq)
		}
		if e.ID <= seen[e.Author.ID] {
			t.Fatalf("%s is stored after %s of the same goroutine", e.ID, seen[e.Author.ID])
		}
		seen[e.Author.ID] = e.ID
	}
	if len(answered) != writers*each {
		t.Errorf("%d of %d were answered", len(answered), writers*each)
	}
	same(t, "delivered", answered, b.told())
	same(t, "read", answered, b.all(500))
}

// testClose: after Close nothing is taken, and closing again is harmless.
func (engine Engine) testClose(t *testing.T) {
	b := start(t, engine, t.TempDir())
	b.store(messages(alice, 0, 3)...)
	b.close()
	err := b.log.Append(context.Background(), message(alice, "late", "late"), func(chat.Event, error) {
		t.Error("done was called of an event that was not taken")
	})
	if !errors.Is(err, engine.ErrClosed) {
		t.Errorf("append after close: %v", err)
	}
	if _, err := b.log.Read(context.Background(), 0, 1); !errors.Is(err, engine.ErrClosed) {
		t.Errorf("read after close: %v", err)
	}
	if last := b.log.Last(); last.Offset != 3 {
		t.Errorf("last after close is %v", last)
	}
	b.close()
}

// testCloseUnderLoad: every event that was taken before Close is stored,
// delivered and answered when it returns.
func (engine Engine) testCloseUnderLoad(t *testing.T) {
	home := t.TempDir()
	b := start(t, engine, home)
	var taken, answered atomic.Int64
	var appenders sync.WaitGroup
	begun := make(chan struct{})
	var once sync.Once
	for w := range 8 {
		author := chat.User{ID: fmt.Sprintf("u%02d", w)}
		appenders.Go(func() {
			for n := 0; ; n++ {
				err := b.log.Append(context.Background(), messages(author, n, 1)[0], func(_ chat.Event, err error) {
					if err != nil {
						t.Errorf("not stored: %v", err)
					}
					if answered.Add(1) == 100 {
						once.Do(func() { close(begun) })
					}
				})
				if errors.Is(err, engine.ErrClosed) {
					return
				}
				if err != nil {
					t.Errorf("append: %v", err)
					return
				}
				taken.Add(1)
			}
		})
	}
	<-begun
	b.close()
	atClose := answered.Load()
	appenders.Wait()
	if taken.Load() != answered.Load() || atClose != taken.Load() {
		t.Errorf("%d were taken, %d answered when Close returned, %d in the end", taken.Load(), atClose, answered.Load())
	}
	told := b.told()
	b = start(t, engine, home)
	same(t, "stored", told, b.all(1000))
	if int64(len(told)) != taken.Load() {
		t.Errorf("%d were taken and %d delivered", taken.Load(), len(told))
	}
}

// model is what one history should leave in a log that held something before.
type model struct {
	base  chat.Position // of the last event before
	log   []chat.Event
	first map[string]chat.Event
}

// expect is what appending e should answer; it updates the model.
func (m *model) expect(e chat.Event) (want chat.Event, refused bool) {
	if first, ok := m.first[keyOf(e)]; ok {
		return first, false
	}
	if e.Room != chat.GeneralRoom {
		return e, true
	}
	n := m.base.Offset + uint64(len(m.log)) + 1
	e.Position, e.Seq = chat.Position{Epoch: m.base.Epoch, Offset: n}, n
	m.log = append(m.log, e)
	m.first[keyOf(e)] = e
	return e, false
}

// testHistories: random histories of appends in bursts, duplicates, refusals
// and reopenings come out as a log in memory says they should. They share one
// log, since opening is slow, and each has authors of its own.
func (engine Engine) testHistories(t *testing.T) {
	home := t.TempDir()
	b := start(t, engine, home)
	b.store(message(alice, "first", "so that the log has a position"))
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		b.t = rt
		m := &model{base: b.log.Last(), first: make(map[string]chat.Event)}
		rt.Repeat(map[string]func(*rapid.T){
			"append": func(rt *rapid.T) {
				burst := rapid.SliceOfN(rapid.Custom(drawEvent), 1, 20).Draw(rt, "burst")
				for i := range burst {
					burst[i].Author.ID += strconv.Itoa(run)
				}
				for i, r := range b.append(burst...) {
					want, refused := m.expect(burst[i])
					if refused != (r.err != nil) {
						rt.Fatalf("event %d of the burst: refused %v, error %v", i, refused, r.err)
					}
					same(rt, "answer", []chat.Event{want}, []chat.Event{r.event})
				}
			},
			"read": func(rt *rapid.T) {
				same(rt, "log", m.log, b.after(m.base.Offset, rapid.IntRange(1, 50).Draw(rt, "page")))
			},
			"reopen": func(rt *rapid.T) {
				if rapid.IntRange(0, 49).Draw(rt, "whether") != 1 {
					return
				}
				b.close()
				b = start(t, engine, home)
				b.t = rt
			},
			"": func(rt *rapid.T) {
				last := m.base
				if n := len(m.log); n > 0 {
					last = m.log[n-1].Position
				}
				if got := b.log.Last(); got != last {
					rt.Fatalf("last is %v, not %v", got, last)
				}
			},
		})
		same(rt, "log in the end", m.log, b.after(m.base.Offset, 100))
	})
	b.t = t
}

// drawEvent makes events with so few keys that many are duplicates.
func drawEvent(rt *rapid.T) chat.Event {
	author := chat.User{ID: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "author"), Name: rapid.String().Draw(rt, "name")}
	e := message(author, strconv.Itoa(rapid.IntRange(0, 100).Draw(rt, "id")), rapid.String().Draw(rt, "text"))
	e.At = chat.Millis(rapid.Int64().Draw(rt, "at"))
	for _, a := range rapid.SliceOfN(rapid.SliceOf(rapid.Byte()), 0, 2).Draw(rt, "attachments") {
		e.Body.Attachments = append(e.Body.Attachments, append([]byte{}, a...))
	}
	if rapid.IntRange(0, 9).Draw(rt, "refused") == 0 {
		e.Room = "nowhere"
	}
	return e
}
