package cli

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/keystore"
)

// queue is where the sources of several accounts wait for the one keyring. It is asked for
// one token at a time, and where it was not there for one, not for the next: each time it
// may ask its user for a password.
type queue struct {
	turn chan struct{} // capacity 1: whoever is in asks

	// guarded by mu
	mu    sync.Mutex
	err   error // why it is left alone
	until time.Time
}

// stand has a source wait in a queue, if that is where its account's token is.
func (s *source) stand(q *queue, a Account) {
	if a.Store != storeKeyring || s.read == nil {
		return
	}
	ask := s.read
	s.line = q
	s.read = func(ctx context.Context) (string, error) {
		select {
		case q.turn <- struct{}{}:
			defer func() { <-q.turn }()
		case <-ctx.Done():
			return "", ctx.Err()
		}
		if err := q.closed(); err != nil {
			return "", err
		}
		token, err := ask(ctx)
		if errors.Is(err, keystore.ErrUnavailable) && ctx.Err() == nil {
			q.close(err, time.Now().Add(leaveAlone))
		}
		return token, err
	}
}

// closed is why the keyring is left alone, nil if it is not.
func (q *queue) closed() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if time.Now().Before(q.until) {
		return q.err
	}
	return nil
}

// close leaves it alone until then.
func (q *queue) close(err error, until time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.err, q.until = err, until
}
