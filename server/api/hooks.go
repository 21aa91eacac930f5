package api

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/slack"
)

// HookRecords is where webhooks are kept.
type HookRecords interface {
	// CreateHook stores one with its secret: of an incoming one the hash of its code,
	// else the key that signs.
	CreateHook(ctx context.Context, h chat.Hook, secret []byte) error
	Hooks(ctx context.Context) ([]chat.Hook, error)
	// HookOf answers the incoming one whose code has a hash.
	HookOf(ctx context.Context, hash []byte) (chat.Hook, bool, error)
	DeleteHook(ctx context.Context, id string) (bool, error)
}

// HooksConfig is what the webhooks' part of the API is made of.
type HooksConfig struct {
	Records HookRecords
	// Check tells whether somebody may make a webhook, and how it will be.
	Check func(ctx context.Context, who chat.User, r chat.HookRequest) (chat.Hook, error)
	// May tells whether somebody may see webhooks and end them.
	May func(who chat.User) error
	// Made and Ended keep who made or ended one, before that is done.
	Made, Ended func(ctx context.Context, who chat.User, h chat.Hook) error
	// Stands tells whether a webhook may still do what it does, and why not.
	Stands func(h chat.Hook) error
	// Post posts what an incoming one was sent.
	Post func(ctx context.Context, h chat.Hook, d chat.Draft) (chat.Posted, error)
	// Secret writes a key as the owner of a webhook that tells is told it.
	Secret func(key []byte) string
	// Fares has it say of one that tells how its address does, and how far behind it is.
	Fares   func(ctx context.Context, h *chat.Hook) error
	Changed func() // one that tells was made, or one was ended
	// Private tells whether an address is one of a private network.
	Private func(url string) bool
	MaxBody int64 // bytes of what an incoming one is sent
}

// hooksAPI answers /api/hooks and /hooks.
type hooksAPI struct {
	*Server
	cfg HooksConfig
	mux *http.ServeMux
}

// Hooks makes the handler of /api/hooks and of /hooks/, where programs post.
func (s *Server) Hooks(cfg HooksConfig) http.Handler {
	h := &hooksAPI{Server: s, cfg: cfg, mux: http.NewServeMux()}
	h.mux.HandleFunc("POST /api/hooks", h.guarded(h.create))
	h.mux.HandleFunc("GET /api/hooks", h.guarded(h.list))
	h.mux.HandleFunc("DELETE /api/hooks/{id}", h.guarded(h.remove))
	h.mux.HandleFunc("POST /hooks/{code}", h.post)
	return h
}

// ServeHTTP implements http.Handler.
func (h *hooksAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Referrer-Policy", "no-referrer")
	r.Body = http.MaxBytesReader(w, r.Body, h.cfg.MaxBody)
	h.serve(h.mux, w, r)
}

func (h *hooksAPI) guarded(handle func(http.ResponseWriter, *http.Request, chat.User) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := h.paced(r)
		if err == nil {
			err = handle(w, r, who.User)
		}
		if err != nil {
			h.fail(w, err)
		}
	}
}

// maxHooks is how many webhooks a team may have: each message is looked at for each that
// tells, and the list is answered whole.
const maxHooks = 100

// room refuses a webhook that is one too many. It is called with making held.
func (h *hooksAPI) room(ctx context.Context) error {
	list, err := h.cfg.Records.Hooks(ctx)
	if err != nil || len(list) < maxHooks {
		return err
	}
	return &chat.Error{Code: chat.CodeFull, Message: fmt.Sprintf("the team has %d webhooks, and may have no more; end one that nobody needs: hobnob admin hook list", len(list))}
}

// hookKey is how long the key is that a webhook signs with, in bytes, as Standard
// Webhooks recommends (24 to 64).
const hookKey = 32

