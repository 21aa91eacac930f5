package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/store"
)

// comeIn redeems an invite.
func comeIn(t *testing.T, h *host, invite chat.Invite, name string) {
	t.Helper()
	body, err := json.Marshal(chat.Redeem{Code: code(invite), Name: name})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/api/invites/redeem", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if answer, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusCreated {
		t.Fatalf("%s: %d %s, %v", name, response.StatusCode, answer, err)
	}
}

// code is the part of an invite that stays when the port changes.
func code(invite chat.Invite) string { return invite.URL[strings.LastIndexByte(invite.URL, '/')+1:] }

// begin starts a server and shows its invite.
func begin(t *testing.T, c config) (*host, chat.Invite) {
	t.Helper()
	h, err := start(t.Context(), c, "test", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.close(context.Background()) })
	invite, err := h.showInvite(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h, invite
}

// TestOneLiveCode: starts show one code until it is used, and heal what was lost.
func TestOneLiveCode(t *testing.T) {
	c := defaults(t)
	restart := func(h *host) (*host, chat.Invite) {
		t.Helper()
		if err := h.close(context.Background()); err != nil {
			t.Fatal(err)
		}
		return begin(t, c)
	}
	h, first := begin(t, c)
	h, again := restart(h)
	if code(first) != code(again) || first.Expires != again.Expires || !strings.HasPrefix(again.URL, h.url) {
		t.Errorf("after a restart on %s %+v became %+v", h.url, first, again)
	}
	comeIn(t, h, again, "ada")
	h, second := restart(h)
	if code(second) == code(first) {
		t.Error("a code that was used is shown again")
	}
	if err := os.WriteFile(h.folder.file(startFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	h, third := restart(h)
	if code(third) == code(second) {
		t.Error("a code came out of nothing")
	}
	// One that ends while it is on its way to somebody is not worth sending.
	team, err := store.Attach(t.Context(), h.folder.file(databaseFile))
	if err != nil {
		t.Fatal(err)
	}
	_, err = team.Writer().ExecContext(t.Context(), "UPDATE invites SET expires = ?", time.Now().Add(startLeft-time.Minute).UnixMilli())
	if err := errors.Join(err, team.Close()); err != nil {
		t.Fatal(err)
	}
	if _, fourth := restart(h); code(fourth) == code(third) || time.Until(fourth.Expires.Time()) < startLeft {
		t.Errorf("after a restart %+v became %+v", third, fourth)
	}
}

// TestHostSeesWhoJoined: with a screen its host is told who came in, and of the
// next line when the one on it was used; without one nothing waits to be told.
func TestHostSeesWhoJoined(t *testing.T) {
	c := defaults(t)
	c.chat = true
	h, invite := begin(t, c)
	other, err := h.invites.NewInvite(t.Context(), h.owner.ID, chat.RoleGuest)
	if err != nil {
		t.Fatal(err)
	}
	comeIn(t, h, other, "grace")
	if got := news(h); len(got) != 1 || got[0] != (chat.Noticed{Text: "grace, a guest, joined with an invite link"}) {
		t.Errorf("told %q", got)
	}
	comeIn(t, h, invite, "ada")
	got := news(h)
	if len(got) != 3 || got[0].Text != "ada joined with an invite link" || got[2].Text != welcome(h.shown) || code(h.shown) == code(invite) ||
		got[1] != (chat.Noticed{Text: "(the join line that was here was used by ada)", Instead: welcome(invite)}) {
		t.Errorf("told %q", got)
	}
	// Somebody else's link was used, after the one on the screen was lost.
	second := h.shown
	if other, err = h.invites.NewInvite(t.Context(), h.owner.ID, chat.RoleMember); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(h.folder.file(startFile)); err != nil {
		t.Fatal(err)
	}
	comeIn(t, h, other, "alan")
	if got = news(h); len(got) != 3 || got[1] != (chat.Noticed{Text: "(another join line took the place of the one here)", Instead: welcome(second)}) {
		t.Errorf("told %q", got)
	}
	for range 2 * maxNews {
		h.tell(chat.Noticed{Text: "more than anybody reads"}) // does not wait
	}
	if n := len(news(h)); n != maxNews {
		t.Errorf("%d lines wait", n)
	}

	h, invite = begin(t, defaults(t))
	comeIn(t, h, invite, "ada")
	if _, open, err := h.invites.Reopen(t.Context(), code(invite)); h.news != nil || open || err != nil {
		t.Errorf("without a screen: %v, %v, %v", h.news, open, err)
	}
}

// TestHostSeesThatALinkIsGone: a join line that was taken back is taken off the
// screen, and no other is made; one that was used is told by whom alone.
func TestHostSeesThatALinkIsGone(t *testing.T) {
	c := defaults(t)
	c.chat = true
	h, invite := begin(t, c)
	look := func(closed string) string {
		t.Helper()
		return h.lookAtInvite(t.Context(), closed)
	}
	if got := look(""); got != "" || len(news(h)) > 0 {
		t.Errorf("an open one is closed: %q", got)
	}
	team, err := store.Attach(t.Context(), h.folder.file(databaseFile))
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	all, err := team.Invites(t.Context(), time.Now())
	if err == nil {
		err = team.RevokeInvite(t.Context(), all[0].ID, time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	closed := look("")
	if got := news(h); closed != invite.URL || len(got) > 0 {
		t.Errorf("told at once, though it may have been used: %q, %q", closed, got)
	}
	look(closed)
	got := news(h)
	if len(got) != 1 || got[0].Instead != welcome(invite) || !strings.HasPrefix(got[0].Text, "(the join line that was here lets nobody in any more") {
		t.Errorf("told %q", got)
	}
	if look(look(look(""))); len(news(h)) > 0 {
		t.Error("told again")
	}
	// Nor does somebody else's arrival bring another; its host asks for one.
	other, err := h.invites.NewInvite(t.Context(), h.owner.ID, chat.RoleMember)
	if err != nil {
		t.Fatal(err)
	}
	comeIn(t, h, other, "grace")
	if got := news(h); len(got) != 1 || got[0].Text != "grace joined with an invite link" {
		t.Errorf("told %q", got)
	}

	next, err := h.invite(t.Context(), false)
	if got := news(h); err != nil || next.URL == invite.URL || len(got) != 1 || got[0].Text != welcome(next) || got[0].Instead != "" {
		t.Errorf("%+v, %v: told %q", next, err, got)
	}
	if again, err := h.invite(t.Context(), false); err != nil || again != next || len(news(h)) > 0 {
		t.Errorf("%+v became %+v, %v", next, again, err)
	}
	// One for a second person is beside it.
	if other, err = h.invite(t.Context(), true); err != nil || other.URL == next.URL || len(news(h)) > 0 {
		t.Errorf("beside %+v is %+v, %v", next, other, err)
	}
	if again, err := h.invite(t.Context(), false); err != nil || again != next {
		t.Errorf("%+v became %+v, %v", next, again, err)
	}

	c = defaults(t)
	c.chat = true
	h, invite = begin(t, c)
	comeIn(t, h, invite, "ada")
	news(h)
	if closed := look(look("")); closed != "" || len(news(h)) > 0 {
		t.Errorf("of one that was used: %q", closed)
	}
}

// news is what waits for the host's screen.
func news(h *host) (lines []chat.Noticed) {
	for {
		select {
		case line := <-h.news:
			lines = append(lines, line)
		default:
			return lines
		}
	}
}

// TestTerminalShowsNextLine: serve at a terminal prints another line once the one it printed
// was used, and none for another link, nor after that was taken back.
func TestTerminalShowsNextLine(t *testing.T) {
	c := defaults(t)
	c.printed = true
	h, invite := begin(t, c)
	ctx, end := context.WithCancel(t.Context())
	lines := make(printedLines, 10)
	done := make(chan error, 1)
	go func() { done <- h.attend(ctx, lines, lines) }()
	other, err := h.invites.NewInvite(t.Context(), h.owner.ID, chat.RoleGuest)
	if err != nil {
		t.Fatal(err)
	}
	comeIn(t, h, other, "grace")
	comeIn(t, h, invite, "ada")
	said, printed := <-lines, <-lines
	if !strings.HasPrefix(said, "ada came in with the join line above, which lets nobody else in; this one is for the next, until ") ||
		!strings.HasPrefix(printed, "join: hobnob join "+h.url+"/join/") || strings.Contains(printed, code(invite)) {
		t.Errorf("said %q, printed %q", said, printed)
	}
	second := chat.Invite{URL: strings.TrimSpace(strings.TrimPrefix(printed, "join: hobnob join "))}
	comeIn(t, h, second, "bob")
	if said, printed = <-lines, <-lines; !strings.HasPrefix(said, "bob came in ") || strings.Contains(printed, code(second)) {
		t.Errorf("said %q, printed %q", said, printed)
	}
	third := chat.Invite{URL: strings.TrimSpace(strings.TrimPrefix(printed, "join: hobnob join "))}
	file := h.folder.file(startFile)
	if err := errors.Join(os.Remove(file), os.Mkdir(file, 0o700)); err != nil { // nothing can be written there
		t.Fatal(err)
	}
	h.printNext(t.Context(), chat.User{Name: "cyn"}, third.URL)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if other, err = h.invites.NewInvite(t.Context(), h.owner.ID, chat.RoleGuest); err != nil {
		t.Fatal(err)
	}
	comeIn(t, h, other, "dan")
	if said, printed = <-lines, <-lines; !strings.HasPrefix(said, "cyn came in ") || strings.Contains(printed, code(third)) {
		t.Errorf("said %q, printed %q", said, printed)
	}
	end()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := h.close(context.Background()); err != nil { // joined is through with who came
		t.Error(err)
	}
	if len(lines) > 0 {
		t.Errorf("printed also %q", <-lines)
	}
}

// printedLines is a terminal.
type printedLines chan string

// Write implements io.Writer.
func (p printedLines) Write(b []byte) (int, error) {
	p <- string(b)
	return len(b), nil
}
