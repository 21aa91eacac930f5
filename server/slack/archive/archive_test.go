package archive

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/server/export"
)

// pack makes a zip file of files.
func pack(t testing.TB, files map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range files {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "export.zip")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// workspace is an export with something of everything.
func workspace() map[string]string {
	return map[string]string{
		"users.json": `[
			{"id":"U1","team_id":"T9","name":"ada","real_name":"Ada L","profile":{"display_name":"Ada","real_name":"Ada L"},"is_owner":true},
			{"id":"U2","team_id":"T9","name":"bob","profile":{"display_name":""},"deleted":true},
			{"id":"U3","team_id":"T9","name":"grace","profile":{"display_name":"ADA"},"is_ultra_restricted":true},
			{"id":"U4","team_id":"T9","name":"ci","is_bot":true}]`,
		"channels.json": `[
			{"id":"C1","name":"all-hands","created":1500000000,"creator":"U1","is_general":true,"members":["U1","U2","U3"],"topic":{"value":"a &amp; b"},"purpose":{"value":""}},
			{"id":"C2","name":"Ops_2.0 and more than forty characters of it","created":1500000001,"creator":"U2","is_archived":true,"members":["U1"],"pins":[{"id":"1500000300.000200"}]}]`,
		"groups.json": `[{"id":"G1","name":"secret","created":1500000002,"creator":"U1","members":["U1","U2"]}]`,
		"mpims.json":  `[{"id":"G2","name":"mpdm-ada--bob--grace-1","created":1500000003,"members":["U1","U2","U3"],"topic":{"value":"group messaging"}}]`,
		"dms.json":    `[{"id":"D1","created":1500000004,"members":["U1","U2"]},{"id":"D2","created":1500000005,"members":["U1","U1"]}]`,
		"all-hands/2017-07-14.json": `[
			{"type":"message","subtype":"channel_join","user":"U1","text":"<@U1> has joined","ts":"1500000001.000001"},
			{"type":"message","user":"U1","text":"hi <@U2>, <!here>: 1 &lt; 2 &amp; *bold* ~old~ _it_ see <https://example.com|docs> in <#C2|ops> ` + "`*code*`" + `","ts":"1500000010.000100",
			 "reactions":[{"name":"+1::skin-tone-3","users":["U2","U3"],"count":2},{"name":"party_parrot","users":["U2","U2"]},{"name":"a b","users":["U2"]}],
			 "edited":{"user":"U1","ts":"1500000020.000000"}},
			{"type":"message","user":"U3","text":"an answer","ts":"1500000030.000100","thread_ts":"1500000010.000100"},
			{"type":"message","user":"U3","text":"an answer","ts":"1500000030.000100","thread_ts":"1500000010.000100","subtype":"thread_broadcast"},
			{"type":"message","user":"USLACKBOT","subtype":"tombstone","text":"This message was deleted.","ts":"1500000040.123456","hidden":false},
			{"type":"message","hidden":true,"text":"no","ts":"1500000041.000000"}]`,
		"all-hands/2017-07-15.json": `[
			{"type":"message","subtype":"bot_message","bot_id":"B1","username":"deploys","text":"","ts":"1500090000.000100",
			 "attachments":[{"fallback":"f","title":"2.4","title_link":"https://ci.example/1","text":"is *out*"}]},
			{"type":"message","subtype":"bot_message","bot_id":"B1","username":"alerts","text":"down","ts":"1500090001.000100"},
			{"type":"message","user":"U1","text":"see https://example.com","ts":"1500090002.000100","attachments":[{"from_url":"https://example.com","title":"a preview"}]},
			{"type":"message","user":"U1","text":"","ts":"1500090003.000100","files":[
				{"title":"plan [1].pdf","permalink":"https://acme.slack.com/files/U1/F1/plan_(1).pdf","url_private":"https://files.slack.com/x?t=xoxe-1"},
				{"name":"b.png","url_private":"https://files.slack.com/files-pri/T-F/b.png?t=xoxe-123"},{"mode":"tombstone"}]},
			{"type":"message","subtype":"me_message","user":"U1","text":"waves","ts":"1500090004.000100"}]`,
		"Ops_2.0 and more than forty characters of it/2017-07-14.json": `[{"type":"message","user":"U9","text":"who am I","ts":"1500000300.000200"}]`,
		"mpdm-ada--bob--grace-1/2017-07-14.json":                       `[{"type":"message","user":"U2","text":"us three","ts":"1500000400.000000"},{"type":"message","user":"USLACKBOT","text":"a reminder","ts":"1500000401.000000"}]`,
		"D1/2017-07-14.json":                                           `[{"type":"message","user":"U2","text":"psst","ts":"1500000500.5"}]`,
		"D2/2017-07-14.json":                                           `[{"type":"message","user":"U1","text":"note","ts":"1500000600"}]`,
	}
}

func linesOf(t testing.TB, path string) string {
	t.Helper()
	a, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var first string
	for range 2 { // the same each time
		var out bytes.Buffer
		w := export.NewWriter(&out)
		if err := a.Lines(w.Write); err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = out.String()
		} else if diff := cmp.Diff(first, out.String()); diff != "" {
			t.Errorf("a second reading differs:\n%s", diff)
		}
	}
	return first
}

