package cli

import (
	"errors"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestBenchSaysWhichFlagIsWrong, and not that there is no team, which it looks for with
// flags that are right.
func TestBenchSaysWhichFlagIsWrong(t *testing.T) {
	for args, want := range map[string]string{
		"--url x":                   `not "x"`,
		"--clients -1":              "not -1",
		"--clients 1 --rooms 2":     "2 rooms are more than 1 clients",
		"--duration 0s":             "it measures for between",
		"--size 1 --url http://a:1": "messages have between",
	} {
		cmd := benchCommand()
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetArgs(append(strings.Fields(args), "--data", t.TempDir()))
		err := cmd.ExecuteContext(t.Context())
		if e, ok := errors.AsType[*exit.Error](err); !ok || e.Code != exit.Usage || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", args, err)
		}
	}
}
