package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/auth"
	client "github.com/hobnob-chat/hobnob/tui/cli"
)

// askTime is how long the team may take to answer a command of its host's.
const askTime = 30 * time.Second

// reach is by which way a command comes to a team: by its data folder, on the machine
// that hosts it, in the name of its host; or from anywhere with the sign-in of the
// chat, whose role then says what it may.
type reach struct{ data, account string }

// flags declares --data and --account, for a command whose other flags are declared.
func (r *reach) flags(cmd *cobra.Command) {
	dataFlag(cmd.Flags(), &r.data)
	describeTwins(cmd.Flags())
	client.AccountFlag(cmd, &r.account) // whose variable is HOBNOB_SERVER, as elsewhere
}

// ready reads the environment, and tells whether the sign-in is meant: where --account
// says so; or where no folder was named, and HOBNOB_SERVER is set or no team is hosted
// here.
func (r *reach) ready(cmd *cobra.Command) (signedIn bool, err error) {
	if err := environment(cmd); err != nil {
		return false, err
	}
	if r.account != "" || cmd.Flags().Changed("data") {
		return r.account != "", nil
	}
	_, err = os.Stat(filepath.Join(r.data, auth.KeyFile))
	return os.Getenv("HOBNOB_SERVER") != "" || r.data == "" || errors.Is(err, fs.ErrNotExist), nil
}

// signIn is the sign-in of the chat.
func (r *reach) signIn(cmd *cobra.Command) (client.SignIn, error) {
	in, err := client.SignedIn(cmd, client.Options{HostToken: HostToken}, r.account)
	if errors.Is(err, client.ErrNoTeam) && r.account == "" {
		return in, noTeam(r.data, "or join the team, and have its host make you an admin: hobnob join LINK")
	}
	return in, err
}

// desk makes requests of a team.
type desk struct {
	url, token string
	hint       string // for who cannot reach it
}

// with lets do ask a team. What changes one goes through its rules and its log, which
// one process has: the server that runs, or for the time of do a server of our own that
// nobody is told of.
func (r *reach) with(cmd *cobra.Command, do func(ctx context.Context, team *desk) error) (err error) {
	signedIn, err := r.ready(cmd)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), askTime)
	defer cancel()
	if signedIn {
		in, err := r.signIn(cmd)
		if err != nil {
			return err
		}
		return do(ctx, &desk{in.Server, in.Token, "check the address, and that the server runs"})
	}
	if _, err := ownIssuer(r.data); err != nil {
		return err
	}
	at, served := isServed(r.data)
	if !served {
		c := config{
			addr: "127.0.0.1:0", data: r.data, logLevel: "error", logFormat: "text", leeway: 30 * time.Second,
			authTimeout: time.Second, maxPayload: 1_000_000,
		}
		h, err := start(ctx, c, "", io.Discard)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, h.close(context.WithoutCancel(ctx))) }()
		at.URL = h.url
	}
	token, err := hostToken(r.data, askTime)
	if err != nil {
		return exit.New(exit.Storage, "", "the host's account cannot be used: %w", err)
	}
	return do(ctx, &desk{at.URL, token, "is it still running? hobnob serve"})
}

// ask makes one request of the chat lane, and reads its answer into out.
func (r *reach) ask(cmd *cobra.Command, request string, arg, out any) error {
	return r.with(cmd, func(ctx context.Context, team *desk) error { return team.ask(ctx, request, arg, out) })
}

// call is ask for any request over HTTP.
func (r *reach) call(cmd *cobra.Command, method, path string, arg, out any) error {
	return r.with(cmd, func(ctx context.Context, team *desk) error { return team.call(ctx, method, path, arg, out) })
}

func (d *desk) ask(ctx context.Context, request string, arg, out any) error {
	return d.call(ctx, http.MethodPost, "/api/ask/"+request, arg, out)
}

// rooms is what rooms are called that who asks may see, by ID.
func (d *desk) rooms(ctx context.Context) (map[string]string, error) {
	var answer chat.RoomList
	names := make(map[string]string)
	if err := d.ask(ctx, "room:list", chat.RoomListRequest{Archived: true}, &answer); err != nil {
		return nil, err
	}
	for i := range answer.Rooms {
		names[answer.Rooms[i].ID] = nameOf(&answer.Rooms[i])
	}
	return names, nil
}

// called is a room's name where it is known, and else its ID.
func called(names map[string]string, id string) string {
	if name := names[id]; name != "" {
		return name
	}
	return id
}

// toItself follows no redirect: a token is for the server that was named.
var toItself = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (d *desk) call(ctx context.Context, method, path string, arg, out any) error {
	body, err := json.Marshal(arg)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, d.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "hobnob admin") // the sign-in is known by it
	response, err := toItself.Do(r)
	if err != nil {
		return exit.New(exit.Unreachable, d.hint, "the server at %s does not answer: %w", d.url, cause(err))
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
		return exit.New(exit.Unreachable, "", "what answers at %s is no hobnob of this version", d.url)
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		if status.Error == nil {
			status.Error = &chat.Error{Code: chat.CodeInternal, Message: "the server could not do that"}
		}
		return denied(status.Error)
	}
	return json.Unmarshal(raw, out)
}

// denied is how a command ends whose request was refused.
func denied(e *chat.Error) error {
	code := exit.Failed
	switch e.Code {
	case chat.CodeUnauthenticated, chat.CodeBanned:
		code = exit.Auth
	case chat.CodeUnavailable:
		code = exit.Unavailable
	}
	return exit.New(code, "", "%w", &chat.Error{Code: e.Code, Message: chat.SanitizeLine(e.Message)})
}
