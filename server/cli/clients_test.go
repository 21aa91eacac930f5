package cli

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// TestOfficialClients drives servers with the official JavaScript clients.
func TestOfficialClients(t *testing.T) {
	node := needs(t, "node")
	dir := filepath.Join("testdata", "clients")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "client2")); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the clients are not installed: run npm ci in server/cli/%s", dir)
		}
		t.Skipf("the clients are not installed: npm ci in server/cli/%s", dir)
	}
	env := append(os.Environ(), servers(t)...)
	scripts, err := filepath.Glob(filepath.Join(dir, "*.test.mjs"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, script := range scripts {
		t.Run(filepath.Base(script), func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), node, "--test", filepath.Base(script))
			cmd.Dir, cmd.Env = dir, env
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// servers starts what the drivers speak to, and returns the environment that
// tells them.
func servers(t *testing.T) []string {
	t.Helper()
	const secret = "a shared secret of more than 32 bytes"
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	another := func(change func(*config)) config {
		c := defaults(t)
		c.secretFiles, c.rate.PerSecond, c.allowEIO3 = []string{file}, 0, true
		change(&c)
		return c
	}
	usual := run(t, another(func(*config) {})).url
	late := run(t, another(func(c *config) { c.lateAuth, c.authTimeout = true, 2*time.Second })).url
	strict := run(t, another(func(c *config) { c.leeway = 0 })).url
	modern := run(t, another(func(c *config) {
		c.allowEIO3, c.origins = false, []string{"https://chat.example.com"}
	})).url
	fragile := startFragile(t, another(func(*config) {}))
	return []string{
		"HOBNOB_SECRET=" + secret,
		"HOBNOB_URL=" + usual,
		"HOBNOB_LATE_URL=" + late, "HOBNOB_GRACE_MS=2000",
		"HOBNOB_LEEWAY0_URL=" + strict,
		"HOBNOB_EIO4_URL=" + modern, "HOBNOB_ORIGIN=https://chat.example.com",
		"HOBNOB_FRAGILE_URL=" + fragile.url, "HOBNOB_RESTART_URL=" + fragile.control,
		"HOBNOB_PROXY_URL=" + proxy(t, usual, true), "HOBNOB_POLLING_PROXY_URL=" + proxy(t, usual, false),
	}
}

// fragile is a server that restarts when a POST to control asks it to.
type fragile struct {
	url, control string

	mu   sync.Mutex
	host *host
}

func startFragile(t *testing.T, c config) *fragile {
	t.Helper()
	h, err := start(t.Context(), c, "test", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	f := &fragile{url: h.url, host: h}
	ctx := context.WithoutCancel(t.Context()) // it ends when all that uses it has
	c.addr = h.url[len("http://"):]
	control := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		err := f.host.close(ctx)
		if err == nil {
			f.host, err = start(ctx, c, "test", io.Discard)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	f.control = control.URL
	t.Cleanup(func() {
		control.Close()
		if f.host == nil {
			return // it did not start again, as a driver was told
		}
		if err := f.host.close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return f
}

// proxy stands before a server. One that passes no WebSocket does as those do
// that were not told to: it leaves out the header that asks for one.
func proxy(t *testing.T, to string, webSocket bool) string {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	p := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // by which the server knows its own pages
			r.SetXForwarded()
			if !webSocket {
				r.Out.Header.Del("Upgrade")
				r.Out.Header.Del("Connection")
			}
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(p.Close)
	return p.URL
}
