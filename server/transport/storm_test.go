package transport

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// stormers are those who connect at once.
type stormers struct {
	addr      string
	good, bad string // tokens
}

const stormPatience = 30 * time.Second

// storm is one of them. What it does depends on i: some go at once, some after half a
// request, some when they have a session, and some when they were let in, or were not.
func (s *stormers) storm(i int) error {
	c, err := net.DialTimeout("tcp", s.addr, stormPatience)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if err := c.SetDeadline(time.Now().Add(stormPatience)); err != nil {
		return err
	}
	const handshake = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: chat.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	say := func(b string) {
		if err == nil {
			_, err = io.WriteString(c, b)
		}
	}
	r := bufio.NewReader(c)
	switch kind := i % 8; kind {
	case 0:
	case 1:
		say(handshake[:len(handshake)/2])
	case 2, 3, 4:
		say(handshake)
		err = errors.Join(err, answered(r, "101 Switching"))
		if kind == 2 {
			break
		}
		token, answer := s.good, `40{"sid"`
		if kind == 4 {
			token, answer = s.bad, `44{"message":"no"`
		}
		say(string(clientFrame(true, opText, `40{"token":"`+token+`"}`)))
		err = errors.Join(err, answered(r, answer))
	default:
		err = s.poll(c, r, kind)
	}
	return err
}

// poll is a stormer that polls: it goes silently, or is let in and then goes, or says so.
func (s *stormers) poll(c net.Conn, r *bufio.Reader, kind int) error {
	path, sid := "/socket.io/?EIO=4&transport=polling", ""
	ask := func(method, body, want string) error {
		_, err := fmt.Fprintf(c, "%s %s HTTP/1.1\r\nHost: chat.example\r\nContent-Length: %d\r\n\r\n%s", method, path+sid, len(body), body)
		if err != nil {
			return err
		}
		response, err := http.ReadResponse(r, nil)
		if err != nil {
			return err
		}
		got, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if sid == "" && err == nil {
			open, _ := socketio.DecodeOpen(got[1:])
			sid = "&sid=" + open.SID
		}
		if err == nil && !strings.HasPrefix(string(got), want) {
			err = fmt.Errorf("answered %d %q", response.StatusCode, got)
		}
		return err
	}
	err := ask("GET", "", `0{"sid"`)
	if kind == 5 || err != nil {
		return err
	}
	err = errors.Join(ask("POST", `40{"token":"`+s.good+`"}`, "ok"), ask("GET", "", `40{"sid"`))
	if kind == 7 && err == nil {
		err = ask("POST", "1", "ok")
	}
	return err
}

// answered reads on until it has found something.
func answered(r *bufio.Reader, want string) error {
	var got []byte
	for !bytes.Contains(got, []byte(want)) {
		b, err := r.ReadByte()
		if err != nil {
			return fmt.Errorf("answered %q: %w", got, err)
		}
		got = append(got, b)
	}
	return nil
}

// signed makes a token, which costs the server about what one of its own does.
func signed(key ed25519.PrivateKey) string {
	claims := []byte(strings.Repeat("x", 200))
	return base64.RawURLEncoding.EncodeToString(append(ed25519.Sign(key, claims), claims...))
}

// peakHeap samples the heap until stop is closed.
func peakHeap(stop <-chan struct{}) (peak uint64) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapAlloc)
		select {
		case <-tick.C:
		case <-stop:
			return peak
		}
	}
}