// TestLines is what becomes of a workspace. The lines are right: they are read again.
func TestLines(t *testing.T) {
	got := linesOf(t, pack(t, workspace()))
	want, err := os.ReadFile(filepath.Join("testdata", "workspace.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Error(diff)
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(filepath.Join("testdata", "workspace.jsonl"), []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := export.Read(strings.NewReader(got), func(export.Line) error { return nil }); err != nil {
		t.Error(err)
	}
	if strings.Contains(got, "xoxe") {
		t.Error("the key to all files is in it")
	}
	within := make(map[string]string)
	for name, text := range workspace() {
		within["acme export/"+name] = text
		within["__MACOSX/acme export/._"+name] = "\x00\x05\x16\x07"
	}
	if diff := cmp.Diff(got, linesOf(t, pack(t, within))); diff != "" {
		t.Errorf("packed again, in a folder:\n%s", diff)
	}
}

// TestRefused: what is no export is said, with the file in it that is wrong.
func TestRefused(t *testing.T) {
	change := func(name, text string) string {
		files := workspace()
		files[name] = text
		return pack(t, files)
	}
	text := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(text, []byte("PK\x03\x04 but no more"), 0o600); err != nil {
		t.Fatal(err)
	}
	for say, path := range map[string]string{
		"it is no zip file":                          text,
		"there is no users.json in it":               pack(t, map[string]string{"README": "hello"}),
		"users.json: it is not JSON":                 change("users.json", "[{"),
		"users.json: it is not JSON (":               change("users.json", "[]]"),
		"users.json: it is too large":                change("users.json", "["+strings.Repeat("{},", maxList)+"{}]"),
		"groups.json: it is too large":               change("groups.json", `[{"id":"G1","name":"`+strings.Repeat("x", maxElement)+`"}]`),
		"channels.json: it is not a list":            change("channels.json", `{"a":1}`),
		"mpims.json: there is more behind":           change("mpims.json", `[] []`),
		`dms.json: room 1: "members" cannot be a nu`: change("dms.json", `[{"id":"D1","members":7}]`),
		"all-hands/2017-07-15.json: message 2: ts \"yesterday\" is not a time stamp": change("all-hands/2017-07-15.json",
			`[{"type":"message","user":"U1","text":"x","ts":"1500090000.1"},{"type":"message","user":"U1","text":"x","ts":"yesterday"}]`),
		`all-hands/2017-07-15.json: message 1: "text" cannot be a number`: change("all-hands/2017-07-15.json", `[{"type":"message","text":1}]`),
	} {
		a, err := Open(path)
		if err == nil {
			err = a.Lines(func(export.Line) error { return nil })
			_ = a.Close()
		}
		if err == nil || !strings.HasPrefix(err.Error(), say) {
			t.Errorf("said %q, want %q", err, say)
		}
	}
}

// TestEmoji: every name of the table is a reaction.
func TestEmoji(t *testing.T) {
	var lines []string
	for name := range names {
		lines = append(lines, `{"name":"`+name+`","users":["U1"]}`)
	}
	for len(lines) > 0 {
		n := min(len(lines), 30)
		files := workspace()
		files["D1/2017-07-14.json"] = `[{"type":"message","user":"U1","text":"x","ts":"1500000500.5","reactions":[` + strings.Join(lines[:n], ",") + `]}]`
		a, err := Open(pack(t, files))
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Lines(func(export.Line) error { return nil }); err != nil {
			t.Error(err)
		}
		_ = a.Close()
		lines = lines[n:]
	}
}

// FuzzArchive reads anything as the files of an export: it is refused, or its lines are
// right ones.
func FuzzArchive(f *testing.F) {
	w := workspace()
	f.Add(w["users.json"], w["channels.json"], w["dms.json"], w["all-hands/2017-07-14.json"], w["all-hands/2017-07-15.json"])
	f.Add(`[]`, `[{"id":"C","name":"c"}]`, `[]`, `[]`, `[]`)
	f.Add(`[{"id":"U1"},null]`, `[null,{"id":"C1","name":"all-hands","members":["",""]}]`, `[{"id":"D1","members":["U1","\u001b"]}]`,
		`[{"ts":"1.2","user":"\u0000","text":"<@U1>"},{"ts":"1.2","bot_id":"x","username":" "}]`, `[]`)
	f.Fuzz(func(t *testing.T, users, channels, dms, one, two string) {
		path := pack(t, map[string]string{
			"users.json": users, "channels.json": channels, "dms.json": dms,
			"all-hands/2017-07-14.json": one, "all-hands/2017-07-15.json": two, "D1/2017-07-14.json": one, "C/2017-07-14.json": two,
		})
		a, err := Open(path)
		if err != nil {
			return
		}
		defer a.Close()
		var out bytes.Buffer
		lines := export.NewWriter(&out)
		if err := a.Lines(lines.Write); err != nil {
			if strings.Contains(err.Error(), "tells of") {
				t.Error(err)
			}
			return
		}
		if err := export.Read(&out, func(export.Line) error { return nil }); err != nil {
			t.Error(err)
		}
	})
}
