package cli

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// interactive tells whether somebody sits there who can be asked, and sees that.
var interactive = func() bool { return term.IsTerminal(os.Stdin.Fd()) && term.IsTerminal(os.Stderr.Fd()) }

// Interactive tells whether somebody sits at the terminal who can be asked.
func Interactive() bool { return interactive() }

// AskLine asks at the terminal for a line, with a usual one that Enter takes; "" for none. An
// error means that whoever was asked left. The line is as it was typed, without spaces around.
func AskLine(ctx context.Context, input *bufio.Reader, w io.Writer, what, usual string) (string, error) {
	offer := ""
	if usual != "" {
		offer = " [" + usual + "]"
	}
	fmt.Fprintf(w, "%s%s: ", what, offer)
	line, err := readLine(ctx, input)
	if err != nil {
		fmt.Fprintln(w)
		return "", err
	}
	return cmp.Or(strings.TrimSpace(line), usual), nil
}

// offerFile asks whether the token may be kept in a file, when err is that the
// keyring takes none. Nobody's token is put into a file without a yes; where
// nobody can be asked that is a no.
func offerFile(ctx context.Context, input *bufio.Reader, talk io.Writer, err error) bool {
	if exit.CodeOf(err) != exit.Keyring || !interactive() {
		return false
	}
	fmt.Fprintf(talk, "%v; your token needs another place\nKeep it in a file that only you can read? [y/N] ", err)
	line, err := readLine(ctx, input)
	if err != nil {
		fmt.Fprintln(talk) // what follows stands on its own line
		return false
	}
	line = strings.ToLower(strings.TrimSpace(line))
	return line == "y" || line == "yes"
}
