package blob

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hobnob-chat/hobnob/server/disk"
)

// HeadSize is how many bytes of a content Head answers: as many as media types are
// found in.
const HeadSize = 512

// Part is a content on its way into the store. It ends with Close, which keeps it
// for Resume, with Place, or with Remove.
type Part struct {
	store    *Store
	name     string
	f        *os.File
	size     int64
	reserved int64     // bytes taken of the store beyond size
	sum      hash.Hash // of all that is in f; nil where it was not all seen
	sealed   Hash
}

// Create begins a part.
func (s *Store) Create() (*Part, error) {
	p := &Part{store: s, name: rand.Text(), sum: sha256.New()}
	path, err := s.partPath(p.name)
	if err == nil {
		p.f, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("begin a part: %w", err)
	}
	return p, nil
}

// Resume opens a part to go on at offset; what is in it after that is dropped. The
// error is fs.ErrNotExist where there is no such part, or where it does not reach
// as far as that. Two of one part must not be open at once.
func (s *Store) Resume(name string, offset int64) (*Part, error) {
	path, err := s.partPath(name)
	if err != nil {
		return nil, fmt.Errorf("resume a part: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("resume a part: %w", err)
	}
	p := &Part{store: s, name: name, f: f, size: offset}
	if err := p.cut(); err != nil {
		return nil, errors.Join(fmt.Errorf("resume a part: %w", err), f.Close())
	}
	if offset == 0 {
		p.sum = sha256.New()
	}
	return p, nil
}

// cut makes the file as long as the part is.
func (p *Part) cut() error {
	info, err := p.f.Stat()
	if err != nil {
		return err
	}
	if p.size < 0 || info.Size() < p.size {
		return fmt.Errorf("%w: it has %d bytes and not %d", fs.ErrNotExist, info.Size(), p.size)
	}
	if err := p.f.Truncate(p.size); err != nil {
		return err
	}
	p.store.free(info.Size() - p.size)
	_, err = p.f.Seek(p.size, io.SeekStart)
	return err
}

// Name is what Resume calls it.
func (p *Part) Name() string { return p.name }

// Size is how many bytes were written.
func (p *Part) Size() int64 { return p.size }

// Reserve makes sure of room for n bytes more than the part has, until it is
// closed. The error is ErrLimit.
func (p *Part) Reserve(n int64) error {
	if n <= p.reserved {
		return nil
	}
	if err := p.store.take(n - p.reserved); err != nil {
		return err
	}
	p.reserved = n
	return nil
}

// Write appends b. The errors are ErrLimit and the file system's; after one of
// the latter nobody knows what is in the part, and it is to be removed.
func (p *Part) Write(b []byte) (int, error) {
	if err := p.Reserve(int64(len(b))); err != nil {
		return 0, err
	}
	n, err := p.store.o.Write(p.f, b)
	p.size += int64(n)
	p.reserved -= int64(n)
	if p.sum != nil {
		p.sum.Write(b[:n])
	}
	if err != nil {
		return n, fmt.Errorf("write a part: %w", err)
	}
	return n, nil
}

// Sync makes durable what was written.
func (p *Part) Sync() error {
	if err := p.f.Sync(); err != nil {
		return fmt.Errorf("sync a part: %w", err)
	}
	return nil
}

// Head answers the beginning of what was written, HeadSize bytes at most.
func (p *Part) Head() ([]byte, error) {
	b := make([]byte, min(p.size, HeadSize))
	if _, err := p.f.ReadAt(b, 0); err != nil {
		return nil, fmt.Errorf("read a part: %w", err)
	}
	return b, nil
}

// Seal makes the part durable and answers its hash. It is not written to after
// that. A part that was resumed is read from its beginning.
func (p *Part) Seal() (Hash, error) {
	if p.sum == nil {
		p.sum = sha256.New()
		n, err := io.Copy(p.sum, io.NewSectionReader(p.f, 0, p.size))
		if err == nil && n != p.size {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return Hash{}, fmt.Errorf("read a part: %w", err)
		}
	}
	if err := p.Sync(); err != nil {
		return Hash{}, err
	}
	p.sum.Sum(p.sealed[:0])
	return p.sealed, nil
}

// Place ends a part that was sealed: the store has its content under its hash,
// durable. fresh tells that it had it not before. After an error the part is to be
// removed.
func (p *Part) Place() (fresh bool, err error) {
	target := p.store.path(p.sealed)
	replaced := int64(0)
	if info, err := os.Stat(target); err == nil {
		if info.Size() == p.size {
			p.Remove()
			return false, nil
		}
		replaced = info.Size() // it is damaged, and whole again after this
	}
	_ = p.close() // it was synced
	if err := p.rename(target); err != nil {
		return false, fmt.Errorf("place a blob: %w", err)
	}
	p.store.free(replaced)
	if err := disk.Sync(filepath.Dir(target)); err != nil {
		return true, fmt.Errorf("place a blob: %w", err)
	}
	return true, nil
}

func (p *Part) rename(target string) error {
	path, err := p.store.partPath(p.name)
	if err != nil {
		return err
	}
	if err := p.store.makeShard(p.sealed[0]); err != nil {
		return err
	}
	return os.Rename(path, target)
}

// makeShard makes the folder of some hashes where there is none, durably.
func (s *Store) makeShard(first byte) error {
	err := os.Mkdir(s.shard(first), 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return disk.Sync(s.dir)
}

// Close ends writing and keeps the part as it is, synced by nobody.
func (p *Part) Close() error {
	if err := p.close(); err != nil {
		return fmt.Errorf("close a part: %w", err)
	}
	return nil
}

func (p *Part) close() error {
	p.store.free(p.reserved)
	p.reserved = 0
	return p.f.Close()
}

// Remove ends a part that nobody wants, in whatever state. What cannot be removed
// now is swept at the next start.
func (p *Part) Remove() {
	_ = p.close()
	_ = p.store.RemovePart(p.name)
}
