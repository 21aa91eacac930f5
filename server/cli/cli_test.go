package cli

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"go.uber.org/goleak"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// binary is the program, built once for the tests that need a process to kill,
// with what the toolchain keeps in the home of whoever runs them.
var (
	binary    string
	toolchain = os.Environ()
)

func TestMain(m *testing.M) {
	if name := os.Getenv("HOBNOB_TEST_CHILD"); name != "" {
		os.Exit(children[name]())
	}
	dir, err := os.MkdirTemp("", "hobnob-test-*")
	if err != nil {
		panic(err)
	}
	// Nothing of the person who runs the tests is read or written.
	for _, name := range []string{"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"} {
		_ = os.Setenv(name, filepath.Join(dir, "home"))
	}
	binary = filepath.Join(dir, "hobnob.exe")
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

// build makes the program from the tree the tests are in.
func build(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat(binary); err == nil {
		return binary
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "github.com/hobnob-chat/hobnob")
	cmd.Env = toolchain
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// needs finds a program that a test drives. In CI a missing one is a failure.
func needs(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not installed", program)
		}
		t.Skipf("%s is not installed", program)
	}
	return path
}

// defaults are serve's, on a free port and a new folder.
func defaults(t *testing.T) config {
	t.Helper()
	var c config
	c.flags(pflag.NewFlagSet("serve", pflag.ContinueOnError))
	c.addr, c.data = "127.0.0.1:0", filepath.Join(t.TempDir(), "data")
	return c
}

// run starts a server and ends it with the test.
func run(t *testing.T, c config) *host {
	t.Helper()
	if err := c.check(); err != nil {
		t.Fatal(err)
	}
	h, err := start(t.Context(), c, "test", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return h
}

// mint makes a token of the team's own.
func mint(t *testing.T, data, name string) string {
	t.Helper()
	issuer, err := ownIssuer(data)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := issuer.Issue(chat.User{ID: "id-" + name, Name: name, Role: chat.RoleMember}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// freeAddr is an address that nobody listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
