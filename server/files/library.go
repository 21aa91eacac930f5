package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/blob"
	"github.com/hobnob-chat/hobnob/server/store"
)

const (
	// Keep is how long an upload that does not go on, and a file that is in no
	// message, are kept: somebody who was cut off in the evening can go on in the
	// morning.
	Keep = 24 * time.Hour

	// maxLoose is how many uploads and files of one person may be in no message:
	// what they can make the server keep for a day, in number.
	maxLoose = 200
)

// The bounds of what goes on at once: each takes a goroutine, a connection and an
// open file.
const (
	uploadsEach, uploadsAll     = 4, 64
	downloadsEach, downloadsAll = 16, 512
)

// Rooms says who may do what in a room. Its errors are *chat.Error.
type Rooms interface {
	// MayPost answers the ID of the room that user calls so, by ID or name, and
	// whether they may say something there.
	MayPost(ctx context.Context, user chat.User, room string) (id string, err error)
	// MayRead tells whether user may read what is said in the room of that ID.
	MayRead(ctx context.Context, user chat.User, room string) error
}

// Config is what a Library is made of.
type Config struct {
	Records *store.Store
	Blobs   *blob.Store
	Rooms   Rooms
	MaxFile int64 // bytes
	Logger  *slog.Logger
	Now     func() time.Time // time.Now when nil
}

// Library is the files of a team. Its methods are safe from any goroutine.
type Library struct {
	cfg       Config
	uploads   *places
	downloads *places
	contents  [64]sync.Mutex // by hash: held while a content is placed or removed, with its record
	nudged    chan struct{}
	stop      context.CancelFunc
	work      sync.WaitGroup // the sweeper

	mu        sync.Mutex
	closed    bool
	transfers map[uploadKey]*transfer
	ended     chan struct{} // closed once closed is set and no transfer is left
}

// Open makes a Library, after it has swept what an earlier one left behind. ctx
// ends the opening only.
func Open(ctx context.Context, cfg Config) (*Library, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if err := cfg.Records.LoseFiles(ctx); err != nil {
		return nil, err
	}
	swept, err := cfg.Blobs.Sweep(ctx, records{cfg.Records})
	if err != nil {
		return nil, err
	}
	if swept.Parts+swept.Blobs > 0 {
		cfg.Logger.Info("files that nobody knew of were removed", "parts", swept.Parts, "contents", swept.Blobs, "bytes", swept.Bytes)
	}
	if swept.Missing > 0 {
		cfg.Logger.Error("the contents of files are missing; restore the folder of files from a backup", "contents", swept.Missing)
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	l := &Library{
		cfg: cfg, uploads: newPlaces(uploadsEach, uploadsAll), downloads: newPlaces(downloadsEach, downloadsAll),
		nudged: make(chan struct{}, 1), stop: stop, transfers: make(map[uploadKey]*transfer), ended: make(chan struct{}),
	}
	l.work.Go(func() { l.sweep(work) })
	return l, nil
}

// Close ends all transfers, of which what came is kept, and the sweeper. It waits
// for them, at most until ctx ends.
func (l *Library) Close(ctx context.Context) error {
	l.stop()
	l.endTransfers()
	l.work.Wait()
	select {
	case <-l.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("end the uploads: %w", ctx.Err())
	}
}

// Used is how many bytes the files take, unfinished ones included.
func (l *Library) Used() int64 { return l.cfg.Blobs.Used() }

// Content is a file to read. Close gives it back.
type Content struct {
	store.File
	io.ReadSeeker
	end func() error
}

// Close closes the file.
func (c *Content) Close() error { return c.end() }

// Get opens a file for user, who may read what is said in its room; one that is in
// no message is its uploader's alone. Errors are chat.CodeNotFound, those of Rooms,
// and chat.CodeTooMany.
func (l *Library) Get(ctx context.Context, user chat.User, id string) (*Content, error) {
	f, ok, err := l.cfg.Records.File(ctx, id)
	if err != nil {
		return nil, err
	}
	if !ok || !f.Due.IsZero() && f.By != user.ID {
		return nil, notFound()
	}
	if f.Due.IsZero() {
		err := l.cfg.Rooms.MayRead(ctx, user, f.Room)
		if errors.Is(err, &chat.Error{Code: chat.CodeUnknownRoom}) {
			return nil, notFound() // who asks for a file named no room
		}
		if err != nil {
			return nil, err
		}
	}
	leave, err := l.downloads.enter(user.ID)
	if err != nil {
		return nil, err
	}
	content, err := l.open(f)
	if err != nil {
		leave()
		return nil, err
	}
	return &Content{File: f, ReadSeeker: content, end: func() error {
		leave()
		return content.Close()
	}}, nil
}

func (l *Library) open(f store.File) (*os.File, error) {
	h, err := blob.FromBytes(f.Hash)
	if err != nil {
		return nil, fmt.Errorf("file %s: %w", f.ID, err)
	}
	content, err := l.cfg.Blobs.Get(h)
	if errors.Is(err, fs.ErrNotExist) { // removed a moment ago, or lost
		l.cfg.Logger.Warn("the content of a file is missing", "file", f.ID)
		return nil, notFound()
	}
	return content, err
}

// content is the lock of a hash.
func (l *Library) content(h blob.Hash) *sync.Mutex { return &l.contents[int(h[0])%len(l.contents)] }

// records are the store as package blob asks it.
type records struct{ *store.Store }

// Shards implements blob.Records.
func (r records) Shards(ctx context.Context) ([]byte, error) { return r.ContentShards(ctx) }

// Blobs implements blob.Records.
func (r records) Blobs(ctx context.Context, shard byte) ([]blob.Hash, error) {
	contents, err := r.Contents(ctx, shard)
	if err != nil {
		return nil, err
	}
	hashes := make([]blob.Hash, len(contents))
	for i, c := range contents {
		if hashes[i], err = blob.FromBytes(c); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

func notFound() error {
	return &chat.Error{Code: chat.CodeNotFound, Message: "there is no such file, or it is not yours to see"}
}

func badRequest(format string, args ...any) error {
	return &chat.Error{Code: chat.CodeBadRequest, Message: fmt.Sprintf(format, args...)}
}
