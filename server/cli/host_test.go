package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// again serves a folder once and ends, and returns its configuration.
func again(t *testing.T) config {
	t.Helper()
	c := defaults(t)
	h, err := start(t.Context(), c, "test", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.close(context.Background()); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestStartHealsWhatACrashLeft(t *testing.T) {
	for name, lost := range map[string]string{"the host's account": hostFile, "the database": databaseFile} {
		t.Run(name, func(t *testing.T) {
			c := again(t)
			if err := os.Remove(filepath.Join(c.data, lost)); err != nil {
				t.Fatal(err)
			}
			h := run(t, c)
			if h.owner.ID == "" || h.owner.Name == "" {
				t.Errorf("the host is %+v", h.owner)
			}
		})
	}
}

func TestTeamAndHostStayWhoTheyAre(t *testing.T) {
	c := defaults(t)
	c.team = "acme"
	h, err := start(t.Context(), c, "test", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	team, owner := h.team, h.owner
	if err := h.close(context.Background()); err != nil {
		t.Fatal(err)
	}
	c.team = ""
	if h = run(t, c); h.team != team || h.owner != owner {
		t.Errorf("was %+v of %+v, is %+v of %+v", owner, team, h.owner, h.team)
	}
}

// TestHostChoosesAName at the first start; later ones leave it as it is.
func TestHostChoosesAName(t *testing.T) {
	c := defaults(t)
	c.name = "Ada"
	h, err := start(t.Context(), c, "test", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if h.owner.Name != "Ada" || h.team.Name != "Ada's team" {
		t.Errorf("%+v of %+v", h.owner, h.team)
	}
	if err := h.close(context.Background()); err != nil {
		t.Fatal(err)
	}
	c.name = "Bob"
	if h = run(t, c); h.owner.Name != "Ada" {
		t.Errorf("became %+v", h.owner)
	}
}

func TestStaleRecordIsNotBelieved(t *testing.T) {
	c := again(t)
	if err := writeJSON(filepath.Join(c.data, servingFile), serving{PID: 1, URL: "http://127.0.0.1:1"}); err != nil {
		t.Fatal(err)
	}
	if s, served := isServed(c.data); served {
		t.Errorf("nobody serves it, and %+v was believed", s)
	}
	h := run(t, c)
	if _, err := readServing(c.data); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the stale record is still there: %v", err)
	}
	if err := h.folder.announce(h.url); err != nil {
		t.Fatal(err)
	}
	if s, served := isServed(c.data); !served || s.URL != h.url || s.PID != os.Getpid() {
		t.Errorf("served by %+v, %v", s, served)
	}
}

func TestFolders(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no such permissions")
	}
	open := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(open, 0o755); err != nil {
		t.Fatal(err)
	}
	c := defaults(t)
	c.data, c.chat = open, true // with --chat there is a log in it
	h := run(t, c)
	if info, err := os.Stat(open); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("an empty folder became %v, %v", info.Mode(), err)
	}
	c.addr = "127.0.0.1:0"
	if _, err := start(t.Context(), c, "test", io.Discard); exit.CodeOf(err) != exit.InUse {
		t.Errorf("a folder in use: %v", err)
	}
	c = defaults(t)
	c.addr = strings.TrimPrefix(h.url, "http://")
	if _, err := start(t.Context(), c, "test", io.Discard); exit.CodeOf(err) != exit.InUse {
		t.Errorf("a port in use: %v", err)
	}
	if _, err := os.Stat(c.data); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a start that failed left %s behind", c.data)
	}
}

func TestCloseCutsWhoDoesNotRead(t *testing.T) {
	h := run(t, defaults(t))
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST /api/invites/redeem HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	if err := h.close(context.Background()); err != nil {
		t.Errorf("close: %v", err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/healthz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		_ = response.Body.Close()
		t.Error("the server still answers")
	}
}

// Whether its GET waits already or comes now, a member's client that polls is told,
// and does not hold up the end.
func TestAClientThatPollsIsToldOfTheEnd(t *testing.T) {
	c := defaults(t)
	h, err := start(t.Context(), c, "test", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	token, err := HostToken(c.data)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := poll(t, h.url, "&token="+token)
	var open struct {
		SID string `json:"sid"`
	}
	if err == nil {
		err = json.Unmarshal([]byte(strings.TrimPrefix(opened, "0")), &open)
	}
	if err != nil {
		t.Fatalf("opened %q: %v", opened, err)
	}
	of := "&sid=" + open.SID
	if answer, err := send(t, h.url, of, "40"); err != nil || answer != "ok" {
		t.Fatalf("CONNECT was answered %q, %v", answer, err)
	}
	if answer, err := poll(t, h.url, of); err != nil || !strings.HasPrefix(answer, "40{") {
		t.Fatalf("CONNECT was answered %q, %v", answer, err)
	}
	ended := make(chan time.Duration)
	began := time.Now()
	go func() {
		if err := h.close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
		ended <- time.Since(began)
	}()
	last, err := poll(t, h.url, of)
	if took := <-ended; took >= drainTime {
		t.Errorf("the end took %s", took)
	}
	if err != nil || last != "1" {
		t.Errorf("the GET was answered %q, %v", last, err)
	}
}

// poll asks for what a session is told; without one, for a session.
func poll(t *testing.T, url, query string) (string, error) {
	t.Helper()
	return transact(t, http.MethodGet, url, query, http.NoBody)
}

// send gives a session a packet.
func send(t *testing.T, url, query, packet string) (string, error) {
	t.Helper()
	return transact(t, http.MethodPost, url, query, strings.NewReader(packet))
}

func transact(t *testing.T, method, url, query string, body io.Reader) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url+"/socket.io/?EIO=4&transport=polling"+query, body)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}
