package files

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// uploadKey names an upload: its ID is its person's client's.
type uploadKey struct{ by, id string }

// transfer is the right to change one upload, and to write to its part. There is
// one at a time.
type transfer struct {
	key       uploadKey
	interrupt func()        // makes who holds it give it back soon
	offset    atomic.Int64  // bytes that have come, durable or not
	ended     chan struct{} // closed when it was given back
	once      sync.Once
}

// end asks for a transfer to be given back. It does not wait.
func (t *transfer) end() { t.once.Do(t.interrupt) }

// take takes the transfer of an upload, from whoever has it: of two requests for
// one upload the older one is of a connection that its client has given up, though
// nobody may have told us so yet.
func (l *Library) take(ctx context.Context, key uploadKey, interrupt func()) (*transfer, error) {
	t := &transfer{key: key, interrupt: interrupt, ended: make(chan struct{})}
	for {
		before, err := l.put(t)
		if err != nil {
			return nil, err
		}
		if before == nil {
			return t, nil
		}
		before.end()
		select {
		case <-before.ended:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// claim takes the transfer of an upload that nobody has, and is nil otherwise.
func (l *Library) claim(key uploadKey) *transfer {
	t := &transfer{key: key, interrupt: func() {}, ended: make(chan struct{})}
	if before, err := l.put(t); before != nil || err != nil {
		return nil
	}
	return t
}

// put makes t the transfer of its upload, or answers which one is.
func (l *Library) put(t *transfer) (before *transfer, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, &chat.Error{Code: chat.CodeUnavailable, Message: "the server is going down; go on when it is back"}
	}
	if before := l.transfers[t.key]; before != nil {
		return before, nil
	}
	l.transfers[t.key] = t
	return nil, nil
}

// release gives a transfer back.
func (l *Library) release(t *transfer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.transfers, t.key)
	close(t.ended)
	if l.closed && len(l.transfers) == 0 {
		close(l.ended)
	}
}

// live answers how far an upload is that goes on just now.
func (l *Library) live(key uploadKey) (offset int64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.transfers[key]
	if t == nil {
		return 0, false
	}
	return t.offset.Load(), true
}

// endTransfers lets no transfer begin any more, and asks for those that are there.
func (l *Library) endTransfers() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		if len(l.transfers) == 0 {
			close(l.ended)
		}
	}
	for _, t := range l.transfers {
		t.end()
	}
}
