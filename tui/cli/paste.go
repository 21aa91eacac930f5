package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"github.com/charmbracelet/x/term"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// The keys that mean something while a token is pasted, as a terminal in raw mode
// sends them.
const (
	keyInterrupt = 0x03 // Ctrl+C
	keyEnd       = 0x04 // Ctrl+D
	keyBackspace = 0x08
	keyDelete    = 0x7f // what most send for Backspace
	keyKill      = 0x15 // Ctrl+U
)

// errLeft is that somebody who was asked for a token left instead.
var errLeft = exit.New(exit.Failed, "", "you left before a token was given")

// ReadToken reads what is given as a token on stdin, at most limit bytes and one.
// At a terminal that is one line, which is asked for on talk and not shown; of
// anything else it is all. It blocks until then, or until ctx ends: a read cannot
// be taken back, and that of somebody who left ends with the process, at once.
func ReadToken(ctx context.Context, in io.Reader, talk io.Writer, limit int64) ([]byte, error) {
	read := func() ([]byte, error) { return io.ReadAll(io.LimitReader(in, limit+1)) }
	if f, ok := in.(*os.File); ok && term.IsTerminal(f.Fd()) {
		// A line that the terminal edits has 4,095 bytes at most, and tokens have more.
		before, err := term.MakeRaw(f.Fd())
		if err != nil {
			return nil, exit.New(exit.Failed, "", "the terminal cannot be read: %w", err)
		}
		defer func() {
			_ = term.Restore(f.Fd(), before)
			fmt.Fprintln(talk)
		}()
		fmt.Fprint(talk, "Paste the token, then press Enter (it is not shown): ")
		read = func() ([]byte, error) { return pasted(f, limit) }
	}
	type answer struct {
		text     []byte
		err      error
		panicked any
	}
	done := make(chan answer, 1)
	go func() {
		var got answer
		defer func() {
			got.panicked = recover() // which is not to leave the terminal raw
			done <- got
		}()
		got.text, got.err = read()
	}()
	select {
	case got := <-done:
		if got.panicked != nil {
			panic(got.panicked)
		}
		if got.err != nil && !errors.Is(got.err, errLeft) {
			return nil, exit.New(exit.Failed, "", "stdin cannot be read: %w", got.err)
		}
		return got.text, got.err
	case <-ctx.Done():
		return nil, errLeft
	}
}

// pasted reads a line from a terminal in raw mode, byte by byte: what comes after
// it is for whoever reads next. Of a longer one it keeps the beginning.
func pasted(r io.Reader, limit int64) (line []byte, _ error) {
	key := make([]byte, 1)
	for {
		switch _, err := io.ReadFull(r, key); {
		case errors.Is(err, io.EOF):
			return line, nil
		case err != nil:
			return nil, err
		}
		switch b := key[0]; b {
		case '\r', '\n', keyEnd:
			return line, nil
		case keyInterrupt:
			return nil, errLeft
		case keyBackspace, keyDelete:
			_, size := utf8.DecodeLastRune(line)
			line = line[:len(line)-size]
		case keyKill:
			line = line[:0]
		default:
			if int64(len(line)) <= limit {
				line = append(line, b)
			}
		}
	}
}
