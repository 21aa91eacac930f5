package client

import (
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// A log that was restored without a new epoch, from before what was told: nothing is
// kept as it was, and what becomes of messages in the places that were told already is
// not missed at the next start.
func TestRestoredLogOfTheSameEpoch(t *testing.T) {
	f := newFake("general")
	f.say("general", 50)
	cfg := config(t, f.start(t))
	c, s := run(t, cfg)
	f.agree(t, s)
	c.Close()
	f.set(func() { f.log, f.posted = f.log[:20:20], map[string]chat.Posted{} })
	c, s = run(t, cfg)
	f.agree(t, s)
	c.Close()
	f.set(func() { f.become(ToldEdited, "general", 2, chat.MessageChanged{}, "another text") })
	f.say("general", 35)
	c, s = run(t, cfg)
	f.agree(t, s)
	c.Close()
	c, _ = open(t, cfg)
	f.cached(t, c)
}
