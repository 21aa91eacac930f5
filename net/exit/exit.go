// Package exit says how a command ends: with a code a script can tell apart, one
// sentence for the person, and a hint where there is a way out. Both ends'
// commands end this way, and main.go prints it; docs/commands.md lists the codes.
package exit

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Code is a process's exit code.
type Code int

// The codes. They are stable: scripts depend on them.
const (
	OK          Code = 0
	Failed      Code = 1   // anything without a code of its own
	Usage       Code = 2   // the command line is wrong: unknown flag, bad value, no terminal
	Auth        Code = 3   // not signed in, or the server refuses the token or invite
	Unreachable Code = 4   // no server there, or not a hobnob server
	InUse       Code = 5   // the port or the data folder belongs to another process
	Storage     Code = 6   // a folder or file cannot be written, or is damaged
	Keyring     Code = 7   // no keyring, or it is locked
	Unsure      Code = 8   // what was asked may have been done or not: the answer did not come
	Unavailable Code = 9   // the server is there and cannot do it now; nothing happened
	Interrupted Code = 130 // a signal, as a shell has it: 128 and SIGINT's number
)

// Meanings say of each code what it means, for the manual page and
// docs/commands.md.
var Meanings = []struct {
	Code Code
	Text string
}{
	{OK, "done; also after Ctrl+C or SIGTERM that ended a server, a chat or hobnob tail in order"},
	{Failed, "anything without a code of its own"},
	{Usage, "the command line is wrong: unknown flag, a value that cannot be meant, no terminal"},
	{Auth, "not signed in, or the server refuses the token or invite"},
	{Unreachable, "no server there, or not a hobnob server"},
	{InUse, "the port or the data folder is in use"},
	{Storage, "a folder or file cannot be written, or is damaged"},
	{Keyring, "there is no keyring, or it is locked"},
	{Unsure, "it is not known whether a message is stored: the server's answer did not come"},
	{Unavailable, "the server is there and cannot do it now, as on a full disk; nothing was stored"},
	{Interrupted, "a signal ended it before it was done; a server or a chat only the second one, a moment after the first"},
}

// Error is why a command failed.
type Error struct {
	Code  Code
	Text  string // one sentence, lower case, without a full stop
	Hint  string // a way out, or ""
	Cause error  // for errors.Is; not printed unless Text says so
}

// Error implements error.
func (e *Error) Error() string { return e.Text }

// Unwrap makes the cause matchable.
func (e *Error) Unwrap() error { return e.Cause }

// New makes an Error. The sentence is formatted; a %w in it becomes the cause.
func New(code Code, hint, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Text: err.Error(), Hint: hint, Cause: errors.Unwrap(err)}
}

// CodeOf tells with which code a command that returned err ends.
func CodeOf(err error) Code {
	var e *Error
	switch {
	case err == nil:
		return OK
	case errors.As(err, &e):
		return e.Code
	}
	return Failed
}

// token is what a token looks like (RFC 7519): JSON objects in base64url, the first
// of which begins {".
var token = regexp.MustCompile(`eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*`)

// Print tells a person why a command failed, a line each for the sentence and
// the hints. A hint is not part of the sentence, so that scripts can tell them
// apart: its lines begin "hint:".
func Print(w io.Writer, err error) {
	fmt.Fprintf(w, "hobnob: %s\n", printable(err.Error()))
	var e *Error
	if errors.As(err, &e) && e.Hint != "" {
		for line := range strings.SplitSeq(e.Hint, "\n") {
			fmt.Fprintf(w, "hint: %s\n", printable(line))
		}
	}
}

// printable is a sentence as it is printed: one line of cells, whatever a library
// or a server put into it. What was wrong on a command line is quoted in it, and
// may be a token that was given in the wrong place: what is printed is kept in the
// logs of whoever runs scripts.
func printable(s string) string { return token.ReplaceAllString(chat.SanitizeLine(s), "eyJ…") }
