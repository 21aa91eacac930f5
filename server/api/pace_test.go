package api

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/pipe"
	"github.com/hobnob-chat/hobnob/server/blob"
	"github.com/hobnob-chat/hobnob/server/files"
)

// onPipes runs test against a server with the deadlines that serve gives its own,
// in a bubble.
func onPipes(t *testing.T, test func(t *testing.T, f *filesFixture, p *pipe.Listener)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := setUpFiles(t, func(_ *FilesConfig, c *files.Config, o *blob.Options) { c.MaxFile, o.Limit = 64<<20, 256<<20 })
		p := pipe.New()
		server := &http.Server{Handler: f.Handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second}
		var serving sync.WaitGroup
		serving.Go(func() { _ = server.Serve(p) })
		test(t, f, p)
		_ = server.Close()
		serving.Wait()
		time.Sleep(time.Second) // net/http lets a peer read its last answer for half of that
		f.shut()
	})
}

func dial(t *testing.T, p *pipe.Listener) net.Conn {
	t.Helper()
	c, err := p.Dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// begin sends the head of an upload of size bytes.
func (f *filesFixture) begin(t *testing.T, c net.Conn, id string, size int) {
	t.Helper()
	_, err := fmt.Fprintf(c, "PUT /api/uploads/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n", id, f.as(t, "ada", time.Hour), size)
	if err != nil {
		t.Fatal(err)
	}
}

// reply is an answer whose body was read.
type reply struct {
	status int
	header http.Header
}

// answer reads an answer, and closes the connection.
func answer(t *testing.T, c net.Conn) reply {
	t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, response.Body)
	if err = errors.Join(err, response.Body.Close(), c.Close()); err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header}
}

