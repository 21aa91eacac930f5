package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/hobnob-chat/hobnob/server/disk"
)

// Unpack reads an archive into dir, an empty folder, brings it to disk, and checks all
// of it against its manifest, which it returns. An archive that is not whole is refused
// with an error that wraps ErrForeign, ErrNewer, ErrCut or ErrDamaged; what is in dir
// then is good for nothing. It blocks for as long as r does, and stops when ctx ends.
func Unpack(ctx context.Context, r io.Reader, dir string) (Manifest, error) {
	u := unpacking{dir: dir, read: make(map[string]File), made: map[string]bool{dir: true}, buf: make([]byte, 256<<10)}
	in := tar.NewReader(&until{ctx, r})
	for first := true; ; first = false {
		head, err := in.Next()
		if err != nil {
			return Manifest{}, broken(ctx, first, err)
		}
		name, ours := strings.CutPrefix(head.Name, folder)
		if !ours || first && name != Database {
			return Manifest{}, ErrForeign
		}
		if head.Typeflag != tar.TypeReg || sparse(head) {
			return Manifest{}, fmt.Errorf("%w: %q is no file", ErrDamaged, head.Name)
		}
		if name == manifestName {
			m, err := u.manifest(in, head.Size)
			if err != nil {
				return Manifest{}, broken(ctx, false, err)
			}
			return m, u.sync()
		}
		if err := u.file(in, name, head.Size); err != nil {
			return Manifest{}, broken(ctx, false, err)
		}
	}
}

// sparse tells whether a file is shorter in the archive than it would be on disk: of a
// small archive such ones fill any disk, and none of ours has one.
func sparse(head *tar.Header) bool {
	for name := range head.PAXRecords {
		if strings.HasPrefix(name, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// IsArchive tells whether r begins as an archive does.
func IsArchive(r io.Reader) bool {
	head, err := tar.NewReader(r).Next()
	return err == nil && head.Name == folder+Database
}

// broken says what an error of reading an archive means.
func broken(ctx context.Context, first bool, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case first && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
		return ErrForeign // even the least of a backup is longer
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ErrCut
	case errors.Is(err, tar.ErrHeader) && first:
		return ErrForeign
	case errors.Is(err, tar.ErrHeader):
		return fmt.Errorf("%w: one of its headers cannot be read", ErrDamaged)
	}
	return err
}

// unpacking is an archive on its way into a folder.
type unpacking struct {
	dir  string
	read map[string]File
	made map[string]bool // folders
	buf  []byte
}

// file writes one file of the archive.
func (u *unpacking) file(in io.Reader, name string, size int64) (err error) {
	switch _, twice := u.read[name]; {
	case !known(name):
		return fmt.Errorf("%w: it has no place for %q", ErrDamaged, name)
	case twice:
		return fmt.Errorf("%w: it has %q twice", ErrDamaged, name)
	case (name == Key || name == Host) && size > maxSmall:
		return fmt.Errorf("%w: %s is too large", ErrDamaged, name)
	}
	path := filepath.Join(u.dir, filepath.FromSlash(name))
	if err := u.folder(filepath.Dir(path)); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum := sha256.New()
	n, err := io.CopyBuffer(io.MultiWriter(f, sum), in, u.buf)
	if err != nil {
		return err
	}
	u.read[name] = File{Name: name, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))}
	return f.Sync()
}

// folder makes a folder below dir.
func (u *unpacking) folder(path string) error {
	if u.made[path] {
		return nil
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	for ; !u.made[path]; path = filepath.Dir(path) {
		u.made[path] = true
	}
	return nil
}

// manifest reads what the archive should have had so far.
func (u *unpacking) manifest(in io.Reader, size int64) (Manifest, error) {
	if size > maxManifest {
		return Manifest{}, fmt.Errorf("%w: its manifest is too large", ErrDamaged)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return Manifest{}, err
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return Manifest{}, fmt.Errorf("%w: its manifest cannot be read", ErrDamaged)
	}
	err = m.check(u.read)
	return m, err
}

// sync brings the folders' entries to disk; the files are.
func (u *unpacking) sync() error {
	for path := range u.made {
		if err := disk.Sync(path); err != nil {
			return err
		}
	}
	return nil
}
