package sqlite

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// errUnavailable is what every append of a batch is told that the storage
// failed.
var errUnavailable = &chat.Error{
	Code:    chat.CodeUnavailable,
	Message: "the server cannot store now; nothing was stored, try again",
}

// errFull is errUnavailable where the reason is one that whoever hosts can do something
// about.
var errFull = &chat.Error{
	Code:    chat.CodeUnavailable,
	Message: "the server's disk is full; nothing was stored, try again when there is room",
}

// errUnwanted is what an append is told whose asker wants it no more.
var errUnwanted = &chat.Error{
	Code:    chat.CodeUnavailable,
	Message: "an earlier message could not be stored; nothing was stored, try again, the earlier one first",
}

// storageError marks an error as the storage's and not an event's.
type storageError struct{ error }

func (e storageError) Unwrap() error { return e.error }

// ofStorage tells whether err would have met any other event as well: the disk
// is full or broken, the file is locked by another process, memory is short.
func ofStorage(err error) bool {
	if err == nil {
		return false
	}
	if _, ok := errors.AsType[storageError](err); ok {
		return true
	}
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone) {
		return true
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_CORRUPT,
		sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT:
		return true
	}
	return false
}

// unavailable is the error of every append of a batch that could not be stored:
// errors.Is finds both chat.CodeUnavailable and the cause in it.
func unavailable(cause error) error {
	if full(cause) {
		return fmt.Errorf("%w: %w", errFull, cause)
	}
	return fmt.Errorf("%w: %w", errUnavailable, cause)
}

// refused is the error of one append that cannot be applied: its own
// *chat.Error, or one that says so.
func refused(err error) error {
	if _, ok := errors.AsType[*chat.Error](err); ok {
		return err
	}
	return fmt.Errorf("%w: %w", &chat.Error{Code: chat.CodeInternal, Message: "the server could not store this"}, err)
}