// TestConnectStorm has ten thousand connect by either transport, show their tokens and
// go, as fast as they can: who is connected hears every message meanwhile, once, in
// order and soon, memory stays bounded, and nothing is kept of those who went.
func TestConnectStorm(t *testing.T) {
	peers := 10_000
	if testing.Short() {
		peers = 1000
	}
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, other, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	// Who polls and goes silently is given up after both times together.
	server := New(Config{PingInterval: 2 * time.Second, PingTimeout: 2 * time.Second, ConnectTimeout: 3 * time.Second},
		handlerFunc(func(s *Socket, h *Handshake) (Receiver, error) {
			var shown struct{ Token string }
			if err := json.Unmarshal(h.Auth, &shown); err != nil {
				return nil, err
			}
			b, err := base64.RawURLEncoding.DecodeString(shown.Token)
			if err != nil || len(b) < ed25519.SignatureSize || !ed25519.Verify(public, b[ed25519.SignatureSize:], b[:ed25519.SignatureSize]) {
				return nil, &ConnectError{Message: "no"}
			}
			return newReceiver(s, echo), nil
		}))
	ts := httptest.NewServer(server)
	defer ts.Close()
	all := &stormers{addr: strings.TrimPrefix(ts.URL, "http://"), good: signed(key), bad: signed(other)}
	ws, _, err := dialWS(&websocket.Dialer{}, "ws://"+all.addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ws.Close() }()
	p := &peer{t: t, ws: ws}
	p.read()
	p.send(`40{"token":"` + all.good + `"}`)
	p.read()
	before := liveHeap()

	over := make(chan struct{})
	var storm, sampling sync.WaitGroup
	const atOnce = 32
	for lane := range atOnce {
		storm.Go(func() {
			for i := lane; i < peers; i += atOnce {
				if err := all.storm(i); err != nil {
					t.Errorf("stormer %d: %v", i, err)
					return
				}
			}
		})
	}
	var peak uint64
	sampling.Go(func() { peak = peakHeap(over) })
	go func() {
		storm.Wait()
		close(over)
	}()
	var took []time.Duration
	for going := true; going; {
		took = append(took, p.echoed(len(took)))
		select {
		case <-over:
			going = false
		default:
		}
	}
	sampling.Wait()
	slices.Sort(took)
	median, late := took[len(took)/2], took[len(took)*99/100]
	t.Logf("%d answers during the storm: half of them within %s, 99 of 100 within %s, the slowest %s; the heap grew from %d KB to %d KB",
		len(took), median, late, took[len(took)-1], before>>10, peak>>10)
	// Not how fast it is, but that a storm does not shut the others out.
	if len(took) < 20 || median > 200*time.Millisecond || late > time.Second {
		t.Error("the others were shut out")
	}
	// A session takes some 10 KB. Those who poll and went silently, a quarter, are kept for
	// a while, on a fast machine all of them; but by far not all the others.
	if limit := before + uint64(peers)*4<<10 + 8<<20; peak > limit {
		t.Errorf("the heap grew to %d KB, over %d KB", peak>>10, limit>>10)
	}
	for range 10 { // pings: all who went are given up after a few
		if server.Stats().Sessions == 1 {
			break
		}
		p.expect("2")
		p.send("3")
	}
	if n := server.Stats().Sessions; n != 1 {
		t.Errorf("%d sessions are left", n)
	}
	if after := liveHeap(); after > before+4<<20 {
		t.Errorf("the heap grew from %d KB to %d KB", before>>10, after>>10)
	}
	if n := server.Stats(); n.Opened < uint64(peers)*6/8 {
		t.Errorf("of %d only %d opened a session", peers, n.Opened)
	}
	p.echoed(len(took))
}

// echoed says a number and hears it back, and tells how long that took.
func (p *peer) echoed(n int) time.Duration {
	p.t.Helper()
	asked := time.Now()
	p.send(`42["message",` + strconv.Itoa(n) + `]`)
	for {
		switch got := p.read(); got {
		case `42["message-back",` + strconv.Itoa(n) + `]`:
			return time.Since(asked)
		case "2":
			p.send("3")
		default:
			p.t.Fatalf("heard %q in place of %d", got, n)
		}
	}
}

// liveHeap is what is in use, without what was let go of.
func liveHeap() uint64 {
	runtime.GC()
	runtime.GC() // what pools keep lasts for one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
