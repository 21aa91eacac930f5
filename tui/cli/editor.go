package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
)

// editing is the user's own editor with what is being written, in a file that only they
// can read and that is there until what the editor left is kept elsewhere.
type editing struct {
	// set once
	line   string // for the shell, as $EDITOR is
	before string
	desk   *unsent       // where it is kept, nil for none
	atOnce time.Duration // an editor that is back within that, with nothing changed, may go on elsewhere

	stdin          io.Reader
	stdout, stderr io.Writer

	text    tui.Unsent // as it was when it was kept last
	dir     string     // "" before there is one
	passing bool       // no start looks there
	after   string     // what it left
	stays   bool       // it left something else, too long or no file, that is nowhere else, or has it open
}

// backAtOnce is within what time an editor is back that only opened a window of its own: one that does
// so takes most of it to start, and nobody finds the command that closes another one sooner.
const backAtOnce = time.Second

// editor is a tui.Writing's Editor.
func (u *unsent) editor(text tui.Unsent) tui.Editing {
	return &editing{line: editorOf(os.Getenv), text: text, before: text.Text, after: text.Text, desk: u, atOnce: backAtOnce}
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
	var none *unsent
	return tui.Writing{
		Editor: none.editor, Upload: uploadIn(seatIn(a, o, tokens)), Open: openLocal, Paths: pathsLike,
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

// Run opens the editor and returns when it has been closed. What it left stays until Took is
// called, or where that does not come, because the screen has ended meanwhile, until the next
// start (edited.go).
func (e *editing) Run() error {
	dir, err := e.begin()
	if err != nil {
		return fmt.Errorf("there is no place for the text: %w", pathless(err))
	}
	e.dir = dir
	back := exit.Interrupts() // ctrl+c is the editor's, as long as it has the terminal
	defer back()
	path, began := filepath.Join(dir, editText), time.Now()
	failed := e.program(path)
	soon := time.Since(began) < e.atOnce && !closesWithItself(e.line)
	text, err := readText(path)
	e.stays = err != nil && !errors.Is(err, fs.ErrNotExist)
	switch {
	case errors.Is(err, errLong):
		return errors.Join(failed, fmt.Errorf("what it wrote is longer than a message may be, and is in %s", path))
	case err != nil:
		err = errors.Join(failed, fmt.Errorf("what it wrote cannot be read: %w", pathless(err)))
		failed = err
	case text != e.before:
		e.after = strings.TrimRight(text, "\r\n") // editors end a file with a line end
	}
	switch {
	case failed == nil && soon && text == e.before: // it may go on to write
		e.stays = true
		return errors.Join(tui.ErrBackAtOnce, pathless(writeEdit(dir, editFile{unsentTextOf(e.text), 0, true})))
	case failed == nil:
		removeBackups(dir)
	case err == nil:
		err = fmt.Errorf("%s: %w", e.line, failed)
	}
	if besides(dir) {
		if failed != nil {
			err = fmt.Errorf("%w; what it left to be recovered is in %s", err, short(dir))
		}
	} else if !e.stays && e.after == e.before {
		err = errors.Join(err, pathless(os.RemoveAll(dir)))
	}
	return err
}

// begin makes the folder with the text in it, and where that cannot be written that is kept for
// the next start, as on a disk that is full, one that is there for this time alone.
func (e *editing) begin() (dir string, err error) {
	folder := e.desk.editFolder
	for {
		if dir, err = folder(); err == nil {
			if err = e.fill(dir); err == nil {
				return dir, nil
			}
			err = errors.Join(err, os.RemoveAll(dir))
		}
		if !e.desk.keeps() || e.passing {
			return "", err
		}
		e.passing, folder = true, passingFolder
	}
}

// fill writes where the text belongs, and only then the text: of that alone no start would know.
func (e *editing) fill(dir string) error {
	if err := writeEdit(dir, e.edited(0)); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, editText), []byte(e.before), 0o600)
}

// program runs the editor.
func (e *editing) program(path string) error {
	cmd := e.command(path)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = e.stdin, e.stdout, e.stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	_ = writeEdit(e.dir, e.edited(cmd.Process.Pid)) // without it, nobody knows that it outlived us
	return cmd.Wait()
}

// tookWait bounds how long is waited for the file of what is being written.
const tookWait = 10 * time.Second

// Took implements tui.Editing. What is not in a file by then stays for the next start.
func (e *editing) Took() {
	ctx, cancel := context.WithTimeout(context.Background(), tookWait)
	defer cancel()
	switch keeps := e.desk.keeps() && !e.passing; {
	case e.dir == "", e.stays, keeps && !e.desk.written(ctx):
	case besides(e.dir):
		e.text.Text = e.after
		_ = writeEdit(e.dir, e.edited(0)) // else it is offered twice
	default:
		_ = os.RemoveAll(e.dir) // else the next start does
	}
}

// edited is what is kept of it for the next start.
func (e *editing) edited(process int) editFile { return editFile{unsentTextOf(e.text), process, false} }

// command is the editor's, which may have arguments.
func (e *editing) command(path string) *exec.Cmd {
	if runtime.GOOS == "windows" {
		parts := append(strings.Fields(e.line), path)
		return exec.CommandContext(context.Background(), parts[0], parts[1:]...) //nolint:gosec // the user's own variable
	}
	// Nothing ends it but its user: what they write there is nowhere else.
	return exec.CommandContext(context.Background(), "sh", "-c", e.line+` "$1"`, "sh", path) //nolint:gosec // likewise
}

var errLong = errors.New("too long")

// readText reads what an editor wrote, if it is not longer than a text may be.
func readText(path string) (string, error) {
	f, err := openRegular(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, tui.MaxText+1))
	text := string(b)
	if err == nil && (len(b) > tui.MaxText || len(chat.Sanitize(text)) > tui.MaxText) {
		err = errLong // what a control becomes is longer than it is
	}
	return text, err
}

// errIrregular is said of what has the name of a file.
var errIrregular = errors.New("it is no file, but a folder, a device, a pipe or a socket")

// openRegular opens what is a file to be read. Nothing else is opened: to open a pipe waits
// for whoever writes into it.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errIrregular
	}
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}
