package keystore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

const (
	// maxFile is how large the file may become, in bytes: a hundred accounts
	// with the longest tokens.
	maxFile = 1 << 20

	// lockTimeout is how long another program may hold the file. Whoever holds
	// it writes a few kilobytes; longer than this is a hung disk.
	lockTimeout = 5 * time.Second

	// lockPoll is how often the lock is tried: it cannot be waited for with a
	// deadline.
	lockPoll = 10 * time.Millisecond

	// fileVersion is the version of the file's format.
	fileVersion = 1
)

// File returns a store that keeps tokens unencrypted in one JSON file at path,
// which only its owner can read (0600, in a directory that is made with 0700).
// It is for machines without a keyring, if their user says so.
//
// A file that others can read is refused with ErrInsecure: what was in it may be
// known by now, and that is not to be papered over. (On Windows access lists
// protect what lies in a profile, and nothing is checked.) A damaged file is an
// error and never replaced. Programs that use one file at the same time lose
// nothing of each other's: changes are made under a lock on path + ".lock" and
// replace the file as a whole, durably. With its last token the file goes, and
// its lock's with it.
func File(path string) Store { return &file{path: path} }

// file is a Store. Its fields are set once.
type file struct{ path string }

// contents is the file as JSON.
type contents struct {
	Version int               `json:"version"`
	Tokens  map[string]string `json:"tokens"`
}

// Get implements Store.
func (f *file) Get(ctx context.Context, account string) (string, error) {
	if err := checkAccount(account); err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if runtime.GOOS == "windows" {
		// There a file that is being read cannot be replaced.
		unlock, err := Lock(ctx, f.path)
		if errors.Is(err, fs.ErrNotExist) {
			return "", ErrNotFound
		}
		if err != nil {
			return "", err
		}
		defer unlock()
	}
	c, err := f.read()
	if err != nil {
		return "", err
	}
	token, ok := c.Tokens[account]
	if !ok {
		return "", ErrNotFound
	}
	return token, nil
}

// Set implements Store.
func (f *file) Set(ctx context.Context, account, token string) error {
	if err := checkAccount(account); err != nil {
		return err
	}
	if err := checkToken(token); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return fmt.Errorf("keep token: %w", err)
	}
	return f.change(ctx, func(c *contents) error {
		c.Tokens[account] = token
		return nil
	})
}

// Delete implements Store.
func (f *file) Delete(ctx context.Context, account string) error {
	if err := checkAccount(account); err != nil {
		return err
	}
	if _, err := os.Stat(f.path); errors.Is(err, fs.ErrNotExist) {
		return ErrNotFound
	}
	return f.change(ctx, func(c *contents) error {
		if _, ok := c.Tokens[account]; !ok {
			return ErrNotFound
		}
		delete(c.Tokens, account)
		return nil
	})
}

// Name implements Store.
func (f *file) Name() string { return f.path }

// change replaces the file by what edit makes of it.
func (f *file) change(ctx context.Context, edit func(*contents) error) error {
	unlock, err := Lock(ctx, f.path)
	if err != nil {
		return err
	}
	defer unlock()
	c, err := f.read()
	if err != nil {
		return err
	}
	if err := edit(c); err != nil {
		return err
	}
	if len(c.Tokens) == 0 {
		if err := errors.Join(remove(f.path), syncDir(filepath.Dir(f.path))); err != nil {
			return fmt.Errorf("delete token: %w", err)
		}
		return nil
	}
	return f.write(c)
}

// read reads the file. A file that does not exist is an empty one.
func (f *file) read() (*contents, error) {
	r, err := os.Open(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return &contents{Version: fileVersion, Tokens: map[string]string{}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	defer r.Close() // only read from: nothing is lost if it fails
	info, err := r.Stat()
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return nil, fmt.Errorf("%w: %s has mode %04o; run: chmod 600 %s", ErrInsecure, f.path, mode, f.path)
	}
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	c, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("read tokens: %s %w", f.path, err)
	}
	return c, nil
}

// decode reads the JSON of a file. Its errors hold nothing of the data.
func decode(data []byte) (*contents, error) {
	if len(data) > maxFile {
		return nil, errors.New("is too large to be a token file")
	}
	var c contents
	if json.Unmarshal(data, &c) != nil || c.Version < 1 {
		return nil, errors.New("is damaged: move it away and sign in again")
	}
	if c.Version > fileVersion {
		return nil, errors.New("was written by a newer hobnob: upgrade this one")
	}
	if c.Tokens == nil {
		c.Tokens = map[string]string{}
	}
	return &c, nil
}

// write replaces the file. The lock is held. The new file has its one name, so
// that one that a crash left behind is not forgotten with the tokens in it.
func (f *file) write(c *contents) error {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("keep token: %w", err)
	}
	if len(data) > maxFile {
		return fmt.Errorf("keep token: %w: %s is full", ErrTooLarge, f.path)
	}
	temp := f.path + ".tmp"
	err = remove(temp)
	if err == nil {
		err = writeSynced(temp, append(data, '\n'))
	}
	if err == nil {
		err = os.Rename(temp, f.path)
	}
	if err != nil {
		return fmt.Errorf("keep token: %w", errors.Join(err, remove(temp)))
	}
	if err := syncDir(filepath.Dir(f.path)); err != nil {
		return fmt.Errorf("keep token: %w", err)
	}
	return nil
}

// remove removes a file if there is one.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// writeSynced makes a file that only its owner can read, and brings it to disk.
func writeSynced(path string, data []byte) error {
	w, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	if err == nil {
		err = w.Sync()
	}
	return errors.Join(err, w.Close())
}

// syncDir brings the entries of dir to disk. Windows does so by itself, and
// cannot be asked to.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
