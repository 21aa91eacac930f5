//go:build unix

package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// TestDumps: the terminal is given back before what the program does is printed, and that
// ends it as it does every Go program.
func TestDumps(t *testing.T) {
	signals := map[string]syscall.Signal{"SIGQUIT": syscall.SIGQUIT, "SIGABRT": syscall.SIGABRT}
	if which, is := signals[os.Getenv("HOBNOB_TEST_DUMPS")]; is {
		dumps(func() { fmt.Println("given back") })
		_ = syscall.Kill(os.Getpid(), which)
		select {} // until it is dumped
	}
	for name := range signals {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDumps$")
		cmd.Env = append(os.Environ(), "HOBNOB_TEST_DUMPS="+name)
		out, err := cmd.CombinedOutput()
		before, _, dumped := strings.Cut(string(out), "goroutine ")
		ended, _ := errors.AsType[*exec.ExitError](err)
		if !dumped || !strings.Contains(before, "given back\n") || ended == nil || ended.ExitCode() != 2 {
			t.Errorf("%s: %v: %.500s", name, err, out)
		}
	}
}
