package files

import (
	"context"
	"encoding/hex"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/store"
)

// Status answers how far user's upload is. One whose last byte came just before a
// crash is finished by asking. Errors are chat.CodeNotFound, and those of Receive.
func (l *Library) Status(ctx context.Context, user chat.User, id string) (chat.Upload, error) {
	u, err := l.own(ctx, user, id)
	if err != nil {
		return chat.Upload{}, err
	}
	if offset, live := l.live(uploadKey{u.By, u.ID}); live {
		u.Offset = offset
		return l.state(ctx, u)
	}
	if u.File == "" && u.Offset == u.Size {
		state, _, err := l.Receive(ctx, Request{By: user, ID: id, First: u.Offset, Size: u.Size, Interrupt: func() {}}, strings.NewReader(""))
		return state, err
	}
	return l.state(ctx, u)
}

// Cancel drops user's upload, whole or not. The file that it became stays where a
// message has it. The error is chat.CodeNotFound where there is no such upload.
func (l *Library) Cancel(ctx context.Context, user chat.User, id string) error {
	if _, err := l.own(ctx, user, id); err != nil {
		return err // before it ends a transfer that goes on
	}
	t, err := l.take(ctx, uploadKey{user.ID, id}, func() {})
	if err != nil {
		return err
	}
	defer l.release(t)
	u, err := l.own(ctx, user, id)
	if err != nil {
		return err
	}
	if err := l.drop(ctx, u); err != nil {
		return err
	}
	l.Sweep()
	return nil
}

// own is an upload of user's. For a token with a scope there are none but those which
// it could make.
func (l *Library) own(ctx context.Context, user chat.User, id string) (store.Upload, error) {
	u, ok, err := l.cfg.Records.Upload(ctx, user.ID, id)
	if err != nil {
		return u, err
	}
	if ok && user.Scope != "" {
		_, err = l.cfg.Rooms.MayPost(ctx, user, u.Room)
	}
	if !ok || err != nil {
		return u, noUpload()
	}
	return u, nil
}

// drop forgets an upload whose transfer the caller has.
func (l *Library) drop(ctx context.Context, u store.Upload) error {
	if u.Part != "" {
		if err := l.cfg.Blobs.RemovePart(u.Part); err != nil {
			return err
		}
	}
	return l.cfg.Records.DropUpload(ctx, u.By, u.ID)
}

// state is an upload as its person is told of it.
func (l *Library) state(ctx context.Context, u store.Upload) (chat.Upload, error) {
	s := chat.Upload{ID: u.ID, Room: u.Room, Name: u.Name, Offset: u.Offset, Expires: chat.ToMillis(u.Touched.Add(Keep))}
	if u.Size >= 0 {
		s.Size = &u.Size
	}
	if u.File == "" {
		return s, nil
	}
	f, ok, err := l.cfg.Records.File(ctx, u.File)
	if err != nil {
		return chat.Upload{}, err
	}
	if !ok {
		return chat.Upload{}, notFound()
	}
	s.File, s.SHA256, s.Offset, s.Expires = &f.File, hex.EncodeToString(f.Hash), f.Size, 0
	if !f.Due.IsZero() {
		s.Expires = chat.ToMillis(f.Due)
	}
	return s, nil
}

func noUpload() error {
	return &chat.Error{Code: chat.CodeNotFound, Message: "there is no such upload of yours; it was never begun, or is dropped"}
}
