package cli

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
)

// leaveAlone is how long a store that was not available is not asked again by
// itself: each time a keyring is asked, it may ask its user for a password.
const leaveAlone = time.Minute

// source is where the connection gets an account's token, at every attempt, and
// where it leaves the successor of one that ends soon.
//
//	command, before the screen ─┐
//	connection ─────────get─────┼─> one at a time ──> data folder, or keyring, file, environment
//	connection ───────renewed───┘
//	pump, when the server refuses the token ──learn───> asked for anew
//	screen, /reconnect ──retry──> asked for anew, if it was left alone
//
// A token that was read is remembered for as long as the process lives, so that
// no reconnect waits for a keyring that was locked meanwhile. One made from a
// data folder is made anew each time: it never expires in the middle of a day.
type source struct {
	// set once
	mint func() (string, error)                        // nil but for a team hosted here
	read func(ctx context.Context) (string, error)     // nil where no token is kept
	save func(ctx context.Context, token string) error // nil where none can be
	turn chan struct{}                                 // capacity 1: whoever is in reads or saves
	log  *slog.Logger                                  // nil before there is a connection
	line *queue                                        // where it waits for the keyring, nil if it is alone

	// guarded by mu
	mu      sync.Mutex
	token   string    // remembered
	ours    string    // that the connection has: what it renews
	minted  bool      // the last that was given out was made, not read
	doubted bool      // it was refused, and may be good all the same
	err     error     // why it was left alone
	until   time.Time // until when
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
	if a.Store == storeKeyring || a.Store == storeFile {
		s.save = func(ctx context.Context, token string) error { return keep(ctx, a, token, promptTime) }
	}
	return s
}

// get is a client.Config's Token. It may block for promptTime.
func (s *source) get(ctx context.Context) (string, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	if s.mint != nil {
		token, err := s.mint()
		if err == nil || s.read == nil {
			s.give(true)
			return token, err
		}
	}
	s.give(false)
	if s.read == nil {
		return "", client.ErrNoToken
	}
	if token, err := s.remembered(); token != "" || err != nil {
		return token, err
	}
	token, err := s.read(ctx)
	s.note(err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token, s.ours = token, token
	if errors.Is(err, keystore.ErrUnavailable) && ctx.Err() == nil {
		s.err, s.until = err, time.Now().Add(leaveAlone)
	}
	return token, err
}

// note logs what a store said of itself, which no sentence has in it.
func (s *source) note(err error) {
	if cause := errors.Unwrap(err); cause != nil && s.log != nil {
		s.log.Warn("token store", "err", cause)
	}
}

// enter waits for whoever is in.
func (s *source) enter(ctx context.Context) (leave func(), _ error) {
	select {
	case s.turn <- struct{}{}:
		return func() { <-s.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// give notes where the token that is given out is from.
func (s *source) give(minted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.minted = minted
}

// keeper is a client.Config's Renewed: nil for a token that stays what it is, as
// HOBNOB_TOKEN does.
func (s *source) keeper() func(ctx context.Context, token string) error {
	if s.mint == nil && s.save == nil {
		return nil
	}
	return s.renewed
}

// renewed puts the successor of the token that was given out in its place, if it is
// still there. It may block for promptTime.
func (s *source) renewed(ctx context.Context, token string) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	s.mu.Lock()
	minted, ours := s.minted, s.ours
	s.mu.Unlock()
	switch {
	case minted:
		return nil // only this connection needs it: the next has one made
	case s.save == nil:
		return keystore.ErrReadOnly
	}
	kept, err := s.read(ctx)
	if err != nil {
		return err // who signed out meanwhile stays signed out
	}
	if kept != ours {
		// Another process signed in or renewed meanwhile. That one is newer, perhaps
		// with another role, and stays; only this connection needs the successor.
		s.keep(kept)
		return nil
	}
	if err := s.save(ctx, token); err != nil {
		s.note(err)
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token, s.ours = token, token
	return nil
}

// remembered is the token, or why none is asked for now, or neither.
func (s *source) remembered() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == "" && time.Now().Before(s.until) {
		return "", s.err
	}
	s.ours = s.token
	return s.token, nil
}

// keep is for a token that is at hand already.
func (s *source) keep(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
}

// learn forgets a token that the server refused. One that the client shows again
// by itself is kept until somebody asks for that: the keyring may want a password,
// and perhaps nobody is there.
func (s *source) learn(u chat.Update) {
	c, ok := u.(chat.Connection)
	if !ok || (c.State != chat.Refused && c.State != chat.Online) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doubted = c.State == chat.Refused && !c.RetryAt.IsZero()
	if c.State == chat.Refused && !s.doubted {
		s.token = ""
	}
}

// retry lets the store be asked again.
func (s *source) retry() {
	if s.line != nil {
		s.line.close(nil, time.Time{})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = time.Time{}
	if s.doubted { // there may be a new one
		s.token, s.doubted = "", false
	}
}
