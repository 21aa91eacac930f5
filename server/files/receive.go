package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/blob"
	"github.com/hobnob-chat/hobnob/server/store"
)

const (
	// saveEvery is after how many bytes what came is made durable and noted, so that
	// a crash in a long upload costs no more than these.
	saveEvery = 8 << 20

	// chunk is how many bytes are read and written at once.
	chunk = 64 << 10
)

// Request is what somebody sends of an upload.
type Request struct {
	By   chat.User
	ID   string // made by the client
	Room string // ID or name; "" is the upload's, or chat.GeneralRoom for a new one
	Name string // as the client calls it; "" is the upload's
	// First is the number of the body's first byte in the content, -1 where the
	// body is all of it.
	First int64
	// Length is how many bytes the body has, and Size how many the content has;
	// -1 where nobody knows.
	Length, Size int64
	// Interrupt makes reading the body fail soon. It is called at most once, from
	// any goroutine, and perhaps after Receive has returned.
	Interrupt func()
}

// OffsetError is the answer to a body that does not go on where its upload is.
type OffsetError struct{ Offset int64 }

// Error implements error.
func (e *OffsetError) Error() string { return e.Unwrap().Error() }

// Unwrap answers the *chat.Error, with CodeConflict.
func (e *OffsetError) Unwrap() error {
	return &chat.Error{Code: chat.CodeConflict, Message: fmt.Sprintf("the upload has %d bytes; go on from there", e.Offset)}
}

// BodyError is a body that ended before its end. What came is kept.
type BodyError struct {
	Err    error // of its Read
	Offset int64
}

// Error implements error.
func (e *BodyError) Error() string { return "the body was cut off: " + e.Err.Error() }

// Unwrap answers why.
func (e *BodyError) Unwrap() error { return e.Err }

// Receive takes in what somebody sends of an upload, and answers how far it is, and
// whether it was whole before. It blocks for as long as body does. Errors are
// *OffsetError, *BodyError, and *chat.Error with CodeBadRequest, CodeConflict (the
// ID is another upload's), CodeTooLarge, CodeFull, CodeTooMany, CodeUnavailable,
// and those of Rooms. After any but *OffsetError, *BodyError and those that refuse
// it at once, nothing of the upload is left.
func (l *Library) Receive(ctx context.Context, r Request, body io.Reader) (state chat.Upload, before bool, err error) {
	if err := l.check(&r); err != nil {
		return chat.Upload{}, false, err
	}
	t, err := l.take(ctx, uploadKey{r.By.ID, r.ID}, r.Interrupt)
	if err != nil {
		return chat.Upload{}, false, err
	}
	defer l.release(t)
	leave, err := l.uploads.enter(r.By.ID)
	if err != nil {
		return chat.Upload{}, false, err
	}
	defer leave()
	u, known, err := l.cfg.Records.Upload(ctx, r.By.ID, r.ID)
	if err != nil {
		return chat.Upload{}, false, err
	}
	if known {
		err = l.same(ctx, &r, u)
	} else {
		u, err = l.fresh(ctx, &r)
	}
	if err != nil {
		return chat.Upload{}, false, err
	}
	if u.File != "" {
		state, err = l.state(ctx, u)
		return state, true, err
	}
	p, err := l.part(ctx, &r, &u, known)
	if err != nil {
		return chat.Upload{}, false, err
	}
	in := &incoming{l: l, t: t, r: &r, u: u, part: p}
	state, err = in.run(ctx, body)
	return state, false, err
}

// check refuses what cannot be meant, before anything is touched.
func (l *Library) check(r *Request) error {
	if !validID(r.ID) {
		return badRequest("the ID of an upload is 1 to %d visible ASCII characters; a UUIDv7 is best", chat.MaxID)
	}
	if r.First < 0 && r.Size < 0 {
		r.Size = r.Length
	}
	switch first := max(r.First, 0); {
	case l.cfg.MaxFile == 0:
		return &chat.Error{Code: chat.CodeTooLarge, Message: "this server takes no files"}
	case r.Size > l.cfg.MaxFile:
		return l.tooLarge()
	case r.Size >= 0 && (first > r.Size || r.Length > r.Size-first),
		r.First < 0 && r.Length >= 0 && r.Length != r.Size,
		r.First >= 0 && r.Size < 0:
		return badRequest("the body does not fit into the size of the content")
	}
	return nil
}

