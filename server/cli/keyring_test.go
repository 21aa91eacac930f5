package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestJoinKeepsTokenInKeyring joins beside a real Secret Service, which
// .ci/with-keyring starts: the token is in it, and nowhere on the disk.
func TestJoinKeepsTokenInKeyring(t *testing.T) {
	if os.Getenv("HOBNOB_TEST_KEYRING") != "1" {
		t.Skip("there is no Secret Service to write to: .ci/with-keyring starts one")
	}
	program, home := build(t), t.TempDir()
	h := run(t, defaults(t))
	invite, err := h.invites.NewInvite(t.Context(), h.owner.ID, chat.RoleMember)
	if err != nil {
		t.Fatal(err)
	}
	hobnob := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, args...)
		for _, dir := range []string{"DATA", "CONFIG", "STATE"} {
			cmd.Env = append(cmd.Env, "XDG_"+dir+"_HOME="+filepath.Join(home, dir))
		}
		cmd.Env = append(os.Environ(), cmd.Env...)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("hobnob %s: %v\n%s", args[0], err, errs.String())
		}
		return string(out)
	}
	hobnob("join", invite.URL, "--name", "grace")
	if got := hobnob("accounts"); !strings.HasPrefix(got, "grace\tmember\t") || !strings.HasSuffix(got, "\tkeyring\n") {
		t.Errorf("accounts: %q", got)
	}
	err = filepath.WalkDir(home, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte("eyJ")) {
			t.Errorf("%s has a token in it", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	hobnob("logout")
}