// TestSlowAndSteadyGoesOn: a request may take longer than any deadline of the
// server, as long as it goes on.
func TestSlowAndSteadyGoesOn(t *testing.T) {
	onPipes(t, func(t *testing.T, f *filesFixture, p *pipe.Listener) {
		c := dial(t, p)
		const chunks = 40
		f.begin(t, c, "1", chunks*paceBytes)
		began := time.Now()
		for range chunks {
			if _, err := c.Write(make([]byte, paceBytes)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(29 * time.Second)
		}
		if r := answer(t, c); r.status != http.StatusCreated {
			t.Errorf("after %v: %d", time.Since(began), r.status)
		}
	})
}

// TestStalledIsCutOff: who stops, or trickles, is cut off after 30 s, and what came is
// kept.
func TestStalledIsCutOff(t *testing.T) {
	for name, every := range map[string]time.Duration{"stops": 0, "trickles": time.Second} {
		t.Run(name, func(t *testing.T) {
			onPipes(t, func(t *testing.T, f *filesFixture, p *pipe.Listener) {
				c := dial(t, p)
				f.begin(t, c, "1", 1<<20)
				began := time.Now()
				var trickle sync.WaitGroup
				trickle.Go(func() {
					_, err := c.Write(make([]byte, 100))
					for every > 0 && err == nil {
						time.Sleep(every)
						_, err = c.Write([]byte("x"))
					}
				})
				r := answer(t, c)
				if took := time.Since(began); r.status != http.StatusRequestTimeout || took != 30*time.Second || r.header.Get("Upload-Offset") == "" {
					t.Errorf("%d after %v, %v", r.status, took, r.header)
				}
				trickle.Wait()
				w := f.call(t, "ada", "GET", "/api/uploads/1", nil)
				if w.Header().Get("Upload-Offset") != r.header.Get("Upload-Offset") {
					t.Errorf("kept are %v, told %v", w.Header(), r.header)
				}
			})
		})
	}
}

// TestStalledDownloadIsCutOff: who takes nothing more is cut off, and who is slow
// gets all of it.
func TestStalledDownloadIsCutOff(t *testing.T) {
	onPipes(t, func(t *testing.T, f *filesFixture, p *pipe.Listener) {
		content := strings.Repeat("x", 40*paceBytes)
		u := f.put(t, "ada", "1", content)
		get := func() net.Conn {
			c := dial(t, p)
			_, err := fmt.Fprintf(c, "GET /api/files/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", u.File.ID, f.as(t, "ada", time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		slow := get()
		r := bufio.NewReaderSize(slow, paceBytes)
		response, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for part := make([]byte, paceBytes); err == nil; time.Sleep(25 * time.Second) {
			var n int
			n, err = io.ReadFull(response.Body, part)
			got += n
		}
		_ = response.Body.Close()
		if got != len(content) {
			t.Errorf("a slow one got %d bytes: %v", got, err)
		}
		_ = slow.Close()

		stalled := get()
		if response, err = http.ReadResponse(bufio.NewReader(stalled), nil); err != nil {
			t.Fatal(err)
		}
		time.Sleep(31 * time.Second)
		if n, err := io.Copy(io.Discard, response.Body); err == nil || n >= int64(len(content)) {
			t.Errorf("a stalled one got %d bytes: %v", n, err)
		}
		_ = response.Body.Close()
		_ = stalled.Close()
	})
}

// TestTokenEndsMeanwhile: a transfer lasts no longer than the token it began with,
// and what came by then is kept.
func TestTokenEndsMeanwhile(t *testing.T) {
	onPipes(t, func(t *testing.T, f *filesFixture, p *pipe.Listener) {
		c := dial(t, p)
		began := time.Now()
		f.begin(t, c, "1", 8<<20) // with a token for an hour
		var sending sync.WaitGroup
		sending.Go(func() {
			for _, err := c.Write(make([]byte, paceBytes)); err == nil; _, err = c.Write(make([]byte, paceBytes)) {
				time.Sleep(20 * time.Second)
			}
		})
		r := answer(t, c)
		if took := time.Since(began); r.status != http.StatusUnauthorized || took.Round(time.Minute) != time.Hour || r.header.Get("Upload-Offset") == "0" {
			t.Errorf("after %v: %d, %v", took, r.status, r.header)
		}
		sending.Wait()
	})
}

// TestNewerRequestEndsOlder: the older connection is told, and the next request on
// whatever connection is not disturbed.
func TestNewerRequestEndsOlder(t *testing.T) {
	onPipes(t, func(t *testing.T, f *filesFixture, p *pipe.Listener) {
		older := dial(t, p)
		f.begin(t, older, "1", 10)
		if _, err := io.WriteString(older, "01234"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		told := make(chan reply, 1)
		go func() { told <- answer(t, older) }()
		w := f.call(t, "ada", "PUT", "/api/uploads/1", strings.NewReader("56789"), "Content-Range", "bytes 5-9/10")
		if w.Code != http.StatusCreated {
			t.Errorf("the newer: %d %s", w.Code, w.Body)
		}
		if r := <-told; r.status != http.StatusConflict || r.header.Get("Upload-Offset") != "5" {
			t.Errorf("the older: %d %v", r.status, r.header)
		}
	})
}

// TestInterruptComesLate: what ends one request never ends the next one on its
// connection.
func TestInterruptComesLate(t *testing.T) {
	f := setUpFiles(t)
	var paces []*pace
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := newPace(w, time.Minute, func() bool { return true })
		paces = append(paces, p)
		defer p.close()
		for _, before := range paces[:len(paces)-1] {
			before.interrupt()
		}
		if _, err := io.Copy(io.Discard, p.reader(r.Body)); err != nil {
			t.Error(err)
		}
		f.Handler.ServeHTTP(w, r)
	}))
	defer server.Close()
	for range 3 {
		response, err := server.Client().Post(server.URL, "text/plain", strings.NewReader(strings.Repeat("x", 1<<20)))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
}

// TestStalledOverTCP is TestStalledIsCutOff with a real connection and a real clock.
func TestStalledOverTCP(t *testing.T) {
	f := setUpFiles(t, func(c *FilesConfig, _ *files.Config, _ *blob.Options) { c.Stall = 200 * time.Millisecond })
	server := httptest.NewUnstartedServer(f.Handler)
	server.Config.ReadTimeout, server.Config.WriteTimeout = 100*time.Millisecond, 100*time.Millisecond
	server.Start()
	defer server.Close()
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	f.begin(t, c, "1", 1<<20)
	if _, err := c.Write(make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	if r := answer(t, c); r.status != http.StatusRequestTimeout || r.header.Get("Upload-Offset") != "1000" {
		t.Errorf("%d %v", r.status, r.header)
	}
	u := f.put(t, "ada", "2?name=x", strings.Repeat("x", 1<<20))
	c, err = net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := fmt.Fprintf(c, "GET /api/files/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", u.File.ID, f.as(t, "ada", time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a connection is kept: %v", err)
	}
}

// TestStalledPeersKeepNobodyOut: after the stall time their places are free again.
func TestStalledPeersKeepNobodyOut(t *testing.T) {
	onPipes(t, func(t *testing.T, f *filesFixture, p *pipe.Listener) {
		var held []net.Conn
		for i := range 4 {
			c := dial(t, p)
			f.begin(t, c, fmt.Sprint(i), 10)
			held = append(held, c)
		}
		synctest.Wait()
		if w := f.call(t, "ada", "PUT", "/api/uploads/x", strings.NewReader("x")); codeOf(t, w) != chat.CodeTooMany {
			t.Errorf("while all places are taken: %d", w.Code)
		}
		for _, c := range held {
			if r := answer(t, c); r.status != http.StatusRequestTimeout {
				t.Errorf("%d", r.status)
			}
		}
		f.put(t, "ada", "x", "x")
	})
}
