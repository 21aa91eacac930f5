package cli

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/api"
	"github.com/hobnob-chat/hobnob/server/blob"
	"github.com/hobnob-chat/hobnob/server/files"
	"github.com/hobnob-chat/hobnob/server/store"
)

// filesFolder is where a data folder has the contents of files.
const filesFolder = "files"

// fileFlags declares the limits of files.
func (c *config) fileFlags(f *pflag.FlagSet) {
	c.maxFile, c.maxFiles = 100_000_000, 10_000_000_000
	f.Var(&c.maxFile, "max-file", "take files of up to this `SIZE`: bytes, or with KB, MB, GB or TB; 0 takes none")
	exit.Value(f, "max-file", "a size in bytes, or with KB, MB, GB or TB", "100MB", nil)
	f.Var(&c.maxFiles, "max-files", "let the files of the team have this `SIZE` together; equal ones count once")
	exit.Value(f, "max-files", "a size in bytes, or with KB, MB, GB or TB", "10GB", nil)
}

// byteSize is a flag in bytes. It implements pflag.Value.
type byteSize int64

// units are those a size is said in, the longest names first: powers of a thousand
// (ISO 80000), and of 1,024 where that is said.
var units = []struct {
	name  string
	bytes int64
}{
	{"KIB", 1 << 10},
	{"MIB", 1 << 20},
	{"GIB", 1 << 30},
	{"TIB", 1 << 40},
	{"KB", 1e3},
	{"MB", 1e6},
	{"GB", 1e9},
	{"TB", 1e12},
	{"K", 1e3},
	{"M", 1e6},
	{"G", 1e9},
	{"T", 1e12},
	{"B", 1},
}

// errSize is text that is no size; the flag's own words are what is told of it.
var errSize = errors.New("not a size")

// Set implements pflag.Value.
func (s *byteSize) Set(text string) error {
	number, unit := strings.ToUpper(strings.TrimSpace(text)), int64(1)
	for _, u := range units {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, unit = strings.TrimSpace(rest), u.bytes
			break
		}
	}
	if strings.Trim(number, "0123456789.") != "" {
		return errSize
	}
	if n, err := strconv.ParseInt(number, 10, 64); err == nil && n <= math.MaxInt64/unit {
		*s = byteSize(n * unit) // exactly
		return nil
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || n*float64(unit) >= math.MaxInt64 {
		return errSize
	}
	*s = byteSize(n * float64(unit))
	return nil
}

// String implements pflag.Value.
func (s *byteSize) String() string {
	n := int64(*s)
	for _, u := range []string{"TB", "GB", "MB", "KB"} {
		for _, unit := range units {
			if unit.name == u && n >= unit.bytes && n%unit.bytes == 0 {
				return strconv.FormatInt(n/unit.bytes, 10) + u
			}
		}
	}
	return strconv.FormatInt(n, 10)
}

// Type implements pflag.Value.
func (*byteSize) Type() string { return "SIZE" }

// openFiles opens the files of the team.
func (h *host) openFiles(ctx context.Context, db *store.Store, service *server.Service) (*files.Library, error) {
	blobs, err := blob.Open(h.folder.file(filesFolder), blob.Options{Limit: int64(h.config.maxFiles)})
	if err != nil {
		return nil, exit.New(exit.Storage, "", "the team's files cannot be opened: %w", err)
	}
	library, err := files.Open(ctx, files.Config{
		Records: db, Blobs: blobs, Rooms: service, MaxFile: int64(h.config.maxFile), Logger: h.log,
	})
	if err != nil {
		return nil, exit.New(exit.Storage, "", "the team's files cannot be opened: %w", err)
	}
	h.ends = append(h.ends, library.Close)
	return library, nil
}

// serveFiles puts the files beside what else is answered over HTTP.
func (h *host) serveFiles(mux *http.ServeMux, library *files.Library, service *server.Service) {
	handler := h.invites.Files(api.FilesConfig{Library: library, Enter: service.Enter, Throttle: service.Throttle})
	mux.Handle("/api/uploads/", handler)
	mux.Handle("/api/files/", handler)
}

// sweep has the files removed whose last message is gone with a batch of events.
func sweep(library *files.Library, batch []chat.Event) {
	for i := range batch {
		if k := batch[i].Kind; k == chat.MessageDeleted || k == chat.RoomTrimmed {
			library.Sweep()
			return
		}
	}
}
