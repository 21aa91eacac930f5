package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hobnob-chat/hobnob/net/exit"
	server "github.com/hobnob-chat/hobnob/server/cli"
	client "github.com/hobnob-chat/hobnob/tui/cli"
)

// program is the tree of commands, as main makes it.
func program() *cobra.Command {
	root := client.Root(client.Options{Version: "test"})
	root.AddCommand(server.Commands("test")...)
	root.InitDefaultHelpCmd()
	return root
}

// commandLine is a command in a text: in backticks, or in a line of code.
var commandLine = regexp.MustCompile("(?m)`hobnob([^`\n]*)`|^(?:  )?hobnob( [^\n]*)?$|\\| hobnob ([^\n`]*)|: hobnob ([a-z][^\n`,]*)")

// TestDocumentsShowWhatIs: every command that a document or an example in help
// shows is one that the program has, with the flags it has.
func TestDocumentsShowWhatIs(t *testing.T) {
	texts := map[string]string{"README.md": read(t, "README.md"), "docs/commands.md": read(t, "docs/commands.md")}
	every(program(), func(cmd *cobra.Command) { texts["hobnob help "+cmd.Name()] = cmd.Example })
	shown := 0
	for name, text := range texts {
		for _, found := range commandLine.FindAllStringSubmatch(text, -1) {
			line, _, _ := strings.Cut(strings.Join(found[1:], ""), " #")
			line, _, _ = strings.Cut(line, " | ")
			line, _, _ = strings.Cut(line, " > ")
			if err := understood(program(), strings.Fields(line)); err != nil {
				t.Errorf("%s: hobnob%s: %v", name, line, err)
			}
			shown++
		}
	}
	if shown < 30 {
		t.Errorf("only %d commands were found", shown)
	}
}

// understood tells whether the program has a command with these flags.
func understood(root *cobra.Command, words []string) error {
	cmd, rest, err := root.Find(words)
	if err != nil {
		return err
	}
	for _, word := range rest {
		name, ok := strings.CutPrefix(word, "--")
		name, _, _ = strings.Cut(name, "=")
		if ok && name != "help" && cmd.Flags().Lookup(name) == nil {
			return fmt.Errorf("there is no flag %s", word)
		}
	}
	if len(rest) > 0 && cmd.HasAvailableSubCommands() && strings.ToLower(rest[0]) == rest[0] && !strings.HasPrefix(rest[0], "-") {
		return fmt.Errorf("there is no command %s", rest[0])
	}
	return nil
}

// TestCommandsAreDocumented: docs/commands.md has every command, every code and
// every variable that help and the manual page tell of.
func TestCommandsAreDocumented(t *testing.T) {
	text := read(t, "docs/commands.md")
	every(program(), func(cmd *cobra.Command) {
		shell := cmd.HasParent() && cmd.Parent().Name() == "completion"
		if cmd.Runnable() && !cmd.HasAvailableSubCommands() && !shell && !strings.Contains(text, "`"+cmd.CommandPath()) {
			t.Errorf("%s is not in docs/commands.md", cmd.CommandPath())
		}
	})
	for _, m := range exit.Meanings {
		if row := fmt.Sprintf("| %d | %s |\n", m.Code, m.Text); !strings.Contains(text, row) {
			t.Errorf("docs/commands.md has no row %q", row)
		}
	}
	told := make(map[string]bool)
	for _, fact := range slices.Concat(client.Variables, client.Files) {
		for name := range strings.SplitSeq(fact.Name, ", ") {
			told[name] = true
			if !strings.Contains(text, name) {
				t.Errorf("%s is not in docs/commands.md", name)
			}
		}
	}
	every(program(), func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) { told[exit.TwinOf(f)] = true })
	})
	for _, found := range regexp.MustCompile("`([A-Z]+_?[A-Z_]{3,})[`=]").FindAllStringSubmatch(text, -1) {
		if !told[found[1]] {
			t.Errorf("%s is in docs/commands.md and not in the manual page", found[1])
		}
	}
}

// TestFlagsAreWhole: each flag says what it does without the one before it, and
// what is said of its environment variable is true.
func TestFlagsAreWhole(t *testing.T) {
	vague := regexp.MustCompile(`^(its|such|that|these|those|they)\b|\bbefore that\b|\bsuch a\b`)
	cmd, _, err := program().Find([]string{"serve"})
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range regexp.MustCompile(`--[a-z0-9-]+`).FindAllString(cmd.Flags().FlagUsages(), -1) {
		f := cmd.Flags().Lookup(strings.TrimPrefix(word, "--"))
		switch {
		case f == nil:
			t.Errorf("%s is spoken of and is no flag", word)
		case f.Name == "help":
		case vague.MatchString(f.Usage):
			t.Errorf("%s: %q needs another flag to be understood", word, f.Usage)
		case exit.GroupOf(f) == "" || exit.TwinOf(f) == "":
			t.Errorf("%s has the heading %q and the variable %q", word, exit.GroupOf(f), exit.TwinOf(f))
		}
	}
}

func every(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, c := range cmd.Commands() {
		if c.Name() != "help" {
			every(c, visit)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
