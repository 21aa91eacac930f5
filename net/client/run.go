package client

import (
	"context"
	"errors"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Run connects and stays connected until ctx ends or Close is called, and
// returns nil then. It is called once at a time.
func (c *Client) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := c.begin(cancel); err != nil {
		return err
	}
	defer c.finish()
	select {
	case <-c.loaded:
	case <-ctx.Done():
		return nil
	}
	wait := newBackoff(c.cfg.random)
	for {
		c.tell(ctx, chat.Connection{State: chat.Connecting})
		lived, err := c.connect(ctx)
		if ctx.Err() != nil {
			c.feed.push(chat.Connection{State: chat.Offline})
			return nil
		}
		wait.lived(lived)
		if c.rest(ctx, &wait, err) {
			wait.reset() // somebody knows that the network is back
		}
	}
}

// rest tells why there is no connection and waits until another attempt is due.
func (c *Client) rest(ctx context.Context, wait *backoff, err error) (asked bool) {
	if r, ok := errors.AsType[*refusal](err); ok {
		c.log.Info("the server refuses the token", "reason", r.reason)
		if !r.passes { // perhaps since it was signed out elsewhere on this machine
			c.refuseInputs()
		}
		told, d := chat.Connection{State: chat.Refused, Reason: r.reason, Banned: r.reason == bannedReason}, time.Duration(-1)
		if r.passes {
			d = wait.seldom()
			told.RetryAt = time.Now().Add(d)
		}
		c.tell(ctx, told)
		return c.pause(ctx, d)
	}
	d := wait.next()
	c.log.Info("no connection", "reason", reasonFor(err), "error", err, "retry_in", d)
	c.tell(ctx, chat.Connection{State: chat.Waiting, Reason: reasonFor(err), RetryAt: time.Now().Add(d)})
	return c.pause(ctx, d)
}

func (c *Client) begin(cancel context.CancelFunc) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return ErrClosed
	case c.endRun != nil:
		return ErrRunning
	}
	c.endRun = cancel
	c.running.Add(1)
	return nil
}

func (c *Client) finish() {
	c.mu.Lock()
	c.endRun = nil
	c.mu.Unlock()
	c.running.Done()
}
