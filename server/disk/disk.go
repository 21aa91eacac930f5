// Package disk brings to disk what was written: a crash of the machine right after leaves
// it there whole. It knows nothing of what it is.
package disk

import (
	"errors"
	"os"
	"runtime"
)

// Sync brings a file to disk, or the entries of a folder: what was made, renamed or removed
// in it. Windows can do neither with what is open to be read, and brings a folder's entries
// to disk by itself.
func Sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		return f.Close()
	}
	return errors.Join(f.Sync(), f.Close())
}

// Write writes b to f, brings it to disk and closes f.
func Write(f *os.File, b []byte) error {
	_, err := f.Write(b)
	return Close(f, err)
}

// Close closes f, and brings it to disk before, unless err says that it is not what it
// was to be. Its error has err in it.
func Close(f *os.File, err error) error {
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
