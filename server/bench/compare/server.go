package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/hobnob-chat/hobnob/server/bench"
)

// server is a kind of server, ready to be started.
type server struct {
	name     string
	protocol bench.Protocol
	ours     bool
	command  func(data string) []string
	env      []string
	secret   []byte
	dir      string
}

// build makes all that are to be measured.
func build(ctx context.Context, dir string, o options) ([]server, error) {
	root, err := output(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/hobnob-chat/hobnob")
	if err != nil {
		return nil, fmt.Errorf("run this in hobnob's tree: %w", err)
	}
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	secret := hex.EncodeToString(b)
	file := filepath.Join(dir, "secret")
	if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
		return nil, err
	}
	peers := filepath.Join(root, "server", "bench", "peers")
	program := func(name string) string { return filepath.Join(dir, name+".exe") }
	all := []server{
		{name: "hobnob", protocol: bench.Hobnob(false), ours: true, command: func(data string) []string {
			return []string{program("hobnob"), "serve", "--data", data, "--addr", "127.0.0.1:0", "--jwt-secret-file", file, "--rate", "0", "--log-level", "error"}
		}},
		{name: "socket.io", protocol: bench.SocketIO(), command: func(string) []string {
			return []string{"node", filepath.Join(peers, "node", "server.mjs"), "--secret-file", file}
		}},
		{name: "hub", protocol: bench.Hub(), command: func(string) []string { return []string{program("hub"), "-secret-file", file} }},
		{name: "centrifuge", protocol: bench.Centrifuge(), command: func(string) []string { return []string{program("centrifuge"), "-secret-file", file} }},
	}
	var chosen []server
	for _, s := range all {
		if o.servers != "" && !strings.Contains(","+o.servers+",", ","+s.name+",") {
			continue
		}
		s.secret, s.dir = []byte(secret), dir
		// Nothing of the person who runs this is read or written.
		home := filepath.Join(dir, "home")
		s.env = append(os.Environ(), "HOME="+home, "XDG_DATA_HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_STATE_HOME="+home,
			"DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(dir, "no-bus"))
		if err := s.make(ctx, root, peers, program(s.name), o); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		chosen = append(chosen, s)
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("there is no server %q", o.servers)
	}
	return chosen, nil
}

// make builds a server, or finds what it needs.
func (s *server) make(ctx context.Context, root, peers, program string, o options) error {
	switch {
	case s.ours && o.hobnob != "":
		return os.Symlink(o.hobnob, program)
	case s.ours:
		_, err := output(ctx, "go", "build", "-C", root, "-o", program, ".")
		return err
	case s.name == "socket.io":
		if _, err := os.Stat(filepath.Join(peers, "node", "node_modules", "socket.io")); err != nil {
			return errors.New("run first: npm ci --prefix server/bench/peers/node --no-audit --no-fund --ignore-scripts")
		}
		return nil
	}
	_, err := output(ctx, "go", "build", "-C", peers, "-o", program, "./"+s.name)
	return err
}

func output(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output() //nolint:gosec // the go command, as build says it
	if exited, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("%s %s: %s", name, strings.Join(args, " "), exited.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}

// running is a server that listens.
type running struct {
	url   *url.URL
	pid   int
	first time.Duration // from its start until the first byte of an answer
	stop  func()
}

const (
	// startTime is how long a server may take to listen.
	startTime = 20 * time.Second

	// stopTime is how long it may take to end in order, before it is ended.
	stopTime = 5 * time.Second
)

// start starts a server as a child of this process; stop waits for its end.
func (s *server) start(ctx context.Context) (*running, error) {
	data, err := os.MkdirTemp(s.dir, "data-")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	args := s.command(filepath.Join(data, "team"))
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // one of the servers that build made
	cmd.Env, cmd.WaitDelay = s.env, stopTime
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	began := time.Now()
	r := &running{pid: cmd.Process.Pid, stop: func() {
		cancel()
		_ = cmd.Wait() // it was told to end
		_ = os.RemoveAll(data)
	}}
	late := time.AfterFunc(startTime, cancel)
	defer late.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "ready: "); ok {
			words := strings.Fields(rest)
			r.url, err = url.Parse(words[len(words)-1])
			break
		}
	}
	if err == nil && r.url == nil {
		err = errors.New("it ended without saying where it listens")
	}
	if err == nil {
		err = r.ask(ctx)
	}
	if err != nil {
		r.stop()
		return nil, err
	}
	r.first = time.Since(began)
	return r, nil
}

// ask waits for the first byte of an answer, whatever the server says.
func (r *running) ask(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url.String()+"/healthz", http.NoBody)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: startTime}
	if strings.HasSuffix(r.url.Path, "/") {
		return fmt.Errorf("%s is not an address", r.url)
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}
