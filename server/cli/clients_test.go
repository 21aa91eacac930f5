package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestOfficialClients drives servers with the official JavaScript client.
func TestOfficialClients(t *testing.T) {
	node := needs(t, "node")
	dir := filepath.Join("testdata", "clients")
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the clients are not installed: run npm ci in server/cli/%s", dir)
		}
		t.Skipf("the clients are not installed: npm ci in server/cli/%s", dir)
	}
	const secret = "a shared secret of more than 32 bytes"
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	usual := defaults(t)
	usual.secretFiles, usual.rate.PerSecond = []string{file}, 0
	late := usual
	late.lateAuth, late.authTimeout, late.data = true, 2*time.Second, filepath.Join(t.TempDir(), "data")
	strict := usual
	strict.leeway, strict.data = 0, filepath.Join(t.TempDir(), "data")
	env := append(os.Environ(),
		"HOBNOB_URL="+run(t, usual).url, "HOBNOB_LATE_URL="+run(t, late).url, "HOBNOB_LEEWAY0_URL="+run(t, strict).url,
		"HOBNOB_SECRET="+secret, "HOBNOB_GRACE_MS=2000")
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
