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
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Source is a file that goes into an archive.
type Source struct {
	Name string // in the archive
	Path string
	Gone bool // it may have been deleted meanwhile, and is left out then
}

// Uploads lists what is in a folder of uploads, which is not there before the first one:
// what lies under its hash. Anything else there is not whole, or nobody's.
func Uploads(dir string) ([]Source, error) {
	var list []Source
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // never there, or deleted meanwhile
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if name := Files + "/" + filepath.ToSlash(rel); err == nil && known(name) {
			list = append(list, Source{Name: name, Path: path, Gone: true})
		}
		return err
	})
	return list, err
}

// Write writes an archive of files to w and returns its manifest: m with what was
// written. It blocks for as long as w does, and stops when ctx ends.
func Write(ctx context.Context, w io.Writer, m Manifest, files []Source) (Manifest, error) {
	m.Format, m.Version = format, version
	m.Files, m.Counts.Uploads, m.Counts.Bytes = make([]File, 0, len(files)), 0, 0
	out := tar.NewWriter(w)
	buf := make([]byte, 256<<10)
	for _, source := range files {
		if !known(source.Name) {
			return Manifest{}, fmt.Errorf("an archive has no place for %q", source.Name)
		}
		file, err := add(ctx, out, source, m.Made, buf)
		if source.Gone && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return Manifest{}, fmt.Errorf("back up %s: %w", source.Name, err)
		}
		m.Files = append(m.Files, file)
		m.Counts.Bytes += file.Size
		if source.Gone {
			m.Counts.Uploads++
		}
	}
	text, err := json.MarshalIndent(&m, "", " ")
	if err != nil {
		return Manifest{}, err
	}
	if err := out.WriteHeader(head(manifestName, int64(len(text)), m.Made)); err != nil {
		return Manifest{}, err
	}
	if _, err := out.Write(text); err != nil {
		return Manifest{}, err
	}
	return m, out.Close()
}

// add writes one file, and nothing where it is not there.
func add(ctx context.Context, out *tar.Writer, source Source, made time.Time, buf []byte) (File, error) {
	f, err := os.Open(source.Path)
	if err != nil {
		return File{}, err
	}
	defer f.Close() // only read from: nothing is lost if it fails
	info, err := f.Stat()
	if err != nil {
		return File{}, err
	}
	if err := out.WriteHeader(head(source.Name, info.Size(), made)); err != nil {
		return File{}, err
	}
	sum := sha256.New()
	// One that shrinks meanwhile ends early, which the next header or Close says.
	n, err := io.CopyBuffer(io.MultiWriter(out, sum), &until{ctx, io.LimitReader(f, info.Size())}, buf)
	if err == nil && n != info.Size() {
		err = fmt.Errorf("it had %d bytes and has %d now", info.Size(), n)
	}
	return File{Name: source.Name, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, err
}

func head(name string, size int64, made time.Time) *tar.Header {
	return &tar.Header{
		Typeflag: tar.TypeReg, Name: folder + name, Size: size, Mode: 0o600,
		ModTime: made.Truncate(time.Second), Format: tar.FormatPAX,
	}
}

// until reads until its context ends.
type until struct {
	ctx context.Context //nolint:containedctx // of the one call that made it
	io.Reader
}

func (u *until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.Reader.Read(p)
}
