package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// flagged is a command with flags of each kind.
func flagged() *cobra.Command {
	cmd := &cobra.Command{Use: "flagged", Run: func(*cobra.Command, []string) {}}
	f := cmd.Flags()
	f.String("zeta", "", "the first `NAME`, of which there is so much to say that it takes more than one line")
	f.StringP("alpha", "a", "x", "the second, in any words")
	f.Bool("lone", false, "one without a heading")
	exit.Group(f, "Names", "zeta", "alpha")
	exit.Twins(f)
	cmd.InitDefaultHelpFlag()
	return cmd
}

func TestSections(t *testing.T) {
	var got []string
	for _, s := range sections(flagged()) {
		got = append(got, s.heading+":")
		for _, f := range s.flags {
			got = append(got, flagName(f))
		}
	}
	if got, want := strings.Join(got, " "), "Names: --zeta NAME -a, --alpha TEXT Other: --lone -h, --help"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := flagText(flagged().Flag("alpha")), "the second, in any words [HOBNOB_ALPHA] (x)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestFlagsFit: at every width nothing is cut by the terminal, and no word is lost.
func TestFlagsFit(t *testing.T) {
	for _, width := range []int{40, beside - 1, beside, usualWidth, widest} {
		flagged().Flags().VisitAll(func(f *pflag.Flag) {
			var out strings.Builder
			writeFlag(&out, f, width, lipgloss.NewStyle())
			for line := range strings.Lines(out.String()) {
				if n := ansi.StringWidth(strings.TrimSuffix(line, "\n")); n > width {
					t.Errorf("at %d a line has %d cells: %q", width, n, line)
				}
			}
			if got, want := strings.Fields(out.String()), strings.Fields(flagName(f)+" "+flagText(f)); strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("at %d: %q, want %q", width, got, want)
			}
		})
	}
}

// TestManual: what a text begins with or has in it is no request of troff.
func TestManual(t *testing.T) {
	root := &cobra.Command{Use: "x", Short: "It is", Long: ".so file\n'br\n\nback\\slash --dash"}
	cmd := flagged()
	cmd.Example = "  x flagged \"quoted\""
	root.AddCommand(cmd)
	got := manual(root, `1"2`)
	for _, want := range []string{
		".TH \"HOBNOB\" \"1\" \"\" \"hobnob 1\\(dq2\"", "\n\\&.so file\n\\&'br\n.PP\nback\\eslash \\-\\-dash\n",
		".B \"\\-a, \\-\\-alpha TEXT\"\n", ".SH \"EXIT STATUS\"\n", "  x flagged \"quoted\"\n", "HOBNOB_ZETA",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

func TestAtHome(t *testing.T) {
	t.Setenv("HOME", filepath.FromSlash("/home/ada"))
	t.Setenv("USERPROFILE", filepath.FromSlash("/home/ada"))
	for path, want := range map[string]string{"/home/ada/x": "~/x", "/home/adam/x": "/home/adam/x", "15s": "15s", "": ""} {
		if got := atHome(filepath.FromSlash(path)); got != filepath.FromSlash(want) {
			t.Errorf("%q is %q, want %q", path, got, want)
		}
	}
}

// TestPipedHelp has no blanks at the ends of its lines, and all of the lines.
func TestPipedHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"join", "--help"}, {"help", "login"}} {
		stdout, _, code := hobnob(t, "", args...)
		if code != exit.OK || !strings.Contains(stdout, "USAGE") || !strings.Contains(stdout, "--help") {
			t.Errorf("%v ended with %d: %q", args, code, stdout)
		}
		for line := range strings.Lines(stdout) {
			if line != strings.TrimRight(line, " \n")+"\n" {
				t.Errorf("%v: %q", args, line)
			}
		}
	}
}
