package exit

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

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

// TestPrintShowsNoToken: one that was given where it does not belong is not printed.
func TestPrintShowsNoToken(t *testing.T) {
	const secret = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.0xh-_Q"
	var out strings.Builder
	Print(&out, New(Usage, "not "+secret, "%q is one argument too many", secret))
	if want := "hobnob: \"eyJ…\" is one argument too many\nhint: not eyJ…\n"; out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
}

func TestCauseIsMatched(t *testing.T) {
	if err := New(Storage, "", "cannot write: %w", fs.ErrPermission); !errors.Is(err, fs.ErrPermission) {
		t.Error("the cause is lost")
	}
}

// TestUsage has each sentence about a command line that is wrong.
func TestUsage(t *testing.T) {
	var rate float64
	var on bool
	var wait time.Duration
	root := &cobra.Command{Use: "x", SilenceErrors: true, SilenceUsage: true, Args: NoArgs, RunE: Help}
	root.SetFlagErrorFunc(Flags)
	join := &cobra.Command{Use: "join LINK [NAME] --fast", Example: "  x join here\n  x join there", Args: Args(cobra.RangeArgs(1, 2)), RunE: func(cmd *cobra.Command, _ []string) error {
		return Environment(cmd)
	}}
	join.Flags().Float64Var(&rate, "rate", 1, "")
	join.Flags().BoolVar(&on, "on", false, "")
	join.Flags().String("text", "", "the `NAME` of it")
	join.Flags().DurationVar(&wait, "wait", 0, "")
	Value(join.Flags(), "rate", "a rate", "5", func() bool { return rate > 0 })
	Twins(join.Flags())
	root.AddCommand(join, &cobra.Command{Use: "wish", Args: NoArgs, Run: func(*cobra.Command, []string) {}}, &cobra.Command{Use: "list", Args: NoArgs, Run: func(*cobra.Command, []string) {}})
	root.SetHelpCommand(&cobra.Command{Use: "help", RunE: HelpOn})
	for line, want := range map[string]string{
		"join":               "LINK is missing: the command is x join LINK [NAME] --fast|for example: x join here",
		"join a b c":         "\"c\" is one argument too many: the command is x join LINK [NAME] --fast|for example: x join here",
		"list a":             "x list takes no arguments, and \"a\" is one|x list --help",
		"lits":               "x has no command \"lits\"|did you mean x list?\nx --help lists its commands",
		"lis":                "x has no command \"lis\"|did you mean x list?\nx --help lists its commands",
		"q":                  "x has no command \"q\"|x --help lists its commands",
		"help jon":           "x has no command \"jon\"|did you mean x join?\nx --help lists its commands",
		"help list a":        "x list has no commands below it, such as \"a\"|x list --help",
		"join a --rte 1":     "x join has no flag --rte|did you mean --rate?\nx join --help lists its flags",
		"join a -rate 1":     "x join has no flag -rate|did you mean --rate?\nx join --help lists its flags",
		"join a --rate":      "--rate needs a value: a rate|for example: --rate 5",
		"join a --rate fast": "--rate: \"fast\" is not a rate|for example: --rate 5",
		"join a --rate -1":   "--rate: \"-1\" is not a rate|for example: --rate 5",
		"join a --rate " + strings.Repeat("9x", 99): "--rate: \"" + strings.Repeat("9x", 40) + "…\" is not a rate|for example: --rate 5",
		"join a --text":       "--text needs a value|for example: --text NAME",
		"join a --on=perhaps": "--on: \"perhaps\" is not true or false|",
		"join a --wait 5":     "--wait: \"5\" is not a duration|for example: --wait 90s",
	} {
		root.SetArgs(strings.Fields(line))
		var e *Error
		if err := root.Execute(); !errors.As(err, &e) || e.Code != Usage || e.Text+"|"+e.Hint != want {
			t.Errorf("x %s: %v, want %q", line, err, want)
		}
	}
	for _, tc := range [][2]string{{"0", `HOBNOB_RATE: "0" is not a rate`}, {"7", ""}, {"", ""}} {
		value, want := tc[0], tc[1]
		t.Setenv("HOBNOB_RATE", value)
		join.Flags().Lookup("rate").Changed = false
		err := Environment(join)
		if (err == nil) != (want == "") || (err != nil && err.Error() != want) {
			t.Errorf("HOBNOB_RATE=%s: %v, want %q", value, err, want)
		}
	}
	if rate != 7 {
		t.Errorf("the rate is %v", rate)
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"ada": "ada", "": "''", "a b": "'a b'", "$(id)": "'$(id)'", "it's": `'it'\''s'`, "u@https://x:1": "u@https://x:1", "-a;": "'-a;'",
	} {
		if got := Quote(in); got != want {
			t.Errorf("%q is quoted as %s, want %s", in, got, want)
		}
	}
}
