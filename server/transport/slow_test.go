package transport

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestSlowConnections has a thousand peers post bodies without an end: each ends
// for itself, and in time, and nobody else waits.
func TestSlowConnections(t *testing.T) {
	peers := 1000
	if testing.Short() {
		peers = 100
	}
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{MessageTimeout: 10 * time.Second})
		h.sockets = make(chan *receiver, peers+1)
		start := time.Now()
		var slow []net.Conn
		for range peers {
			p := h.poll("EIO=4")
			c, err := h.listener.Dial(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			_, target, _ := strings.Cut(p.url, "chat.example")
			if _, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: chat.example\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n4\r\n", target); err != nil {
				t.Fatal(err)
			}
			p.http.CloseIdleConnections()
			slow = append(slow, c)
		}
		other := h.poll("EIO=4")
		other.connect()
		other.post(`42["at once"]`)
		other.wants(`42["at once"]`)
		if since := time.Since(start); since != 0 {
			t.Errorf("another waited %v", since)
		}
		for _, c := range slow {
			answer, err := io.ReadAll(c)
			if !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") || err != nil {
				t.Fatalf("answered %q, %v", answer, err)
			}
			_ = c.Close()
		}
		if since := time.Since(start); since < 10*time.Second || since > 11*time.Second {
			t.Errorf("it took %v", since)
		}
		synctest.Wait()
		if n := h.server.Stats(); n.Closed[ReasonSlowSender] != uint64(peers) {
			t.Errorf("%+v", n)
		}
		other.post(`42["still"]`)
		other.wants(`42["still"]`)
	})
}
