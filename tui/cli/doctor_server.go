package cli

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

const (
	// clockOdd and clockWrong are by how much a clock may differ: servers take half a
	// minute for granted when they look at a token's times, and a second is what an HTTP
	// date is precise to.
	clockOdd   = 10 * time.Second
	clockWrong = 30 * time.Second

	// soon is how long before its end somebody is told of a token that nobody renews.
	soon = 3 * 24 * time.Hour
)

// server looks at the server of an account, and at the account's token.
func (f *symptoms) server(ctx context.Context, o Options, a Account) {
	if f.there(ctx, o, a) {
		f.token(ctx, o, a)
	}
}

// there looks at the server of an account, and tells whether it is one to show a token.
func (f *symptoms) there(ctx context.Context, o Options, a Account) bool {
	where := chat.SanitizeLine(a.Server)
	there, err := meet(ctx, a.Server)
	if err != nil {
		f.failed("server "+where, err, "")
		return false
	}
	f.addf("server "+where, fine, "", "%s is there, hobnob %s", there.Team.Name, chat.SanitizeLine(there.Version))
	if there.Protocol != chat.ProtocolVersion {
		f.addf("version "+where, problem, "use a hobnob of the same age at both ends; this one is "+o.Version, "the server speaks version %d of the protocol, and this hobnob version %d", there.Protocol, chat.ProtocolVersion)
	}
	if inClear(a.Server) {
		f.addf("privacy "+where, warning, "the host serves with TLS: hobnob serve --tls-auto NAME, or --tls-cert and --tls-key", "there is no TLS: everybody on the way there can read what you write, and your token")
	}
	f.clock(ctx, a.Server, where)
	return true
}

// failed says what an error of a command's says.
func (f *symptoms) failed(check string, err error, fix string) {
	if e, ok := errors.AsType[*exit.Error](err); ok && e.Hint != "" {
		fix = e.Hint
	}
	f.addf(check, problem, fix, "%v", err)
}

// clock compares this machine's clock with the server's.
func (f *symptoms) clock(ctx context.Context, server, where string) {
	there, took, err := dateOf(ctx, server)
	if err != nil {
		return // that it is not reached was said, and not all send a date
	}
	off := time.Until(there.Add(500 * time.Millisecond)) // what the date leaves out, on average
	off += took / 2
	size := off.Abs().Round(time.Second)
	switch fix := "set this machine's clock: timedatectl set-ntp true"; {
	case size <= clockOdd:
		f.addf("clock "+where, fine, "", "it differs by less than %v", clockOdd)
	case size < clockWrong:
		f.addf("clock "+where, warning, fix, "it differs by %v from this machine's", size)
	default:
		f.addf("clock "+where, problem, fix, "it differs by %v from this machine's: a token may be taken to have ended, or not to have begun", size)
	}
}

// dateOf is what time it is at a server, and how long it took to find out.
func dateOf(ctx context.Context, server string) (at time.Time, took time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server+"/api/server", http.NoBody)
	if err != nil {
		return at, 0, err
	}
	web := &http.Client{Transport: asking, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	began := time.Now()
	response, err := web.Do(request)
	if err != nil {
		return at, 0, err
	}
	defer response.Body.Close()
	took = time.Since(began)
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer)); err != nil {
		return at, 0, err
	}
	at, err = http.ParseTime(response.Header.Get("Date"))
	return at, took, err
}

// token shows the account's token to its server, and says until when it is good.
func (f *symptoms) token(ctx context.Context, o Options, a Account) {
	check := "sign-in " + a.label()
	if a.User.ID == "" {
		check = "sign-in with HOBNOB_TOKEN on " + chat.SanitizeLine(a.Server)
	}
	waiting, cancel := context.WithTimeout(ctx, keyringTime)
	defer cancel()
	token, err := o.source(a).get(waiting)
	if err != nil {
		f.failed(check, err, backHint(a.Server, a.User.Name))
		return
	}
	if a.User.Name == "" {
		a.User.Name = nameIn(token)
	}
	var who chat.SignIn
	if err := ask(ctx, http.MethodGet, a.Server+"/api/me", token, nil, &who); err != nil {
		f.failed(check, err, backHint(a.Server, a.User.Name))
		return
	}
	if a.User.ID == "" {
		a.User, a.Team = who.User, who.Team
		check = "sign-in " + a.label()
	}
	left := time.Until(who.Expires.Time())
	switch until := when(who.Expires, dayTime); {
	case who.Expires == 0:
		f.addf(check, fine, "", "the token is good")
	case a.Store == storeEnv && left < soon:
		f.addf(check, warning, backHint(a.Server, a.User.Name), "the token in HOBNOB_TOKEN is good until %s, and nobody renews it", until)
	default:
		f.addf(check, fine, "", "the token is good until %s", until)
	}
}
