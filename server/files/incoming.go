package files

import (
	"context"
	"errors"
	"io"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/blob"
	"github.com/hobnob-chat/hobnob/server/store"
)

// incoming is a body on its way into a part. It is one goroutine's.
type incoming struct {
	l     *Library
	t     *transfer
	r     *Request
	u     store.Upload
	part  *blob.Part
	saved int64 // how much of the part is durable and noted
}

// run takes in a body to its end, and keeps, drops or finishes the upload.
func (in *incoming) run(ctx context.Context, body io.Reader) (chat.Upload, error) {
	in.saved = in.part.Size()
	in.t.offset.Store(in.saved)
	err := in.copy(ctx, body)
	ctx = context.WithoutCancel(ctx) // what came is seen through, whoever has gone
	_, cut := errors.AsType[*BodyError](err)
	switch more := in.part.Size() < in.u.Size; {
	case err == nil && !more:
		return in.finish(ctx)
	case err == nil || cut && in.part.Size() > 0:
		if failed := errors.Join(in.save(ctx), in.part.Close()); failed != nil {
			in.drop(ctx)
			return chat.Upload{}, failed
		}
		if err != nil {
			return chat.Upload{}, err
		}
		return in.l.state(ctx, in.u)
	}
	in.drop(ctx)
	return chat.Upload{}, err
}

// copy writes the body to the part.
func (in *incoming) copy(ctx context.Context, body io.Reader) error {
	began := in.part.Size()
	end := in.u.Size
	if in.r.Length >= 0 {
		end = began + in.r.Length
	}
	buffer := make([]byte, chunk)
	for {
		n, err := body.Read(buffer)
		if n > 0 {
			if failed := in.write(ctx, buffer[:n], end); failed != nil {
				return failed
			}
		}
		if err == nil {
			continue
		}
		if errors.Is(err, io.EOF) && (in.r.Length < 0 || in.part.Size() == end) {
			return nil
		}
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return &BodyError{Err: err, Offset: in.part.Size()}
	}
}

// write appends to the part, which ends at end, or where that is unknown (-1),
// before it is larger than a file may be.
func (in *incoming) write(ctx context.Context, b []byte, end int64) error {
	size := in.part.Size() + int64(len(b))
	switch {
	case end >= 0 && size > end:
		return badRequest("the body has more bytes than the request says")
	case size > in.l.cfg.MaxFile:
		return in.l.tooLarge()
	}
	if _, err := in.part.Write(b); errors.Is(err, blob.ErrLimit) {
		return full()
	} else if err != nil {
		return in.l.disk("write", err)
	}
	in.t.offset.Store(size)
	if size-in.saved >= saveEvery {
		return in.save(context.WithoutCancel(ctx))
	}
	return nil
}

// save makes durable what came, and notes it.
func (in *incoming) save(ctx context.Context) error {
	if err := in.part.Sync(); err != nil {
		return in.l.disk("sync", err)
	}
	in.u.Offset, in.u.Touched = in.part.Size(), in.l.cfg.Now()
	if err := in.l.cfg.Records.SaveUpload(ctx, in.u); err != nil {
		return in.l.disk("note", err)
	}
	in.saved = in.u.Offset
	return nil
}

// drop leaves nothing of the upload. Where even that fails, its record leads
// nowhere, and whoever goes on begins anew.
func (in *incoming) drop(ctx context.Context) {
	in.part.Remove()
	if err := in.l.cfg.Records.DropUpload(ctx, in.u.By, in.u.ID); err != nil {
		in.l.cfg.Logger.Error("an upload cannot be forgotten yet", "err", err)
	}
}

// finish makes a file of the upload. Whoever may not post in its room any more has
// sent it in vain.
func (in *incoming) finish(ctx context.Context) (chat.Upload, error) {
	f, err := in.seal(ctx)
	if err == nil {
		err = in.place(ctx, f)
	}
	if err != nil {
		in.drop(ctx)
		return chat.Upload{}, err
	}
	in.l.cfg.Logger.Info("a file came in", "file", f.ID, "room", f.Room, "user", f.By, "type", f.Type, "bytes", f.Size)
	in.u.File, in.u.Size = f.ID, f.Size
	return in.l.state(ctx, in.u)
}

// seal makes the content durable, and finds out what it is.
func (in *incoming) seal(ctx context.Context) (f store.File, err error) {
	if _, err := in.l.cfg.Rooms.MayPost(ctx, in.r.By, in.u.Room); err != nil {
		return f, err
	}
	head, err := in.part.Head()
	if err != nil {
		return f, in.l.disk("read", err)
	}
	hash, err := in.part.Seal()
	if err != nil {
		return f, in.l.disk("seal", err)
	}
	id, err := newID()
	if err != nil {
		return f, err
	}
	return store.File{
		File: chat.File{ID: id, Name: in.u.Name, Type: mediaType(in.u.Name, head), Size: in.part.Size()},
		Hash: hash[:], Room: in.u.Room, By: in.u.By, At: in.l.cfg.Now(),
	}, nil
}

// place puts the content under its hash and its record beside it, or leaves neither.
func (in *incoming) place(ctx context.Context, f store.File) error {
	hash, err := blob.FromBytes(f.Hash)
	if err != nil {
		return err
	}
	lock := in.l.content(hash)
	lock.Lock()
	defer lock.Unlock()
	fresh, err := in.part.Place()
	if err == nil {
		err = in.l.cfg.Records.FinishUpload(ctx, in.u, f, f.At.Add(Keep))
	}
	if err == nil {
		return nil
	}
	if fresh {
		if err := in.l.cfg.Blobs.Remove(hash); err != nil {
			in.l.cfg.Logger.Error("a content without a record is left", "err", err)
		}
	}
	return in.l.disk("place", err)
}
