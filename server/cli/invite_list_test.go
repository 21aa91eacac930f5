package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// command runs a command of the host's.
func command(t *testing.T, args ...string) (stdout, stderr string, code exit.Code) {
	t.Helper()
	var out, errs bytes.Buffer
	for _, cmd := range Commands("test") {
		if cmd.Name() != args[0] {
			continue
		}
		cmd.SetOut(&out)
		cmd.SetErr(&errs)
		cmd.SetArgs(args[1:])
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		err := cmd.ExecuteContext(t.Context())
		if err != nil {
			exit.Print(&errs, err)
		}
		return out.String(), errs.String(), exit.CodeOf(err)
	}
	t.Fatalf("there is no command %s", args[0])
	return "", "", exit.Failed
}

// TestNobodyInvited: an empty list is said to people, and is one to programs.
func TestNobodyInvited(t *testing.T) {
	data := again(t).data // served, without a line that was shown
	if out, errs, code := command(t, "invite", "list", "--data", data); out != "" || errs != "nobody was invited yet\nhint: hobnob invite create\n" || code != exit.OK {
		t.Errorf("%q, %q, %d", out, errs, code)
	}
	if out, errs, code := command(t, "invite", "list", "--json", "--data", data); out != "[]\n" || errs != "" || code != exit.OK {
		t.Errorf("%q, %q, %d", out, errs, code)
	}
}

// TestLostDatabase: a team without its database is told what to do, and none is made.
func TestLostDatabase(t *testing.T) {
	data := again(t).data
	if err := os.Remove(filepath.Join(data, databaseFile)); err != nil {
		t.Fatal(err)
	}
	_, errs, code := command(t, "admin", "users", "--data", data)
	if code != exit.Storage || !strings.Contains(errs, "has no database\nhint: ") {
		t.Errorf("%q, %d", errs, code)
	}
	if _, err := os.Stat(filepath.Join(data, databaseFile)); err == nil {
		t.Error("a database was made")
	}
}
