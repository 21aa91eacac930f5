package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// RequestsConfig is what the requests over HTTP are made of.
type RequestsConfig struct {
	// Ask answers a request of the chat lane by its name, as its ack would be. Its
	// errors are *chat.Error.
	Ask func(ctx context.Context, who chat.User, name string, args []json.RawMessage) (json.RawMessage, error)
	// Throttle blocks for as long as a person has asked too fast.
	Throttle func(ctx context.Context, person string, size int) error
	MaxBody  int64 // bytes of a request
}

// requestsAPI answers /api/rooms and /api/ask: the chat lane for who has no socket.
type requestsAPI struct {
	*Server
	cfg RequestsConfig
	mux *http.ServeMux
}

// Requests makes the handler of /api/rooms and /api/ask/. It knows no request by what
// it means: the one that a socket would say is asked.
func (s *Server) Requests(cfg RequestsConfig) http.Handler {
	q := &requestsAPI{Server: s, cfg: cfg, mux: http.NewServeMux()}
	q.mux.HandleFunc("POST /api/ask/{request}", q.asked(http.StatusOK, askArgs))
	q.mux.HandleFunc("GET /api/rooms", q.asked(http.StatusOK, roomsArgs))
	q.mux.HandleFunc("POST /api/rooms", q.asked(http.StatusCreated, createArgs))
	q.mux.HandleFunc("GET /api/rooms/{room}/messages", q.asked(http.StatusOK, historyArgs))
	q.mux.HandleFunc("POST /api/rooms/{room}/messages", q.asked(http.StatusCreated, messageArgs))
	q.mux.HandleFunc("GET /api/rooms/{room}/members", q.asked(http.StatusOK, membersArgs))
	return q
}

// ServeHTTP implements http.Handler.
func (q *requestsAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	r.Body = http.MaxBytesReader(w, r.Body, q.cfg.MaxBody)
	q.serve(q.mux, w, r)
}

// arguments makes a request of the chat lane of one over HTTP, whose body was read.
type arguments func(r *http.Request, body []byte) (name string, args []any, err error)

func (q *requestsAPI) asked(status int, read arguments) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		reply, err := q.answer(r, read)
		if err != nil {
			q.fail(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_, _ = w.Write(append(reply, '\n')) // whoever asked may have gone
	}
}

func (q *requestsAPI) answer(r *http.Request, read arguments) (json.RawMessage, error) {
	who, err := q.identify(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return nil, &chat.Error{Code: chat.CodeTooLarge, Message: "the request has more bytes than this server takes; send it in parts"}
		}
		return nil, &chat.Error{Code: chat.CodeBadRequest, Message: "the request's body did not come whole"}
	}
	name, args, err := read(r, body)
	if err != nil {
		return nil, err
	}
	if err := q.cfg.Throttle(r.Context(), who.User.ID, len(body)); err != nil {
		return nil, outOfTurn()
	}
	// The body and the pace took their time: the token may be no good any more.
	if who, err = q.identify(r); err != nil {
		return nil, err
	}
	raw := make([]json.RawMessage, len(args))
	for i, a := range args {
		if raw[i], err = json.Marshal(a); err != nil {
			return nil, badJSON()
		}
	}
	return q.cfg.Ask(r.Context(), who.User, name, raw)
}

func badJSON() error {
	return &chat.Error{Code: chat.CodeBadRequest, Message: "the body is not JSON of the documented shape; see docs/protocol.md"}
}

// askArgs reads a request by its name: its one argument as an object, or all of them
// as a list.
func askArgs(r *http.Request, body []byte) (string, []any, error) {
	name := r.PathValue("request")
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return name, nil, nil
	}
	if body[0] == '{' {
		return name, []any{json.RawMessage(body)}, nil
	}
	var list []json.RawMessage
	if json.Unmarshal(body, &list) != nil {
		return "", nil, badJSON()
	}
	args := make([]any, len(list))
	for i := range list {
		args[i] = list[i]
	}
	return name, args, nil
}

func roomsArgs(r *http.Request, _ []byte) (string, []any, error) {
	query := r.URL.Query()
	ask := chat.RoomListRequest{Query: query.Get("query"), Archived: flag(query, "archived"), After: query.Get("after")}
	return "room:list", []any{&ask}, limited(query, &ask.Limit)
}

func createArgs(_ *http.Request, body []byte) (string, []any, error) {
	return "room:create", []any{json.RawMessage(body)}, nil
}

func historyArgs(r *http.Request, _ []byte) (string, []any, error) {
	query := r.URL.Query()
	h := chat.HistoryRequest{Room: r.PathValue("room"), Thread: query.Get("thread")}
	var after, limit uint64
	for name, field := range map[string]*uint64{"before": &h.Before, "after": &after, "limit": &limit} {
		if err := number(query, name, field); err != nil {
			return "", nil, err
		}
	}
	if query.Get("after") != "" { // 0 is the beginning of the room
		h.After = &after
	}
	h.Limit = int(min(limit, chat.MaxHistory))
	return "history", []any{h}, nil
}

func membersArgs(r *http.Request, _ []byte) (string, []any, error) {
	query := r.URL.Query()
	ask := chat.MembersRequest{Room: r.PathValue("room"), After: query.Get("after")}
	return "members", []any{&ask}, limited(query, &ask.Limit)
}

// limited reads how long a page is to be.
func limited(query url.Values, limit *int) error {
	var n uint64
	err := number(query, "limit", &n)
	*limit = int(min(n, chat.MaxList))
	return err
}

// messageArgs reads {"body": …} with the options of message beside it.
func messageArgs(r *http.Request, body []byte) (string, []any, error) {
	var m struct {
		Body json.RawMessage `json:"body"`
		chat.PostOptions
	}
	if json.Unmarshal(body, &m) != nil {
		return "", nil, badJSON()
	}
	if m.Body == nil {
		return "", nil, &chat.Error{Code: chat.CodeBadRequest, Message: `say what the message is, in "body"`}
	}
	in := r.PathValue("room")
	if m.Room != "" && roomWord(m.Room) != roomWord(in) {
		return "", nil, &chat.Error{Code: chat.CodeBadRequest, Message: "the address names one room and the body another; leave room away in the body"}
	}
	m.Room = in
	return "message", []any{m.Body, m.PostOptions}, nil
}

// roomWord is what somebody calls a room, as it is compared.
func roomWord(called string) string { return chat.FoldName(strings.TrimPrefix(called, "#")) }

func flag(query url.Values, name string) bool {
	on, err := strconv.ParseBool(query.Get(name))
	return err == nil && on
}

func number(query url.Values, name string, field *uint64) error {
	text := query.Get(name)
	if text == "" {
		return nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return &chat.Error{Code: chat.CodeBadRequest, Message: name + " is a whole number"}
	}
	*field = n
	return nil
}
