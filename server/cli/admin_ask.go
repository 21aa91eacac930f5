package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// askTime is how long the team may take to answer a command of its host's.
const askTime = 30 * time.Second

// askTeam asks a request of the chat lane in the name of the team's host, and reads
// its answer into out. What changes a team goes through its rules and its log,
// which one process has: the server that runs, or for this one request a server of
// our own that nobody is told of. Only who can read the data folder can do that.
func askTeam(ctx context.Context, data, request string, arg, out any) error {
	return callTeam(ctx, data, http.MethodPost, "/api/ask/"+request, arg, out)
}

// callTeam is askTeam for any request over HTTP.
func callTeam(ctx context.Context, data, method, path string, arg, out any) (err error) {
	if _, err := ownIssuer(data); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	at, served := isServed(data)
	if !served {
		c := config{
			addr: "127.0.0.1:0", data: data, logLevel: "error", logFormat: "text", leeway: 30 * time.Second,
			authTimeout: time.Second, maxPayload: 1_000_000,
		}
		h, err := start(ctx, c, "", io.Discard)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, h.close(context.WithoutCancel(ctx))) }()
		at.URL = h.url
	}
	token, err := hostToken(data, askTime)
	if err != nil {
		return exit.New(exit.Storage, "", "the host's account cannot be used: %w", err)
	}
	return call(ctx, at.URL, token, method, path, arg, out)
}

// call asks one request over HTTP.
func call(ctx context.Context, url, token, method, path string, arg, out any) error {
	body, err := json.Marshal(arg)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return exit.New(exit.Unreachable, "is it still running? hobnob serve", "the server at %s does not answer: %w", url, cause(err))
	}
	defer response.Body.Close() // read to its end, or given up
	raw, err := io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err != nil {
		return exit.New(exit.Unreachable, "", "the server's answer did not come whole: %w", err)
	}
	var status struct {
		Error *chat.Error `json:"error"`
	}
	if err := json.Unmarshal(raw, &status); err != nil {
		return exit.New(exit.Unreachable, "", "what answers at %s is no hobnob of this version", url)
	}
	if response.StatusCode >= http.StatusBadRequest {
		if status.Error == nil {
			status.Error = &chat.Error{Code: chat.CodeInternal, Message: "the server could not do that"}
		}
		return exit.New(exit.Failed, "", "%s", chat.SanitizeLine(status.Error.Message))
	}
	return json.Unmarshal(raw, out)
}
