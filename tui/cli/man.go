package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// Fact is a line of the manual page: a name and what is to be known of it.
type Fact struct{ Name, Text string }

// Variables are what hobnob reads in the environment, beside those that stand for
// a flag.
var Variables = []Fact{
	{"HOBNOB_SERVER", "The server whose account hobnob opens, where --account is not given."},
	{"HOBNOB_TOKEN", "The token for that server, or else for the account you signed in to last. It is kept nowhere."},
	{"HOBNOB_NOTIFY", "How you are told of messages while you look elsewhere: auto, osc9, osc777, bell or none."},
	{"HOBNOB_THEME", "What the terminal draws on: light, dark, or auto, which asks it."},
	{"COLORFGBG", "The same, as some terminals say it, where they do not answer."},
	{"TERM", "What the terminal is. The chat needs one that is not dumb."},
	{"NO_COLOR", "No colours, if it is set to anything."},
	{"SSL_CERT_FILE", "A file with the certificates to trust, in place of the system's; not on macOS and Windows."},
	{"XDG_DATA_HOME, XDG_CONFIG_HOME, XDG_STATE_HOME", "Where the folders below are, in place of ~/.local/share, ~/.config and ~/.local/state."},
	{"HOME", "Where your files are. Without it, and without the three before, --data is needed, and there are no accounts."},
}

// Files are what hobnob keeps on disk, where the XDG base directory specification
// is followed.
var Files = []Fact{
	{"$XDG_DATA_HOME/hobnob/server", "The team that is hosted here, in the folder that --data names."},
	{"$XDG_CONFIG_HOME/hobnob/accounts.json", "The accounts on this machine: servers, names, and where each token is."},
	{"$XDG_STATE_HOME/hobnob", "A folder for each account, with what was read and written."},
	{"$XDG_STATE_HOME/hobnob/tokens.json", "The tokens kept with --token-store file, readable only by you."},
}

func manCommand(version string) *cobra.Command {
	return &cobra.Command{
		Use:     "man",
		Short:   "Print the manual page",
		Long:    "Print the manual page, in the form that man reads.",
		Example: "  hobnob man | man -l -",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(cmd.OutOrStdout(), manual(cmd.Root(), version))
			return err
		},
	}
}

// page is a manual page being written, in the macros of man(7).
type page struct{ strings.Builder }

// manual is the page of all commands: what their help says, and what is to be
// known of all of them.
func manual(root *cobra.Command, version string) string {
	var p page
	p.macro(".TH", "HOBNOB", "1", "", "hobnob "+version, "User commands")
	p.macro(".SH", "NAME")
	p.text("hobnob - " + strings.ToLower(root.Short[:1]) + root.Short[1:])
	p.macro(".SH", "SYNOPSIS")
	p.synopsis(root)
	p.macro(".SH", "DESCRIPTION")
	p.text(root.Long)
	p.flags(root)
	p.macro(".SH", "COMMANDS")
	var twins []string
	walk(root, func(cmd *cobra.Command) {
		p.command(cmd)
		for _, s := range sections(cmd) {
			for _, f := range s.flags {
				if twin := exit.TwinOf(f); twin != "" {
					twins = append(twins, twin)
				}
			}
		}
	})
	p.macro(".SH", "ENVIRONMENT")
	p.facts(Variables)
	if len(twins) > 0 {
		p.text("The name in brackets beside a flag is the variable that stands for it where the flag is not given: " +
			twins[0] + " and the like.")
	}
	p.macro(".SH", "FILES")
	p.facts(Files)
	p.macro(".SH", "EXIT STATUS")
	for _, m := range exit.Meanings {
		p.fact(fmt.Sprint(int(m.Code)), m.Text)
	}
	return p.String()
}

// walk visits the commands below cmd that do something, in the order of help.
func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	for _, c := range cmd.Commands() {
		switch {
		case c.Hidden || c.Name() == "help":
		case c.HasAvailableSubCommands() && c.Name() != "completion":
			walk(c, visit)
		default:
			visit(c)
		}
	}
}

// synopsis is a line for each command, as it is typed.
func (p *page) synopsis(root *cobra.Command) {
	p.macro(".B", root.Name())
	walk(root, func(cmd *cobra.Command) {
		p.macro(".br")
		p.macro(".B", typed(cmd))
	})
}

// typed is a command with its arguments.
func typed(cmd *cobra.Command) string {
	line := cmd.Parent().CommandPath() + " " + cmd.Use
	if cmd.HasAvailableSubCommands() {
		var names []string
		for _, c := range cmd.Commands() {
			names = append(names, c.Name())
		}
		line += " " + strings.Join(names, "|")
	}
	return line
}

func (p *page) command(cmd *cobra.Command) {
	p.macro(".SS", typed(cmd))
	text := cmd.Long
	if text == "" || cmd.HasAvailableSubCommands() {
		text = cmd.Short + "."
	}
	p.text(text)
	p.flags(cmd)
	if cmd.Example != "" {
		p.macro(".PP")
		p.text("For example:")
		p.macro(".PP")
		p.macro(".nf")
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			p.line(line)
		}
		p.macro(".fi")
	}
}

func (p *page) flags(cmd *cobra.Command) {
	for _, s := range sections(cmd) {
		if s.heading != "Flags" && s.heading != "Other" {
			p.macro(".PP")
			p.text(s.heading + ":")
		}
		for _, f := range s.flags {
			if f.Name != "help" {
				p.fact(flagName(f), flagText(f))
			}
		}
	}
}

func (p *page) facts(facts []Fact) {
	for _, f := range facts {
		p.fact(f.Name, f.Text)
	}
	p.macro(".PP")
}

func (p *page) fact(name, text string) {
	p.macro(".TP")
	p.macro(".B", name)
	p.text(text)
}

// macro writes a request with its arguments.
func (p *page) macro(name string, args ...string) {
	p.WriteString(name)
	for _, a := range args {
		p.WriteString(` "` + strings.ReplaceAll(escape(a), `"`, `\(dq`) + `"`)
	}
	p.WriteByte('\n')
}

// text writes paragraphs, which a blank line parts.
func (p *page) text(s string) {
	for i, paragraph := range strings.Split(strings.TrimSpace(s), "\n\n") {
		if i > 0 {
			p.macro(".PP")
		}
		for line := range strings.SplitSeq(paragraph, "\n") {
			p.line(line)
		}
	}
}

// line writes a line of text, which is no request, whatever it begins with.
func (p *page) line(s string) {
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		p.WriteString(`\&`)
	}
	p.WriteString(escape(s) + "\n")
}

// escape keeps troff from reading a text: backslashes begin escapes, and a bare
// dash or tilde is set as another character than the one to be typed.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\e`, `-`, `\-`, `~`, `\(ti`, `…`, `...`).Replace(s)
}
