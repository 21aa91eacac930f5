package gateway

import (
	"net"
	"sync"
	"time"
)

const (
	// refusalWindow is for how long refusals are counted; refusalsFrom of them from one
	// address, and refusalsAtAll, are said in that time. Enough to see what is going on,
	// and a few megabytes a day at most.
	refusalWindow = time.Minute
	refusalsFrom  = 10
	refusalsAtAll = 60
)

// refusals bounds what strangers can have written to the host's log. It is safe from
// any goroutine.
type refusals struct {
	mu     sync.Mutex
	since  time.Time
	said   int
	from   map[string]int // at most refusalsAtAll
	unsaid int            // since one was said
}

// say tells whether the refusal of somebody at remote is to be said, and how many were
// not since the last that was.
func (r *refusals) say(now time.Time, remote string) (unsaid int, ok bool) {
	if host, _, err := net.SplitHostPort(remote); err == nil {
		remote = host
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if past := now.Sub(r.since); past < 0 || past >= refusalWindow {
		r.since, r.said, r.from = now, 0, make(map[string]int)
	}
	if r.said >= refusalsAtAll || r.from[remote] >= refusalsFrom {
		r.unsaid++
		return 0, false
	}
	r.said++
	r.from[remote]++
	unsaid, r.unsaid = r.unsaid, 0
	return unsaid, true
}

// refused logs that a token was not taken, unless too many are.
func (g *Gateway) refused(what, socket, remote string, err error) {
	if unsaid, ok := g.refusals.say(g.cfg.Now(), remote); ok {
		g.cfg.Logger.Info(what, "socket", socket, "reason", authError(err).Reason, "remote", remote, "unsaid", unsaid)
	}
}
