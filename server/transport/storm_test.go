package transport

import (
	"fmt"
	"net"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// stormer is one of many that connect at once. What it does depends on i: some go
// at once, some after half a request, some when they were let in.
func stormer(addr string, i int) error {
	c, err := net.DialTimeout("tcp", addr, 30*time.Second)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return err
	}
	request := "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: chat.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	if i%4 == 1 {
		request = request[:len(request)/2]
	}
	if i%4 == 0 {
		return nil
	}
	if _, err := c.Write([]byte(request)); err != nil {
		return err
	}
	if i%4 == 1 {
		return nil
	}
	answer := make([]byte, 12)
	if _, err := c.Read(answer); err != nil || string(answer) != "HTTP/1.1 101" {
		return fmt.Errorf("answered %q, %w", answer, err)
	}
	return nil
}

// TestConnectStorm has ten thousand connect and go, as fast as they can: who is
// connected hears every message meanwhile, once and in order, and nothing is kept of
// those who went.
func TestConnectStorm(t *testing.T) {
	peers := 10_000
	if testing.Short() {
		peers = 1000
	}
	server := New(Config{}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
		return newReceiver(s, echo), nil
	}))
	ts := httptest.NewServer(server)
	defer ts.Close()
	addr := strings.TrimPrefix(ts.URL, "http://")
	ws, _, err := dialWS(&websocket.Dialer{}, "ws://"+addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ws.Close() }()
	p := &peer{t: t, ws: ws}
	p.read()
	p.send("40")
	p.read()
	before := liveHeap()

	over := make(chan struct{})
	go func() {
		defer close(over)
		var storm sync.WaitGroup
		const atOnce = 32
		for lane := range atOnce {
			storm.Go(func() {
				for i := lane; i < peers; i += atOnce {
					if err := stormer(addr, i); err != nil {
						t.Errorf("stormer %d: %v", i, err)
						return
					}
				}
			})
		}
		storm.Wait()
	}()
	said, worst := 0, time.Duration(0)
	for going := true; going; said++ {
		asked := time.Now()
		p.send(`42["message",` + strconv.Itoa(said) + `]`)
		p.expect(`42["message-back",` + strconv.Itoa(said) + `]`)
		worst = max(worst, time.Since(asked))
		select {
		case <-over:
			going = false
		default:
		}
	}
	t.Logf("%d answers during the storm, the slowest after %s", said, worst)
	// Not how fast it is, but that a storm does not shut the others out.
	if said < peers/100 || worst > 5*time.Second {
		t.Errorf("%d answers during the storm, the slowest after %s", said, worst)
	}

	for server.Stats().Opened-closed(server) > 1 {
		runtime.Gosched() // the read goroutines of those who went are ending
	}
	if after := liveHeap(); after > before+4<<20 {
		t.Errorf("the heap grew from %d KB to %d KB", before>>10, after>>10)
	}
	p.send(`42["message","still"]`)
	p.expect(`42["message-back","still"]`)
}

// closed is how many sessions have ended.
func closed(s *Server) (n uint64) {
	for _, reason := range s.Stats().Closed {
		n += reason
	}
	return n
}

// liveHeap is what is in use, without what was let go of.
func liveHeap() uint64 {
	runtime.GC()
	runtime.GC() // what pools keep lasts for one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