func (h *hooksAPI) create(w http.ResponseWriter, r *http.Request, who chat.User) error {
	var asked chat.HookRequest
	if err := decode(r, &asked); err != nil {
		return err
	}
	hook, err := h.cfg.Check(r.Context(), who, asked)
	if err != nil {
		return err
	}
	if !hook.Incoming && !hook.Private && h.cfg.Private(hook.URL) {
		return &chat.Error{Code: chat.CodePrivate, Message: "that address is in a private network, which a webhook may not tell unless an owner makes it private"}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	hook.ID = id.String()
	made := chat.HookMade{Hook: hook}
	var secret []byte
	if hook.Incoming {
		code, err := newCode()
		if err != nil {
			return err
		}
		secret, made.URL = hashCode(code), h.Server.cfg.PublicURL+"/hooks/"+code
	} else {
		secret = make([]byte, hookKey)
		if _, err := rand.Read(secret); err != nil {
			return err
		}
		made.Secret = h.cfg.Secret(secret)
	}
	h.making.Lock()
	defer h.making.Unlock()
	if err := h.room(r.Context()); err != nil {
		return err
	}
	if err := h.cfg.Made(r.Context(), who, hook); err != nil {
		return err
	}
	if err := h.cfg.Records.CreateHook(r.Context(), hook, secret); err != nil {
		return err
	}
	h.Server.cfg.Logger.Info("webhook made", "hook", hook.ID, "by", who.ID, "room", hook.Room, "incoming", hook.Incoming)
	if !hook.Incoming {
		h.cfg.Changed()
	}
	h.write(w, http.StatusCreated, made)
	return nil
}

func (h *hooksAPI) list(w http.ResponseWriter, r *http.Request, who chat.User) error {
	if err := h.cfg.May(who); err != nil {
		return err
	}
	list, err := h.cfg.Records.Hooks(r.Context())
	if err != nil {
		return err
	}
	if list == nil {
		list = []chat.Hook{}
	}
	for i := range list {
		list[i].Banned = list[i].Incoming && h.Server.cfg.People.Standing(chat.HookUser(list[i])).Banned
		list[i].ByBanned = h.Server.cfg.People.Standing(chat.User{ID: list[i].By}).Banned
		if err := h.cfg.Stands(list[i]); err != nil && list[i].Stopped == 0 {
			list[i].Fault, list[i].Refused = err.Error(), true
		}
		if list[i].Incoming || list[i].Stopped != 0 {
			continue
		}
		if err := h.cfg.Fares(r.Context(), &list[i]); err != nil {
			return err
		}
	}
	h.write(w, http.StatusOK, map[string][]chat.Hook{"hooks": list})
	return nil
}

func (h *hooksAPI) remove(w http.ResponseWriter, r *http.Request, who chat.User) error {
	if err := h.cfg.May(who); err != nil {
		return err
	}
	list, err := h.cfg.Records.Hooks(r.Context())
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(h chat.Hook) bool { return h.ID == r.PathValue("id") })
	if at < 0 {
		return &chat.Error{Code: chat.CodeNotFound, Message: "there is no webhook of that ID"}
	}
	if err := h.cfg.Ended(r.Context(), who, list[at]); err != nil {
		return err
	}
	// Whoever was faster has ended it, which is as it was asked for.
	if _, err := h.cfg.Records.DeleteHook(r.Context(), list[at].ID); err != nil {
		return err
	}
	h.cfg.Changed()
	h.Server.cfg.Logger.Info("webhook ended", "hook", r.PathValue("id"), "by", who.ID)
	h.write(w, http.StatusOK, struct{}{})
	return nil
}

// post posts what a program says, and answers as Slack does: the word ok.
func (h *hooksAPI) post(w http.ResponseWriter, r *http.Request) {
	if err := h.take(r); err != nil {
		h.fail(w, err)
		return
	}
	h.text(w, "ok")
}

func (h *hooksAPI) take(r *http.Request) error {
	none := &chat.Error{Code: chat.CodeNotFound, Message: "there is no such webhook; it may have been ended"}
	code, ok := parseCode(r.PathValue("code"))
	if !ok {
		return none
	}
	hook, found, err := h.cfg.Records.HookOf(r.Context(), hashCode(code))
	if err != nil {
		return err
	}
	if !found {
		return none
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return &chat.Error{Code: chat.CodeTooLarge, Message: "the request has more bytes than this server takes"}
		}
		return &chat.Error{Code: chat.CodeBadRequest, Message: "the request's body did not come whole"}
	}
	draft, err := hookDraft(r.Header.Get("Content-Type"), body)
	if err != nil {
		return err
	}
	_, err = h.cfg.Post(r.Context(), hook, draft)
	return err
}

// hookDraft reads what a webhook was sent: {"body": …} with the options of message,
// or what Slack's take, as JSON or as the form field payload.
func hookDraft(contentType string, body []byte) (chat.Draft, error) {
	if kind, _, _ := mime.ParseMediaType(contentType); kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(body))
		if err == nil && form.Has("payload") {
			body = []byte(form.Get("payload"))
		}
	}
	var ours struct {
		Body json.RawMessage `json:"body"`
		chat.PostOptions
	}
	if json.Unmarshal(body, &ours) == nil && ours.Body != nil {
		return chat.Draft{
			ID: ours.ID, Body: chat.Body{JSON: ours.Body}, ReplyTo: ours.ReplyTo, Thread: ours.Thread,
			Extra: chat.Extra{Style: ours.Style, Block: ours.Block},
		}, nil
	}
	p, err := slack.ParsePayload(body)
	if err != nil {
		return chat.Draft{}, &chat.Error{Code: chat.CodeBadRequest, Message: `a webhook takes {"text": "…"} as Slack's do, or {"body": …}`}
	}
	return chat.Draft{Body: chat.TextBody(p.Markdown())}, nil
}
