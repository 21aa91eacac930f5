package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"hobnob": main, "hobnob-that-panics": panicking, "hobnob-that-falls": falling})
}

// TestCommands runs the scripts of testdata/script: what a person or a script
// sees of each command, its exit code and its hints. The scripts see an empty
// HOME and no keyring.
func TestCommands(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			for _, name := range []string{"HOME", "USERPROFILE"} {
				e.Setenv(name, home)
			}
			e.Setenv("XDG_DATA_HOME", filepath.Join(home, "data"))
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
			e.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
			e.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(e.WorkDir, "no-bus"))
			// With the race detector each process would sleep for a second at its end.
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			return os.MkdirAll(home, 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serving":   serving,
			"exitcode":  exitCode,
			"mode":      mode,
			"link":      link,
			"code":      code,
			"field":     field,
			"listening": listening,
			"connected": connected,
			"stuck":     stuck,
			"closed":    closed,
			"terminate": terminate,
			"hostport":  hostport,
			"until":     until,
			"ask":       ask,
			"insist":    insist,
			"post":      post,

			"certificate": certificate,
		},
		Condition: func(name string) (bool, error) {
			if name == "root" {
				return os.Getuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
	})
}

// serving VARIABLE DATA waits until a data folder is served, and sets the
// variable to where.
func serving(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: serving VARIABLE DATA")
	}
	path := filepath.Join(ts.MkAbs(args[1]), "serve.json")
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		b, err := os.ReadFile(path)
		var s struct{ URL string }
		if err == nil && json.Unmarshal(b, &s) == nil {
			ts.Setenv(args[0], s.URL)
			return
		}
	}
	ts.Fatalf("%s is not served", args[1])
}

// exitCode CODE COMMAND ARG... runs a command that has to end with a code. Its
// output is compared with stdout and stderr, as that of exec is.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode CODE COMMAND ARG...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = err.Error()
		if code, ok := strings.CutPrefix(got, "exit status "); ok {
			got = code
		}
	}
	if got != args[0] {
		ts.Fatalf("%v ended with %s, want %s", args[1:], got, args[0])
	}
}

// mode PERMISSIONS PATH checks who may read a file, where there are such bits.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode PERMISSIONS PATH")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := info.Mode().Perm().String(); os.PathSeparator == '/' && got != args[0] {
		ts.Fatalf("%s is %s, want %s", args[1], got, args[0])
	}
}

// link VARIABLE FILE sets the variable to the join link in a file.
func link(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: link VARIABLE FILE")
	}
	for word := range strings.FieldsSeq(ts.ReadFile(args[1])) {
		if strings.Contains(word, "/join/") {
			ts.Setenv(args[0], word)
			return
		}
	}
	ts.Fatalf("no link in %s", args[1])
}

// code VARIABLE LINK sets the variable to the code in a join link.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: code VARIABLE LINK")
	}
	ts.Setenv(args[0], path.Base(args[1]))
}

// field VARIABLE WORD FILE sets the variable to the first field of the line that
// has the word among its tab-separated fields.
func field(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: field VARIABLE WORD FILE")
	}
	for line := range strings.Lines(ts.ReadFile(args[2])) {
		if fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); slices.Contains(fields, args[1]) {
			ts.Setenv(args[0], fields[0])
			return
		}
	}
	ts.Fatalf("no %s in %s", args[1], args[2])
}

// listening VARIABLE listens on a port until the script ends, and sets the
// variable to its address.
func listening(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: listening VARIABLE")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv(args[0], l.Addr().String())
}

