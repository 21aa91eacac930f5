package backup

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// The files of an archive, by their names in it.
const (
	Database = "hobnob.db"
	Key      = "key.pem"
	Host     = "host.json"
	Files    = "files" // the folder of uploads
)

const (
	folder       = "hobnob-backup/"
	manifestName = "manifest.json"

	// format and version mark a manifest as ours. A later version is for what an
	// older program would read wrongly; fields that are only added need none.
	format  = "hobnob-backup"
	version = 1
)

const (
	// maxSmall bounds the key and the host's account, in bytes.
	maxSmall = 64 << 10

	// maxManifest bounds the manifest, in bytes: of two million uploads.
	maxManifest = 512 << 20
)

// Why an archive is refused.
var (
	ErrForeign = errors.New("it is not a backup of hobnob")
	ErrNewer   = errors.New("it was made by a newer hobnob")
	ErrCut     = errors.New("it is cut off")
	ErrDamaged = errors.New("it is damaged")
)

// Manifest says what an archive holds.
type Manifest struct {
	Format   string        `json:"format"`
	Version  int           `json:"version"`
	Made     time.Time     `json:"made"`
	By       string        `json:"by"` // version of the program
	Team     chat.Team     `json:"team"`
	Schema   int           `json:"schema"` // version of the database's
	Position chat.Position `json:"position"`
	Counts   Counts        `json:"counts"`
	Missing  []string      `json:"missing,omitempty"` // hashes of uploads that the database tells of and that were not there
	Files    []File        `json:"files"`
}

// Damaged are the uploads whose content is not what their names say. They were so when
// the archive was made.
func (m *Manifest) Damaged() (list []File) {
	for _, f := range m.Files {
		if strings.HasPrefix(f.Name, Files+"/") && path.Base(f.Name) != f.SHA256 {
			list = append(list, f)
		}
	}
	return list
}

// Counts are what the database of an archive holds, and how much of it is uploads.
type Counts struct {
	People   int   `json:"people"`
	Rooms    int   `json:"rooms"`
	Messages int   `json:"messages"`
	Uploads  int   `json:"files"`
	Bytes    int64 `json:"bytes"` // of the whole archive's files
}

// File is one file of an archive.
type File struct {
	Name   string `json:"name"` // with slashes
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // in hexadecimal
}

// check refuses a manifest that an archive of ours cannot have.
func (m *Manifest) check(read map[string]File) error {
	switch {
	case m.Format != format:
		return ErrForeign
	case m.Version > version:
		return fmt.Errorf("%w: the archive has version %d and this program knows %d", ErrNewer, m.Version, version)
	case m.Version < 1:
		return fmt.Errorf("%w: its manifest has no version", ErrDamaged)
	case len(m.Files) != len(read):
		return fmt.Errorf("%w: it has %d files and its manifest tells of %d", ErrDamaged, len(read), len(m.Files))
	}
	for _, want := range m.Files {
		if got, ok := read[want.Name]; !ok || got != want {
			return fmt.Errorf("%w: %q is not what its manifest says", ErrDamaged, want.Name)
		}
	}
	for _, name := range []string{Database, Key, Host} {
		if _, ok := read[name]; !ok {
			return fmt.Errorf("%w: %s is missing", ErrDamaged, name)
		}
	}
	return nil
}

// known tells whether an archive may have a file of this name: it is one of the three, or
// an upload under its hash, files/ab/abcd…. What is allowed here is a path below any
// folder it is joined to, on every system.
func known(name string) bool {
	if name == Database || name == Key || name == Host {
		return true
	}
	rest, ok := strings.CutPrefix(name, Files+"/")
	if !ok {
		return false
	}
	shard, hash, _ := strings.Cut(rest, "/")
	return len(shard) == 2 && len(hash) == 2*sha256.Size && strings.HasPrefix(hash, shard) && strings.Trim(hash, "0123456789abcdef") == ""
}
