package store

import (
	"errors"
	"fmt"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Why a file is refused. Open wraps each in a *FileError.
var (
	ErrDamaged = errors.New("the database is damaged")
	ErrForeign = errors.New("the file is a database of another program")
	ErrNewer   = errors.New("the database was written by a newer hobnob")
	ErrOlder   = errors.New("the database was written by an older hobnob")
)

// ErrAccountExists is returned for an ID that has an account already.
var ErrAccountExists = errors.New("the account exists")

// ErrEpoch is returned by Apply for events of another history than the one the
// read model was made from: Rebuild makes it anew.
var ErrEpoch = errors.New("the read model is of another epoch of the log")

// FileError is a database file that Open or Attach refused. The file is as it was.
type FileError struct {
	Path string
	Err  error // wraps ErrDamaged, ErrForeign, ErrNewer or ErrOlder
}

// Error implements error.
func (e *FileError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap lets errors.Is see the reason.
func (e *FileError) Unwrap() error { return e.Err }

// refuse makes a *FileError of what SQLite says of damaged pages, and returns
// every other error as it is.
func refuse(path string, err error) error {
	if Damaged(err) && !errors.Is(err, ErrDamaged) {
		return &FileError{Path: path, Err: fmt.Errorf("%w: %w", ErrDamaged, err)}
	}
	return err
}

// code is the extended result code of an SQLite error, 0 for any other error.
func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}

// taken tells whether err is a UNIQUE or PRIMARY KEY constraint's.
func taken(err error) bool {
	c := code(err)
	return c == sqlite3.SQLITE_CONSTRAINT_UNIQUE || c == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
}

func unknownRoom() error {
	return &chat.Error{Code: chat.CodeUnknownRoom, Message: "there is no such room, or it is not yours to see"}
}

// Full tells whether err says that there is no room on the disk.
func Full(err error) bool {
	return code(err)&0xff == sqlite3.SQLITE_FULL || errors.Is(err, syscall.ENOSPC)
}

// Damaged tells whether err says that a database file is damaged, whoever met it.
func Damaged(err error) bool {
	if errors.Is(err, ErrDamaged) {
		return true
	}
	switch code(err) & 0xff {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return true
	}
	return false
}