// connected URL TOKENFILE connects a client, and keeps it until the script ends.
func connected(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: connected URL TOKENFILE")
	}
	token := strings.TrimSpace(ts.ReadFile(args[1]))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	c, err := client.Open(ctx, client.Config{
		Server: args[0], Dir: filepath.Join(ts.MkAbs("clients"), path.Base(strings.ReplaceAll(args[0], ":", "-"))), Name: "test",
		Token: func(context.Context) (string, error) { return token, nil },
	})
	ts.Check(err)
	var work sync.WaitGroup
	online := make(chan struct{})
	work.Go(func() { _ = c.Run(ctx) })
	work.Go(func() {
		var once sync.Once
		for u := range c.Updates() {
			if u, ok := u.(chat.Connection); ok && u.State == chat.Online {
				once.Do(func() { close(online) })
			}
		}
	})
	ts.Defer(func() {
		cancel()
		_ = c.Close()
		work.Wait()
	})
	select {
	case <-online:
	case <-ctx.Done():
		ts.Fatalf("the client does not connect")
	}
}

// stuck URL begins a request that never ends, which a server waits for.
func stuck(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: stuck URL")
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(args[0], "http://"))
	ts.Check(err)
	ts.Defer(func() { _ = conn.Close() })
	_, err = io.WriteString(conn, "POST /api/invites/redeem HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n")
	ts.Check(err)
	// The server asks for the body once it waits for it.
	ts.Check(conn.SetReadDeadline(time.Now().Add(time.Minute)))
	_, err = conn.Read(make([]byte, 64))
	ts.Check(err)
}

// closed URL waits until nothing listens there any more.
func closed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: closed URL")
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		conn, err := net.Dial("tcp", strings.TrimPrefix(args[0], "http://"))
		if err != nil {
			return
		}
		_ = conn.Close()
	}
	ts.Fatalf("%s is still listened on", args[0])
}

// terminate sends SIGTERM to what runs in the background.
func terminate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: terminate")
	}
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	}
}

// hostport VARIABLE URL sets the variable to where a server of http listens.
func hostport(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: hostport VARIABLE URL")
	}
	ts.Setenv(args[0], strings.TrimPrefix(args[1], "http://"))
}

// until FILE TEXT waits until a file that a command writes has a text.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: until FILE TEXT")
	}
	var b []byte
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if b, _ = os.ReadFile(ts.MkAbs(args[0])); strings.Contains(string(b), args[1]) {
			return
		}
	}
	ts.Fatalf("%s has no %q: %s", args[0], args[1], b)
}

// ask URL TOKENFILE REQUEST JSON makes a request of the chat lane over HTTP.
func ask(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: ask URL TOKENFILE REQUEST JSON")
	}
	r, err := http.NewRequest(http.MethodPost, args[0]+"/api/ask/"+args[2], strings.NewReader(args[3]))
	ts.Check(err)
	r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(ts.ReadFile(args[1])))
	answer, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	ts.Check(err)
	if answer.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s", args[2], b)
	}
}

// post ADDRESSFILE JSON posts to the address that is in a file, as a program does to a
// webhook.
func post(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: post ADDRESSFILE JSON")
	}
	answer, err := http.Post(strings.TrimSpace(ts.ReadFile(args[0])), "application/json", strings.NewReader(args[1]))
	ts.Check(err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		ts.Fatalf("it was answered %s", answer.Status)
	}
}

// insist interrupts what runs in the background again and again, until it has ended.
func insist(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: insist")
	}
	for _, cmd := range ts.BackgroundCmds() {
		began := time.Now()
		for cmd.Process.Signal(os.Interrupt) == nil {
			if time.Since(began) > time.Minute {
				ts.Fatalf("it has not ended")
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// certificate CERT KEY makes a certificate for 127.0.0.1 that nobody else has signed.
func certificate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: certificate CERT KEY")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	cert := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	made, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	ts.Check(err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	ts.Check(err)
	for i, block := range []*pem.Block{{Type: "CERTIFICATE", Bytes: made}, {Type: "PRIVATE KEY", Bytes: private}} {
		ts.Check(os.WriteFile(ts.MkAbs(args[i]), pem.EncodeToMemory(block), 0o600))
	}
}
