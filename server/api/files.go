package api

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/files"
)

// FilesConfig is what the files' part of the API is made of.
type FilesConfig struct {
	Library *files.Library
	// Enter makes somebody one of the team, or says why they may not be.
	Enter func(ctx context.Context, who chat.User) error
	// Throttle blocks for as long as a person has asked too fast.
	Throttle func(ctx context.Context, person string, size int) error
	Stall    time.Duration // how long a peer may take for paceBytes; stallTime when 0
}

// stallTime is how long a peer may take for paceBytes: longer, and it holds a place
// that others wait for.
const stallTime = 30 * time.Second

// retryAfter is when who was told that there is no place may ask again, in seconds.
const retryAfter = "5"

// filesAPI answers /api/uploads and /api/files.
type filesAPI struct {
	*Server
	cfg FilesConfig
	mux *http.ServeMux
}

// Files makes the handler of /api/uploads/ and /api/files/. It is one of its own
// because its bodies are large, and may take as long as they go on.
func (s *Server) Files(cfg FilesConfig) http.Handler {
	if cfg.Stall <= 0 {
		cfg.Stall = stallTime
	}
	f := &filesAPI{Server: s, cfg: cfg, mux: http.NewServeMux()}
	f.mux.HandleFunc("PUT /api/uploads/{id}", f.guarded(f.upload))
	f.mux.HandleFunc("GET /api/uploads/{id}", f.guarded(f.status))
	f.mux.HandleFunc("DELETE /api/uploads/{id}", f.guarded(f.cancel))
	f.mux.HandleFunc("GET /api/files/{id}", f.guarded(f.download))
	f.mux.HandleFunc("GET /api/files/{id}/{name}", f.guarded(f.download))
	return f
}

// ServeHTTP implements http.Handler. What people have uploaded is shown by no page
// of this origin, and runs in none.
func (f *filesAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	f.serve(f.mux, w, r)
}

// guarded lets in who shows a good token in the header. In the query it is not
// looked for: addresses are kept in histories and logs.
func (f *filesAPI) guarded(handle func(http.ResponseWriter, *http.Request, auth.Identity) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := f.identify(r)
		if err == nil {
			err = f.cfg.Enter(r.Context(), who.User)
		}
		if err == nil && f.cfg.Throttle(r.Context(), who.User.ID, 0) != nil {
			err = outOfTurn()
		}
		if err == nil {
			err = handle(w, r, who)
		}
		if err != nil {
			f.refuse(w, err)
		}
	}
}

// refuse answers an error, with what it takes to go on.
func (f *filesAPI) refuse(w http.ResponseWriter, err error) {
	if at, ok := errors.AsType[*files.OffsetError](err); ok {
		w.Header().Set(uploadOffset, strconv.FormatInt(at.Offset, 10))
	}
	if errors.Is(err, &chat.Error{Code: chat.CodeTooMany}) {
		w.Header().Set("Retry-After", retryAfter)
	}
	cut, ok := errors.AsType[*files.BodyError](err)
	if !ok {
		f.fail(w, err)
		return
	}
	w.Header().Set(uploadOffset, strconv.FormatInt(cut.Offset, 10))
	w.Header().Set("Connection", "close")
	switch {
	case errors.Is(err, errStalled):
		f.write(w, http.StatusRequestTimeout, map[string]*chat.Error{"error": {
			Code: chat.CodeUnavailable, Message: "the upload came to a stop; what came is kept, go on from there",
		}})
	case errors.Is(err, errInterrupted):
		f.fail(w, &chat.Error{Code: chat.CodeConflict, Message: "the upload goes on over another connection, or when the server is back"})
	case errors.Is(err, errExpired):
		f.fail(w, &chat.Error{Code: chat.CodeUnauthenticated, Message: "the token has expired meanwhile; what came is kept, go on with a newer one"})
	default: // whoever sent it has most likely gone
		f.fail(w, &chat.Error{Code: chat.CodeBadRequest, Message: "the body ended early; what came is kept, go on from there"})
	}
}

// uploadOffset is the header that says how many bytes of an upload have come.
const uploadOffset = "Upload-Offset"

// upload answers PUT /api/uploads/{id}.
func (f *filesAPI) upload(w http.ResponseWriter, r *http.Request, who auth.Identity) error {
	request, err := uploadRequest(r)
	if err != nil {
		return err
	}
	p := newPace(w, f.cfg.Stall, func() bool { return f.Server.cfg.Now().Before(who.Expires) })
	defer p.close()
	request.By, request.Interrupt = who.User, p.interrupt
	state, before, err := f.cfg.Library.Receive(r.Context(), request, p.reader(r.Body))
	p.answer()
	if err != nil {
		return err
	}
	code := http.StatusCreated
	switch {
	case state.File == nil:
		code = http.StatusAccepted
	case before:
		code = http.StatusOK
	}
	f.tell(w, code, state)
	return nil
}

// status answers GET /api/uploads/{id}.
func (f *filesAPI) status(w http.ResponseWriter, r *http.Request, who auth.Identity) error {
	state, err := f.cfg.Library.Status(r.Context(), who.User, r.PathValue("id"))
	if err != nil {
		return err
	}
	f.tell(w, http.StatusOK, state)
	return nil
}

func (f *filesAPI) tell(w http.ResponseWriter, code int, state chat.Upload) {
	w.Header().Set(uploadOffset, strconv.FormatInt(state.Offset, 10))
	f.write(w, code, state)
}

// cancel answers DELETE /api/uploads/{id}.
func (f *filesAPI) cancel(w http.ResponseWriter, r *http.Request, who auth.Identity) error {
	if err := f.cfg.Library.Cancel(r.Context(), who.User, r.PathValue("id")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// download answers GET /api/files/{id} and what is below.
func (f *filesAPI) download(w http.ResponseWriter, r *http.Request, who auth.Identity) (err error) {
	content, err := f.cfg.Library.Get(r.Context(), who.User, r.PathValue("id"))
	if err != nil {
		return err
	}
	defer func() {
		if err := content.Close(); err != nil {
			f.Server.cfg.Logger.Warn("close a file", "err", err)
		}
	}()
	if name := r.PathValue("name"); name != "" && name != content.Name {
		return &chat.Error{Code: chat.CodeNotFound, Message: "there is no such file, or it is not yours to see"}
	}
	h := w.Header()
	h.Set("Content-Type", servedType(content.Type))
	h.Set("Content-Disposition", disposition(content.Type, content.Name))
	h.Set("ETag", `"`+hex.EncodeToString(content.Hash)+`"`)
	h.Set("Cache-Control", "private, no-cache") // who may have it is asked each time
	h.Set("Vary", "Authorization")
	p := newPace(w, f.cfg.Stall, func() bool { return f.Server.cfg.Now().Before(who.Expires) })
	defer p.close()
	http.ServeContent(w, r, "", content.At, p.content(content))
	return nil
}
