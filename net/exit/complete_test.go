package exit

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestChoices(t *testing.T) {
	for is, want := range map[string][]string{
		"debug, info, warn or error": {"debug", "info", "warn", "error"},
		"text or json":               {"text", "json"},
		"a rate":                     nil,
		"a number of requests a second, or 0 for no limit": nil,
		"true":    nil,
		"":        nil,
		"a, b or": nil,
	} {
		if got := choices(is); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", is, got, want)
		}
	}
}

// TestCompletions asks as a shell does.
func TestCompletions(t *testing.T) {
	for line, want := range map[string]string{
		"do --level ":  "low\nhigh\n:4\n",
		"do --level=h": "low\nhigh\n:4\n",
		"do --dir ":    ":16\n",
		"do --key ":    ":0\n",
		"do --text ":   ":4\n",
		"do --own ":    "mine\n:4\n",
		"do --le":      "--level\tfrom this LEVEL on\n:4\n",
		"do ":          ":4\n",
		"d":            "do\tdoes it\n:4\n",
	} {
		root := &cobra.Command{Use: "x", Args: NoArgs, RunE: Help}
		root.SetHelpCommand(&cobra.Command{Hidden: true})
		cmd := &cobra.Command{Use: "do", Short: "does it", Run: func(*cobra.Command, []string) {}}
		f := cmd.Flags()
		f.String("level", "", "from this `LEVEL` on")
		Value(f, "level", "low or high", "low", nil)
		f.String("dir", "", "a `FOLDER`")
		f.String("key", "", "a `[ALG:]FILE`")
		f.String("text", "", "any `TEXT`")
		f.String("own", "", "one's `OWN`")
		if err := cmd.RegisterFlagCompletionFunc("own", cobra.FixedCompletions([]string{"mine"}, cobra.ShellCompDirectiveNoFileComp)); err != nil {
			t.Fatal(err)
		}
		root.AddCommand(cmd)
		if err := Completions(root); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		root.SetOut(&out)
		root.SetErr(new(bytes.Buffer))
		root.SetArgs(append([]string{"__complete"}, strings.Split(line, " ")...))
		if err := root.Execute(); err != nil {
			t.Fatal(err)
		}
		if out.String() != want {
			t.Errorf("%q: %q, want %q", line, out.String(), want)
		}
	}
}
