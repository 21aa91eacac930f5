package cli

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
)

// Whoever lost a token is somebody already: a new link would make them somebody
// else, so a new token for who they are is named first wherever a way back is.

// mintCommand is what the host of a team runs for somebody who is in it.
func mintCommand(name string) string {
	if name == "" {
		return "hobnob token mint --for NAME"
	}
	return "hobnob token mint --for " + exit.Quote(name)
}

// signInCommand is what they run then.
func signInCommand(server string) string { return "hobnob login " + server + " --token -" }

// backHint is the hint for who has to come back to a server as who they were.
func backHint(server, name string) string {
	return "whoever hosts the team makes you a new token with: " + mintCommand(name) +
		"\nand you sign in with that: " + signInCommand(server) +
		"\nhobnob join with a new link would make you a new account"
}

// thatIsYou adds to why an invite let nobody in what helps those who are in the
// team already.
func thatIsYou(err error, server, name string) error {
	e, ok := errors.AsType[*exit.Error](err)
	var when string
	switch {
	case !ok:
		return err
	case errors.Is(err, &chat.Error{Code: chat.CodeNameTaken}):
		when = "if that is you"
	case errors.Is(err, &chat.Error{Code: chat.CodeInvite}):
		when = "if you are in the team already"
	default:
		return err
	}
	told := *e
	told.Hint += "\n" + when + ", you need a token, which the host makes: " + mintCommand(name) + "\nthen sign in with it: " + signInCommand(server)
	return &told
}

// stillAsked is what is said of a taken name to who is asked for another right away:
// nothing that they need not know to answer.
func stillAsked(err error, server, name string) error {
	e, ok := errors.AsType[*exit.Error](err)
	if !ok || !errors.Is(err, &chat.Error{Code: chat.CodeNameTaken}) {
		return thatIsYou(err, server, name)
	}
	told := *e
	told.Hint = "if that is you, leave with Ctrl+C; the host runs " + mintCommand(name) + ", and with the token from that you run " + signInCommand(server)
	return &told
}

// nameIn is whose a token says that it is, for a hint and nothing else: it is not
// verified. It is "" where the token says no name.
func nameIn(token string) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return ""
	}
	var claims struct {
		Name string `json:"name"`
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(b, &claims) != nil {
		return ""
	}
	name, err := chat.CleanName(claims.Name)
	if err != nil {
		return ""
	}
	return name
}

// comeBack is told to who signs out.
func (a Account) comeBack() string {
	if a.Host != "" {
		return "to come back as the host: hobnob serve --chat --data " + exit.Quote(a.Host)
	}
	return "to come back as " + chat.SanitizeLine(a.User.Name) + ": the host runs " + chat.SanitizeLine(mintCommand(a.User.Name)) +
		a.mintAgain() + ", and you " + chat.SanitizeLine(signInCommand(a.Server)) + " with that token; a new join link makes a new account"
}

// mintAgain adds what the host runs instead for who never joined, and has a token of
// the server's alone: it has no account of theirs to name. Of another issuer's token
// the ID is no subject of this server's.
func (a Account) mintAgain() string {
	if a.User.ID == "" || strings.Contains(a.User.ID, "|") {
		return ""
	}
	return chat.SanitizeLine(" (or, where that finds nobody, hobnob token mint --sub " + exit.Quote(a.User.ID) +
		" --name " + exit.Quote(a.User.Name) + ")")
}

// waysBack are what somebody does whose token has ended. A host needs none: the
// token is made anew each time.
func (a Account) waysBack() []tui.Way {
	token := "with a new token for you, which the host makes with: " + mintCommand(a.User.Name)
	same := tui.Way{Run: signInCommand(a.Server), What: token + "; then /reconnect here"}
	switch {
	case a.Host != "":
		return nil
	case a.Store == storeEnv:
		same = tui.Way{Run: "HOBNOB_TOKEN=… hobnob", What: token}
	}
	return []tui.Way{same, {Run: "hobnob join LINK", What: "makes a new account, with a new link from the host"}}
}
