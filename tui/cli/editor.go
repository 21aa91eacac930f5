package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/hobnob-chat/hobnob/tui"
)

// editing is the user's own editor with what is being written, in a file that only they
// can read and that is there no longer than the editor.
type editing struct {
	// set once
	program string // a line for the shell, as $EDITOR is
	before  string

	stdin          io.Reader
	stdout, stderr io.Writer

	// what it left
	after string
}

func newEditing(text string) tui.Editing {
	return &editing{program: editorOf(os.Getenv), before: text, after: text}
}

// editorOf is the user's editor.
func editorOf(getenv func(string) string) string {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if editor := strings.TrimSpace(getenv(name)); editor != "" {
			return editor
		}
	}
	if runtime.GOOS == "windows" {
		return "notepad"
	}
	return "vi"
}

// seatIn is the account of a chat, where nothing is said beside the screen.
func seatIn(a Account, o Options, tokens *source) *seat {
	return &seat{account: a, tokens: tokens, name: "hobnob/" + o.Version, talk: io.Discard}
}

// writingHelp is what helps with writing in the chat of an account.
func writingHelp(a Account, o Options, tokens *source) tui.Writing {
	return tui.Writing{
		Editor: newEditing, Upload: uploadIn(seatIn(a, o, tokens)), Open: openLocal, Paths: pathsLike,
	}
}

// SetStdin is where the editor reads keys; with the next two it implements tea.ExecCommand.
// A screen that reads the terminal itself has none to give: then that is stdin.
func (e *editing) SetStdin(r io.Reader) {
	e.stdin = os.Stdin
	if f, ok := r.(*os.File); ok {
		e.stdin = f
	}
}

// SetStdout is where the editor draws.
func (e *editing) SetStdout(w io.Writer) { e.stdout = w }

// SetStderr is where it complains.
func (e *editing) SetStderr(w io.Writer) { e.stderr = w }

// Text implements tui.Editing.
func (e *editing) Text() string { return e.after }

// Run opens the editor and returns when it has been closed.
func (e *editing) Run() (err error) {
	dir, err := os.MkdirTemp("", "hobnob-") // 0700: editors put copies beside the file
	if err != nil {
		return fmt.Errorf("there is no place for the text: %w", pathless(err))
	}
	keep := false
	defer func() {
		if !keep {
			err = errors.Join(err, pathless(os.RemoveAll(dir)))
		}
	}()
	path := filepath.Join(dir, "message.md")
	if err := os.WriteFile(path, []byte(e.before), 0o600); err != nil {
		return fmt.Errorf("there is no place for the text: %w", pathless(err))
	}
	cmd := e.command(path)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = e.stdin, e.stdout, e.stderr
	failed := cmd.Run()
	text, err := readText(path)
	switch {
	case errors.Is(err, errLong):
		keep = true
		return errors.Join(failed, fmt.Errorf("what it wrote is longer than a message may be, and is in %s", path))
	case err != nil:
		return errors.Join(failed, fmt.Errorf("what it wrote cannot be read: %w", pathless(err)))
	}
	if text != e.before {
		e.after = strings.TrimRight(text, "\r\n") // editors end a file with a line end
	}
	if failed != nil {
		return fmt.Errorf("%s: %w", e.program, failed)
	}
	return nil
}

// command is the editor's, which may have arguments.
func (e *editing) command(path string) *exec.Cmd {
	if runtime.GOOS == "windows" {
		parts := append(strings.Fields(e.program), path)
		return exec.CommandContext(context.Background(), parts[0], parts[1:]...) //nolint:gosec // the user's own variable
	}
	// Nothing ends it but its user: what they write there is nowhere else.
	return exec.CommandContext(context.Background(), "sh", "-c", e.program+` "$1"`, "sh", path) //nolint:gosec // likewise
}

var errLong = errors.New("too long")

// readText reads what an editor wrote, if it is not longer than a text may be.
func readText(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, tui.MaxText+1))
	if err == nil && len(b) > tui.MaxText {
		err = errLong
	}
	return string(b), err
}
