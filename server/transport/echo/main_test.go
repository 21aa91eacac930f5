package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestFlags has what is refused before anything listens.
func TestFlags(t *testing.T) {
	tests := []struct {
		args string
		says string
		err  error // nil: another one, that says it
	}{
		{"--nonsense", "not defined: -nonsense", errUsage},
		{"-h", "--protocol", flag.ErrHelp},
		{"extra", "no arguments but flags", errUsage},
		{"--protocol ftp", `not "ftp"`, errUsage},
		{"--ping-interval 0s", "above 0", errUsage},
		{"--ping-timeout -1s", "above 0", errUsage},
		{"--connect-timeout 0s", "above 0", errUsage},
		{"--max-payload 0", "above 0", errUsage},
		{"--max-payload many", "invalid value", errUsage},
		{"--addr 0.0.0.0:0", "loopback", nil},
		{"--addr 192.0.2.1:0", "loopback", nil},
		{"--addr chat.example:0", "loopback", nil},
		{"--addr 3000", "missing port", nil},
		{"--addr 127.0.0.1:99999", "invalid port", nil},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			var stderr strings.Builder
			err := run(ctx, strings.Fields(tt.args), &stderr)
			said := stderr.String()
			if err != nil {
				said += err.Error()
			}
			if err == nil || tt.err != nil && !errors.Is(err, tt.err) || !strings.Contains(strings.ReplaceAll(said, " -protocol", "--protocol"), tt.says) {
				t.Errorf("%v, said %q", err, said)
			}
		})
	}
}

func TestAddressInUse(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	err = run(t.Context(), []string{"--addr", l.Addr().String()}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "address already in use") && !strings.Contains(err.Error(), "Only one usage") {
		t.Errorf("got %v", err)
	}
}

// start runs the program until the test ends and returns its address.
func start(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, append(args, "--addr", "127.0.0.1:0"), w)
		_ = w.Close()
		ended <- err
	}()
	lines := bufio.NewScanner(r)
	lines.Scan()
	addr := regexp.MustCompile(`http://([^/]+)/`).FindStringSubmatch(lines.Text())
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(io.Discard, r)
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("ended with %v", err)
		}
		<-drained
	})
	if addr == nil {
		t.Fatalf("said %q", lines.Text())
	}
	return addr[1]
}

func dial(t *testing.T, url string) *websocket.Conn {
	t.Helper()
	ws, resp, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if err := ws.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.Close() })
	return ws
}

// talk says and hears in turn; "b" begins what is binary, "…" what is cut.
func talk(t *testing.T, ws *websocket.Conn, says, hears string) {
	t.Helper()
	kind := websocket.TextMessage
	if strings.HasPrefix(says, "b") {
		kind = websocket.BinaryMessage
	}
	if says != "" {
		if err := ws.WriteMessage(kind, []byte(says)); err != nil {
			t.Fatal(err)
		}
	}
	if hears == "" {
		return
	}
	got, b, err := ws.ReadMessage()
	prefix, cut := strings.CutSuffix(hears, "…")
	if err != nil || string(b) != hears && (!cut || !strings.HasPrefix(string(b), prefix)) || says != "" && !cut && got != kind {
		t.Fatalf("heard %q, %v, want %q", b, err, hears)
	}
}

func TestEngineIO(t *testing.T) {
	addr := start(t, "--protocol", "engine.io", "--ping-interval", "1h")
	ws := dial(t, "ws://"+addr+"/engine.io/?EIO=4&transport=websocket")
	talk(t, ws, "", `0{"sid":…`)
	talk(t, ws, "4hello", "4hello")
	talk(t, ws, "b\x00\xff", "b\x00\xff")
	resp, err := http.Get("http://" + addr + "/engine.io/?EIO=3&transport=polling")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("revision 3 unasked for: %s", resp.Status)
	}
}

func TestEngineIO3(t *testing.T) {
	addr := start(t, "--protocol", "engine.io", "--allow-eio3")
	ws := dial(t, "ws://"+addr+"/engine.io/?EIO=3&transport=websocket")
	talk(t, ws, "", `0{"sid":…`)
	talk(t, ws, "4hello", "4hello")
	talk(t, ws, "2", "3")
}

func TestSocketIO(t *testing.T) {
	addr := start(t, "--protocol", "socket.io")
	ws := dial(t, "ws://"+addr+"/socket.io/?EIO=4&transport=websocket")
	talk(t, ws, "", `0{"sid":…`)
	talk(t, ws, "40", `40{"sid":…`)
	talk(t, ws, "", `42["auth",{}]`)
	talk(t, ws, `40/custom,{"token":"123"}`, `40/custom,{"sid":…`)
	talk(t, ws, "", `42/custom,["auth",{"token":"123"}]`)
	talk(t, ws, `42["message",1,{"a":[]}]`, `42["message-back",1,{"a":[]}]`)
	talk(t, ws, `4257["message-with-ack","x"]`, `4357["x"]`)
	talk(t, ws, `451-["message",{"_placeholder":true,"num":0}]`, "")
	talk(t, ws, "bin", "451-…")
	talk(t, ws, "", "bin")
	talk(t, ws, "40/other,", `44/other,{"message":"Invalid namespace"}`)
}

func TestWebSocket(t *testing.T) {
	addr := start(t, "--protocol", "websocket", "--max-payload", "100")
	ws := dial(t, "ws://"+addr+"/")
	talk(t, ws, "hello", "hello")
	talk(t, ws, "b\x00\xff", "b\x00\xff")
	talk(t, ws, strings.Repeat("x", 101), "")
	if _, _, err := ws.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
		t.Errorf("too much: %v", err)
	}
}
