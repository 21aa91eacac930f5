package cli

import (
	"archive/zip"
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/export"
	"github.com/hobnob-chat/hobnob/server/store"
)

// slackExport makes the zip file of a small workspace.
func slackExport(t *testing.T, change map[string]string) string {
	t.Helper()
	files := map[string]string{
		"users.json":    `[{"id":"U1","team_id":"T1","name":"ada","is_owner":true},{"id":"U2","team_id":"T1","name":"bob"},{"id":"U3","team_id":"T1","name":"gone","deleted":true}]`,
		"channels.json": `[{"id":"C1","name":"general","created":1500000000,"creator":"U1","is_general":true,"members":["U1","U2"]},{"id":"C2","name":"ops","created":1500000000,"creator":"U1","members":["U1"]}]`,
		"dms.json":      `[{"id":"D1","created":1500000000,"members":["U1","U2"]}]`,
		"general/2017-07-14.json": `[{"type":"message","user":"U1","text":"hello <@U2>","ts":"1500000001.000100"},
			{"type":"message","user":"U2","text":"hi","ts":"1500000002.000100","thread_ts":"1500000001.000100"}]`,
		"ops/2017-07-14.json": `[{"type":"message","user":"U3","text":"bye","ts":"1500000003.000100","reactions":[{"name":"wave","users":["U2","U1"]}]}]`,
		"D1/2017-07-14.json":  `[{"type":"message","user":"U2","text":"psst","ts":"1500000004.000100"}]`,
	}
	maps.Copy(files, change)
	path := filepath.Join(t.TempDir(), "slack.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := zip.NewWriter(f)
	for name, text := range files {
		in, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(in, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestImportOfSlack imports a workspace, more than once, and looks at it as one of its
// people does who has got a token.
func TestImportOfSlack(t *testing.T) {
	c := again(t)
	hook := store.Hook{Hook: chat.Hook{ID: "h", Name: "h", URL: "https://example.com", By: "x"}, Secret: []byte("key")}
	err := inTeam(t.Context(), c.data, func(team *store.Store) error {
		at, err := team.Applied(t.Context())
		hook.Cursor = at.Offset
		if err != nil {
			return err
		}
		return team.CreateHook(t.Context(), hook)
	})
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []export.Result{{People: 3, Rooms: 2, Messages: 4}, {Known: 4}, {Messages: 1, Known: 4}} {
		change := map[string]string{}
		if n == 2 { // a newer export, in which who has left spoke once more
			change["ops/2017-07-15.json"] = `[{"type":"message","user":"U3","text":"really","ts":"1500090003.000100"}]`
		}
		r, err := importFile(t.Context(), c.data, slackExport(t, change), nil)
		if err != nil || r != want {
			t.Fatalf("import %d: %+v, %v; want %+v", n+1, r, err, want)
		}
	}
	h := run(t, c)
	issuer, err := ownIssuer(c.data)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := issuer.Issue(chat.User{ID: "slack-U1", Name: "ada", Role: chat.RoleMember}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	ada := connect(t, h.url, token)
	general := ada.must("history", map[string]any{"room": "general"}).Messages
	if len(general) != 2 || general[0].At != 1500000001000 || general[0].From.ID != "slack-U1" || general[1].Thread != general[0].ID {
		t.Errorf("#general has %+v", general)
	}
	if text, _ := general[0].Text(); text != "hello @bob" || general[0].Mentions[0] != "slack-U2" {
		t.Errorf("%q mentions %v", text, general[0].Mentions)
	}
	ops := ada.must("history", map[string]any{"room": "#ops"}).Messages
	if len(ops) != 2 || len(ops[0].Reactions) != 1 || ops[0].Reactions[0].Emoji != "👋" || strings.Join(ops[0].Reactions[0].Users, " ") != "slack-U2 slack-U1" {
		t.Errorf("#ops has %+v", ops)
	}
	dm := ada.must("history", map[string]any{"room": chat.DirectRoom([]string{"slack-U1", "slack-U2"})}).Messages
	if len(dm) != 1 || dm[0].From.Name != "bob" {
		t.Errorf("between ada and bob there is %+v", dm)
	}
	list := ada.must("room:list", map[string]any{})
	for _, r := range list.Rooms {
		if r.Unread != 0 || r.Name == "ops" && r.Members != 1 {
			t.Errorf("%+v", r)
		}
	}
	err = inTeam(t.Context(), c.data, func(team *store.Store) error {
		hooks, err := team.Hooks(t.Context())
		if err == nil && hooks[0].Cursor <= hook.Cursor+4 {
			t.Errorf("a webhook is told what was imported: it stands at %d, and stood at %d", hooks[0].Cursor, hook.Cursor)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestImportRefuses: what cannot be imported changes nothing, and says why.
func TestImportRefuses(t *testing.T) {
	h := run(t, defaults(t))
	if _, err := importFile(t.Context(), h.config.data, slackExport(t, nil), nil); exit.CodeOf(err) != exit.InUse {
		t.Errorf("into a team that is served: %v", err)
	}
	c := again(t)
	before := lastIn(t, c.data)
	bad := slackExport(t, map[string]string{"D1/2017-07-14.json": `[{"type":"message","user":"U2","text":"x","ts":"now"}]`})
	_, err := importFile(t.Context(), c.data, bad, nil)
	if exit.CodeOf(err) != exit.Usage || !strings.Contains(err.Error(), "slack.zip cannot be imported: D1/2017-07-14.json: message 1: ts") {
		t.Errorf("a bad message: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := importFile(ctx, c.data, slackExport(t, nil), nil); err == nil {
		t.Error("an import that was stopped is done")
	}
	if at := lastIn(t, c.data); at != before {
		t.Errorf("the log was at %v and is at %v", before, at)
	}
}
