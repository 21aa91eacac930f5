package cli

import (
	"bytes"
	"context"
	"fmt"
	"image/color"
	"os"
	"strings"

	"charm.land/fang/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// scheme is how help looks: on whatever background, since it is printed without
// asking. All have a contrast of 4 to 1 or more against black and white.
func scheme(lipgloss.LightDarkFunc) fang.ColorScheme {
	own, dim := lipgloss.NoColor{}, lipgloss.Color("#767676")
	return fang.ColorScheme{
		Base: own, Title: lipgloss.Color("#5f5fff"), Description: own, Codeblock: own,
		Program: lipgloss.Color("#5f5fff"), Command: lipgloss.Color("#d700af"), DimmedArgument: dim, Comment: dim,
		Flag: lipgloss.Color("#00875f"), FlagDefault: dim, QuotedString: lipgloss.Color("#af5f00"), Argument: own, Help: own, Dash: own,
		ErrorHeader: [2]color.Color{own, own}, ErrorDetails: own,
	}
}

// unasked is help that asks the terminal nothing. Fang asks for the background
// before it prints, if both ends are a terminal: one that does not answer would
// hold it up for seconds, and one that answers late would have typed into the
// shell. Nothing reads stdin while help is printed.
func unasked(help func(*cobra.Command, []string)) func(*cobra.Command, []string) {
	return func(cmd *cobra.Command, args []string) {
		if none, err := os.Open(os.DevNull); err == nil {
			stdin := os.Stdin
			os.Stdin = none
			defer func() {
				os.Stdin = stdin
				_ = none.Close() // nothing was read from it
			}()
		}
		help(cmd, args)
	}
}

// trimmed has show print without the blanks with which fang fills its lines, where
// that is not a terminal: they would be in somebody's file.
func trimmed(cmd *cobra.Command, show func()) {
	out := cmd.OutOrStdout()
	if f, ok := out.(*os.File); ok && term.IsTerminal(f.Fd()) {
		show()
		return
	}
	var text bytes.Buffer
	cmd.SetOut(&text)
	defer cmd.SetOut(out)
	show()
	for line := range strings.Lines(text.String()) {
		fmt.Fprintln(out, strings.TrimRight(line, " \t\r\n"))
	}
}

// dress gives root what fang makes of cobra's commands: help in colours, the
// manual page, --version. Fang itself runs nothing but a command that does
// nothing: before it lets anybody print an error it asks the terminal for its
// colours, and one that does not answer would hold up the error for seconds.
func dress(root *cobra.Command, version string) {
	model := &cobra.Command{Use: root.Use, Run: func(*cobra.Command, []string) {}}
	model.SetArgs([]string{}) // nil would be the process's own
	err := fang.Execute(context.Background(), model, fang.WithVersion(version), fang.WithoutManpage(),
		fang.WithColorSchemeFunc(scheme))
	if err == nil { // or else plain help is help
		fangs := model.HelpFunc()
		root.SetHelpFunc(unasked(func(cmd *cobra.Command, args []string) {
			trimmed(cmd, func() {
				withoutFlags(cmd, func() { fangs(cmd, args) })
				writeFlags(cmd, scheme(nil))
			})
		}))
		root.Version = model.Version
	}
	root.AddCommand(manCommand(version))
	root.SetHelpCommand(&cobra.Command{
		Use:               "help [COMMAND]",
		Short:             "Help with a command",
		Example:           "  hobnob help serve",
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              exit.HelpOn,
	})
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() != "completion" {
			continue
		}
		c.Short, c.Long = "Print what a shell needs to complete commands", "Print what a shell needs to complete commands. The help of each says how its shell is told."
		c.Args, c.RunE = exit.NoArgs, exit.Help
		for _, shell := range c.Commands() {
			shell.Args, shell.Short = exit.NoArgs, "Print it for "+shell.Name()
		}
	}
}