func (l *Library) tooLarge() error {
	return &chat.Error{Code: chat.CodeTooLarge, Message: fmt.Sprintf("a file has at most %d bytes on this server", l.cfg.MaxFile)}
}

// same checks that a request is of the upload that has its ID, and may go on.
func (l *Library) same(ctx context.Context, r *Request, u store.Upload) error {
	room, err := l.cfg.Rooms.MayPost(ctx, r.By, u.Room)
	if err == nil && r.Room != "" {
		room, err = l.cfg.Rooms.MayPost(ctx, r.By, r.Room)
	}
	if err != nil {
		return err
	}
	if room != u.Room || r.Name != "" && chat.CleanFileName(r.Name) != u.Name || r.Size >= 0 && u.Size >= 0 && r.Size != u.Size {
		return &chat.Error{Code: chat.CodeConflict, Message: "that ID is of an upload with another room, name or size; begin this one with an ID of its own"}
	}
	return nil
}

// fresh is the upload that a request begins.
func (l *Library) fresh(ctx context.Context, r *Request) (store.Upload, error) {
	room, err := l.cfg.Rooms.MayPost(ctx, r.By, r.Room)
	if err != nil {
		return store.Upload{}, err
	}
	if r.First > 0 {
		return store.Upload{}, &OffsetError{Offset: 0}
	}
	return store.Upload{By: r.By.ID, ID: r.ID, Room: room, Name: chat.CleanFileName(r.Name), Size: r.Size, Touched: l.cfg.Now()}, nil
}

// part opens what the body goes to, and the record of it. Room for the rest of the
// content is reserved where its size is known.
func (l *Library) part(ctx context.Context, r *Request, u *store.Upload, known bool) (*blob.Part, error) {
	switch {
	case r.First < 0: // from the beginning, whatever has come
		u.Offset, u.Size = 0, r.Size
	case r.First != u.Offset:
		return nil, &OffsetError{Offset: u.Offset}
	case u.Size < 0:
		u.Size = r.Size
	}
	p, created, err := l.openPart(ctx, u)
	if err != nil {
		return nil, err
	}
	if u.Size >= 0 && p.Reserve(u.Size-p.Size()) != nil {
		err = full()
	} else if u.Touched = l.cfg.Now(); known {
		err = l.cfg.Records.SaveUpload(ctx, *u)
	} else {
		err = l.cfg.Records.BeginUpload(ctx, *u, maxLoose)
	}
	if err == nil {
		return p, nil
	}
	if created {
		p.Remove()
	} else if err := p.Close(); err != nil { // its record still speaks of it
		l.cfg.Logger.Warn("a part of a file", "err", err)
	}
	return nil, err
}

// openPart opens the part of an upload at its offset. What cannot be found any more
// is begun anew, where that does not contradict what the client was told.
func (l *Library) openPart(ctx context.Context, u *store.Upload) (p *blob.Part, created bool, err error) {
	if u.Part != "" {
		p, err := l.cfg.Blobs.Resume(u.Part, u.Offset)
		switch {
		case err == nil:
			return p, false, nil
		case !errors.Is(err, fs.ErrNotExist):
			return nil, false, l.disk("open", err)
		case u.Offset > 0:
			u.Offset = 0
			if err := l.cfg.Records.SaveUpload(ctx, *u); err != nil {
				return nil, false, err
			}
			return nil, false, &OffsetError{Offset: 0}
		}
	}
	if p, err = l.cfg.Blobs.Create(); err != nil {
		return nil, false, l.disk("begin", err)
	}
	u.Part = p.Name()
	return p, true, nil
}

// disk tells the host what the disk has to say, and whoever sends that it is not
// their fault.
func (l *Library) disk(doing string, err error) error {
	l.cfg.Logger.Error("a file cannot be stored", "doing", doing, "err", err)
	if store.Full(err) {
		return &chat.Error{Code: chat.CodeUnavailable, Message: "the server's disk is full; nothing of this file is kept, try again when there is room"}
	}
	return &chat.Error{Code: chat.CodeUnavailable, Message: "the server cannot store files now; nothing of this one is kept, try again later"}
}

func full() error {
	return &chat.Error{Code: chat.CodeFull, Message: "the team's files take all the room they may; delete messages with files, or ask the host for more"}
}

// newID makes the ID of a file.
func newID() (string, error) {
	id, err := uuid.NewV7()
	return id.String(), err
}

// validID tells whether a client's ID can be stored, logged and shown anywhere.
func validID(id string) bool {
	return id != "" && len(id) <= chat.MaxID && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
}
