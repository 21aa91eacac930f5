package exit

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestCodeOf(t *testing.T) {
	inUse := New(InUse, "", "in use")
	for name, tc := range map[string]struct {
		err  error
		want Code
	}{
		"none":    {nil, OK},
		"plain":   {errors.New("x"), Failed},
		"ours":    {inUse, InUse},
		"wrapped": {fmt.Errorf("serve: %w", inUse), InUse},
		"joined":  {errors.Join(inUse, errors.New("and the lock")), InUse},
	} {
		if got := CodeOf(tc.err); got != tc.want {
			t.Errorf("%s: %d, want %d", name, got, tc.want)
		}
	}
}

func TestPrint(t *testing.T) {
	for name, tc := range map[string]struct {
		err  error
		want string
	}{
		"plain":     {errors.New("it broke"), "hobnob: it broke\n"},
		"hints":     {New(Auth, "do this\nor that", "no account"), "hobnob: no account\nhint: do this\nhint: or that\n"},
		"two lines": {errors.New("a\nb"), "hobnob: a b\n"},
	} {
		var out strings.Builder
		Print(&out, tc.err)
		if out.String() != tc.want {
			t.Errorf("%s: %q, want %q", name, out.String(), tc.want)
		}
	}
}

func TestPrintShowsNoEscapes(t *testing.T) {
	var out strings.Builder
	hostile := "\x1b]0;owned\a\u009b31m\u202e\r"
	Print(&out, New(Auth, "log in to "+hostile+"\nor ask "+hostile, "team %s", hostile))
	if strings.ContainsAny(out.String(), "\x1b\a\u009b\u202e\r") || strings.Count(out.String(), "\n") != 3 {
		t.Errorf("printed %q", out.String())
	}
}

func TestCauseIsMatched(t *testing.T) {
	if err := New(Storage, "", "cannot write: %w", fs.ErrPermission); !errors.Is(err, fs.ErrPermission) {
		t.Error("the cause is lost")
	}
}

func TestUsage(t *testing.T) {
	cmd := &cobra.Command{Use: "x"}
	if got := CodeOf(NoArgs(cmd, []string{"y"})); got != Usage {
		t.Errorf("a surplus argument ends with %d", got)
	}
	if got := CodeOf(Flags(cmd, errors.New("unknown flag: --y"))); got != Usage {
		t.Errorf("an unknown flag ends with %d", got)
	}
}
