package cli

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
)

// leaveAlone is how long a store that was not available is not asked again by
// itself: each time a keyring is asked, it may ask its user for a password.
const leaveAlone = time.Minute

// source is where the connection gets an account's token, at every attempt.
//
//	command, before the screen ─┐
//	connection ─────────get─────┴─> one at a time ──> data folder, or keyring, file, environment
//	pump, when the server refuses the token ──learn───> asked for anew
//	screen, /reconnect ──retry──> asked for anew, if it was left alone
//
// A token that was read is remembered for as long as the process lives, so that
// no reconnect waits for a keyring that was locked meanwhile. One made from a
// data folder is made anew each time: it never expires in the middle of a day.
type source struct {
	// set once
	mint func() (string, error)                    // nil but for a team hosted here
	read func(ctx context.Context) (string, error) // nil where no token is kept
	turn chan struct{}                             // capacity 1: whoever is in reads

	// guarded by mu
	mu    sync.Mutex
	token string
	err   error     // why it was left alone
	until time.Time // until when
}

// source is the account's. It never looks at HOBNOB_TOKEN unless that is where
// the account's token is.
func (o Options) source(a Account) *source {
	s := &source{turn: make(chan struct{}, 1)}
	if a.Host != "" && o.HostToken != nil {
		s.mint = func() (string, error) { return o.HostToken(a.Host) }
	}
	if a.Store != storeHost {
		s.read = func(ctx context.Context) (string, error) {
			store, err := openStore(a.Store, promptTime)
			if err != nil {
				return "", err
			}
			token, err := store.Get(ctx, a.key())
			if err != nil && ctx.Err() == nil {
				err = tokenError(err, a)
			}
			return token, err
		}
	}
	return s
}

// get is a client.Config's Token. It may block for promptTime.
func (s *source) get(ctx context.Context) (string, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if s.mint != nil {
		if token, err := s.mint(); err == nil || s.read == nil {
			return token, err
		}
	}
	if s.read == nil {
		return "", client.ErrNoToken
	}
	if token, err := s.remembered(); token != "" || err != nil {
		return token, err
	}
	token, err := s.read(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
	if errors.Is(err, keystore.ErrUnavailable) && ctx.Err() == nil {
		s.err, s.until = err, time.Now().Add(leaveAlone)
	}
	return token, err
}

// remembered is the token, or why none is asked for now, or neither.
func (s *source) remembered() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == "" && time.Now().Before(s.until) {
		return "", s.err
	}
	return s.token, nil
}

// keep is for a token that is at hand already.
func (s *source) keep(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
}

// learn forgets a token that the server refused.
func (s *source) learn(u chat.Update) {
	if c, ok := u.(chat.Connection); ok && c.State == chat.Refused {
		s.keep("")
	}
}

// retry lets the store be asked again.
func (s *source) retry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = time.Time{}
}
