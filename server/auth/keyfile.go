package auth

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/hobnob-chat/hobnob/server/disk"
)

const (
	// KeyFile is the name of the issuer's key in its directory.
	KeyFile = "key.pem"

	// maxKeyFile bounds what is read of it, in bytes; a key has 119.
	maxKeyFile = 16 << 10
)

// openKey reads the key in dir, and makes one when there is none.
func openKey(dir string) (ed25519.PrivateKey, error) {
	path := filepath.Join(dir, KeyFile)
	key, err := readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := makeKey(dir, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	// Read back what is there now: if another server was faster, it is its key.
	return readKey(path)
}

// readKey reads a key that only its owner can read.
func readKey(path string) (ed25519.PrivateKey, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read from: nothing is lost if it fails
	if err := checkPrivate(f); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return nil, err
	}
	damaged := fmt.Errorf("%s is not an Ed25519 private key in PKCS #8 PEM: restore it from a backup, "+
		"or move it away to start with a new key, which ends every token issued so far", path)
	block, rest := pem.Decode(data)
	if block == nil || block.Type != "PRIVATE KEY" || len(bytes.TrimSpace(rest)) > 0 {
		return nil, damaged
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, damaged // the cause would say nothing more, and might quote the file
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, damaged
	}
	return key, nil
}

// checkPrivate refuses a file that others can read. Windows keeps no such bits;
// there, the profile's access list protects what lies in it.
func checkPrivate(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", f.Name())
	}
	if Foreign(info) {
		return fmt.Errorf("%w: %s belongs to another user, who could put another key there; "+
			"run as that user, or make it yours with chown", ErrInsecure, f.Name())
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return fmt.Errorf("%w: %s has mode %04o; whoever can read it can sign in as anybody; "+
			"run: chmod 600 %s", ErrInsecure, f.Name(), mode, f.Name())
	}
	return nil
}

// makeKey writes a new key to path. It fails with fs.ErrExist if there is one
// by then. The key is complete and on disk before it has its name, and a link
// never replaces a file, as a rename would: so a crash leaves no half a key, and
// two servers that start together cannot each take their own.
func makeKey(dir, path string) (err error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	data := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	f, err := os.CreateTemp(dir, ".key-*.tmp") // mode 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	if err := disk.Write(f, data); err != nil {
		return err
	}
	switch err := os.Link(f.Name(), path); {
	case err == nil:
		return disk.Sync(dir)
	case errors.Is(err, fs.ErrExist):
		return err
	}
	// The file system has no links (FAT, Android). Creating the file exclusively
	// still leaves one winner; a crash right now may leave it damaged.
	f2, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := disk.Write(f2, data); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return disk.Sync(dir)
}
