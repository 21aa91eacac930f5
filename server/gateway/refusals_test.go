package gateway

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// TestStrangersFillNoLog: of many refusals few are said, from one address or from many,
// and how many were not.
func TestStrangersFillNoLog(t *testing.T) {
	var r refusals
	now := time.Unix(1_000_000, 0)
	said := func(from string) int {
		n := 0
		for i := range 1000 {
			if _, ok := r.say(now, fmt.Sprintf(from, i)); ok {
				n++
			}
		}
		return n
	}
	if n := said("192.0.2.1:%d"); n != refusalsFrom {
		t.Errorf("%d of one address are said", n)
	}
	if n := said("[2001:db8::%x]:1"); n != refusalsAtAll-refusalsFrom || len(r.from) > refusalsAtAll {
		t.Errorf("%d of all are said, %d addresses kept", n, len(r.from))
	}
	now = now.Add(refusalWindow)
	if unsaid, ok := r.say(now, "192.0.2.1:1"); !ok || unsaid != 1000-(refusalsAtAll-refusalsFrom) {
		t.Errorf("a minute later: %v, %d were not said", ok, unsaid)
	}
	now = now.Add(-time.Hour) // the clock is set
	if unsaid, ok := r.say(now, "192.0.2.1:1"); !ok || unsaid != 0 {
		t.Errorf("an hour before: %v, %d were not said", ok, unsaid)
	}
}

// lines is a log.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func TestRefusalsAreFewInTheLog(t *testing.T) {
	for name, late := range map[string]bool{"refused": false, "unauthorized": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log lines
				s := serveInBubble(t, setup{gateway: func(c *Config) {
					c.Logger, c.LateAuth, c.AuthTimeout = slog.New(slog.NewTextHandler(&log, nil)), late, time.Minute
				}})
				for range 5 * refusalsFrom {
					if late {
						p := dial(t, s.Server, "", "")
						p.expect(socketio.Connect)
						p.emit("authenticate", 1)
						p.next()
						_ = p.conn.Close()
					} else {
						dial(t, s.Server, "&token=bad", "").expect(socketio.ConnectError)
					}
				}
				synctest.Wait()
				log.mu.Lock()
				defer log.mu.Unlock()
				if n := strings.Count(log.text.String(), "\n"); n != refusalsFrom {
					t.Errorf("%d lines: %s", n, log.text.String())
				}
			})
		})
	}
}
