package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/charmbracelet/x/term"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/chat"
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
// keyring takes none. Only a yes does that; where nobody can be asked that is a no.
// A yes for another account counts where there is no keyring at all, and that is
// told; of a keyring that is there, locked or silent, it says nothing.
func offerFile(ctx context.Context, input *bufio.Reader, talk io.Writer, err error) bool {
	if exit.CodeOf(err) != exit.Keyring || !interactive() {
		return false
	}
	columns := columnsOf(os.Stderr)
	if other, chosen := keptInFile(ctx); chosen && (errors.Is(err, keystore.ErrNoSession) || errors.Is(err, keystore.ErrNoService)) {
		fmt.Fprintln(talk, hanging(fmt.Sprintf("%v; your token is kept in a file that only you can read, as you chose for %s", err, chat.SanitizeLine(other.Team.Name)), 0, columns))
		return true
	}
	fmt.Fprintln(talk, hanging(fmt.Sprintf("%v; your token needs another place", err), 0, columns))
	fmt.Fprint(talk, hanging("Keep it in a file that only you can read? [y/N]", 0, columns)+" ")
	line, err := readLine(ctx, input)
	if err != nil {
		fmt.Fprintln(talk) // what follows stands on its own line
		return false
	}
	line = strings.ToLower(strings.TrimSpace(line))
	return line == "y" || line == "yes"
}

// keptInFile is the account whose token was put into a file last, and whether there is one.
func keptInFile(ctx context.Context) (Account, bool) {
	list, err := loadAccounts(ctx)
	if err != nil {
		return Account{}, false // what is wrong with it is said when it is written
	}
	at := slices.IndexFunc(list.Accounts, func(a Account) bool { return a.Store == storeFile })
	if at < 0 {
		return Account{}, false
	}
	return list.Accounts[at], true
}

// columnsOf is how wide a terminal is, 0 where that is not known, and what is printed there is
// not broken.
func columnsOf(f *os.File) int {
	columns, _, err := term.GetSize(f.Fd())
	if err != nil {
		return 0
	}
	return columns
}
