package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"sync"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// signOuts are the accounts whose users want to be signed out: of those once the screen is left,
// of those that left a window of several at once.
type signOuts struct {
	mu   sync.Mutex
	list []Account
	done []Account // at once
}

// of is what notes an account; nil where it is not kept on this machine, so that there is
// nothing to forget: the token was given with the command, or the team is hosted by it.
func (s *signOuts) of(a Account) func() {
	if s == nil || a.Store == storeHost || a.Store == storeEnv {
		return nil
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.list = append(s.list, a)
	}
}

// over tells whether what waits for an account does so until somebody signs in again.
func (s *signOuts) over(a Account) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(append(slices.Clip(s.list), s.done...), a.same)
}

// signOut signs those out who left the screen. Nothing is connected any more.
func (s *signOuts) signOut(ctx context.Context, o Options) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.list {
		err = errors.Join(err, signOut(ctx, o, a, os.Stderr))
	}
	return err
}

// parts is what signs the user out of a team that left the window, by its ID there, while
// others stay; nil where there is nothing to sign out of. It returns at once.
func (c *comings) parts(id int, a Account) func() {
	if c == nil || c.o.leaving.of(a) == nil {
		return nil
	}
	seek := c.seeks()
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.out = append(c.out, id)
		seek()
	}
}

// signOuts signs the user out of the teams that left the window for that. It is done also
// where the chat is left meanwhile: it was asked for. The window has said that they are, and
// is told only what is otherwise; the way back is read on the terminal, when the screen is gone.
func (c *comings) signOuts(ctx context.Context) {
	c.mu.Lock()
	out := c.out
	c.out = nil
	c.mu.Unlock()
	for _, id := range out {
		c.close(id) // the server is told what was read
		a := c.list[id].account
		failed, err := signOff(context.WithoutCancel(ctx), c.o, a, io.Discard)
		if err != nil {
			c.stamp = stamp{} // it comes back
			c.says("you could not be signed out of " + a.label() + ": " + err.Error())
			continue
		}
		c.o.leaving.mu.Lock()
		c.o.leaving.done = append(c.o.leaving.done, a)
		c.o.leaving.mu.Unlock()
		for _, one := range failed {
			c.says("you are signed out of " + chat.SanitizeLine(a.Team.Name) + ", but " + one)
		}
		c.last += "signed out: " + a.label() + "\n" + a.comeBack() + "\n"
	}
}

// says tells something in the team that is shown, or on the terminal when the screen is gone.
func (c *comings) says(text string) {
	select {
	case <-c.over:
		c.last += chat.Sanitize(text) + "\n"
	default:
		c.send(chat.Noticed{Text: text})
	}
}
