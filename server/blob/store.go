package blob

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/hobnob-chat/hobnob/server/disk"
)

// ErrLimit is returned for what would make the store larger than it may be.
var ErrLimit = errors.New("the files take all the room they may")

// partsFolder is where parts are written, on the same file system as what they
// become.
const partsFolder = "parts"

// Store is a folder of blobs.
type Store struct {
	dir string
	o   Options

	mu   sync.Mutex
	used int64 // bytes of blobs, parts and what parts have reserved
}

// Options are what a Store is opened with.
type Options struct {
	// Limit is how many bytes all blobs and parts may have together. What is over
	// it already stays.
	Limit int64
	// Write writes to a file; (*os.File).Write when nil. With another one a test
	// fills the disk.
	Write func(f *os.File, b []byte) (int, error)
}

// Open opens the folder dir, makes it where there is none, and counts what is in
// it. Its parent must exist.
func Open(dir string, o Options) (*Store, error) {
	if o.Write == nil {
		o.Write = (*os.File).Write
	}
	s := &Store{dir: dir, o: o}
	if err := os.MkdirAll(filepath.Join(dir, partsFolder), 0o700); err != nil {
		return nil, fmt.Errorf("open the folder of files: %w", err)
	}
	if err := errors.Join(disk.Sync(dir), disk.Sync(filepath.Dir(dir))); err != nil {
		return nil, fmt.Errorf("open the folder of files: %w", err)
	}
	var err error
	if s.used, err = s.count(); err != nil {
		return nil, fmt.Errorf("count the files: %w", err)
	}
	return s, nil
}

// Used is how many bytes the blobs and parts have, with what parts have reserved.
func (s *Store) Used() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.used
}

// Get opens a blob to read. The error is fs.ErrNotExist where there is none.
// One that is removed meanwhile can be read to its end, where the system allows it.
func (s *Store) Get(h Hash) (*os.File, error) {
	f, err := os.Open(s.path(h))
	if err != nil {
		return nil, fmt.Errorf("open a blob: %w", err)
	}
	return f, nil
}

// Remove removes a blob. That there is none is no error.
func (s *Store) Remove(h Hash) error {
	err := s.remove(s.path(h))
	if err != nil {
		return fmt.Errorf("remove a blob: %w", err)
	}
	return nil
}

// RemovePart removes a part that nobody has open. That there is none is no error.
func (s *Store) RemovePart(name string) error {
	path, err := s.partPath(name)
	if err == nil {
		err = s.remove(path)
	}
	if err != nil {
		return fmt.Errorf("remove a part: %w", err)
	}
	return nil
}

func (s *Store) remove(path string) error {
	info, err := os.Stat(path)
	if err == nil {
		err = os.Remove(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		s.free(info.Size())
	}
	return err
}

// take makes n bytes more of the store used, or none of them.
func (s *Store) take(n int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n > s.o.Limit-s.used {
		return ErrLimit
	}
	s.used += n
	return nil
}

func (s *Store) free(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used -= n
}

func (s *Store) path(h Hash) string { return filepath.Join(s.shard(h[0]), h.String()) }

// shard is the folder of the blobs whose hash begins with a byte: few enough in
// each that any file system finds them quickly.
func (s *Store) shard(first byte) string { return filepath.Join(s.dir, fmt.Sprintf("%02x", first)) }

// partPath is where the part of a name is. Names come back from a record that
// others may have written: what Create would not have made is refused.
func (s *Store) partPath(name string) (string, error) {
	foreign := func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }
	if name == "" || strings.ContainsFunc(name, foreign) {
		return "", fmt.Errorf("%q is not the name of a part", name)
	}
	return filepath.Join(s.dir, partsFolder, name), nil
}

// count adds up what is in the folder. What is neither a part nor a blob is
// somebody else's and left alone.
func (s *Store) count() (sum int64, err error) {
	err = s.eachPart(func(_ string, size int64) error {
		sum += size
		return nil
	})
	if err != nil {
		return sum, err
	}
	shards, err := s.shards()
	if err != nil {
		return sum, err
	}
	for _, shard := range shards {
		err = s.eachBlob(shard, func(_ Hash, size int64) error {
			sum += size
			return nil
		})
		if err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// shards are the bytes with which blobs begin, by the folders that are there.
func (s *Store) shards() ([]byte, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	var list []byte
	for _, e := range entries {
		first, err := strconv.ParseUint(e.Name(), 16, 8)
		if err == nil && filepath.Join(s.dir, e.Name()) == s.shard(byte(first)) {
			list = append(list, byte(first))
		}
	}
	return list, nil
}

func (s *Store) eachPart(visit func(name string, size int64) error) error {
	return eachFile(filepath.Join(s.dir, partsFolder), visit)
}

// eachBlob visits the blobs whose hash begins with the byte shard.
func (s *Store) eachBlob(shard byte, visit func(h Hash, size int64) error) error {
	err := eachFile(s.shard(shard), func(name string, size int64) error {
		h, err := parseHash(name)
		if err != nil || h[0] != shard {
			return nil //nolint:nilerr // it is no blob
		}
		return visit(h, size)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// eachFile visits the plain files of a folder.
func eachFile(dir string, visit func(name string, size int64) error) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			continue
		}
		if err == nil {
			err = visit(e.Name(), info.Size())
		}
		if err != nil {
			return err
		}
	}
	return nil
}
