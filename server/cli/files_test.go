package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// fetch is the status and the bytes of an answer.
func (c caller) fetch(path string, headers ...string) (int, string) {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.url+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(response.Body); err != nil {
		c.t.Fatal(err)
	}
	return response.StatusCode, b.String()
}

// upload uploads a file, and answers its ID and its hash. The content goes as JSON,
// in quotes and with a line's end.
func (c caller) upload(path, content string) (id, hash string) {
	c.t.Helper()
	out := c.wants(http.StatusCreated, "", "PUT", "/api/uploads/"+path, content)
	file, _ := out["file"].(object)
	id, _ = file["id"].(string)
	hash, _ = out["sha256"].(string)
	if id == "" || hash == "" {
		c.t.Fatalf("uploaded: %v", out)
	}
	return id, hash
}

// kept lists the contents that a data folder has.
func kept(t *testing.T, data string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(data, filesFolder), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestFilesOfATeam: two people and a private room, from the upload to the message
// to its deletion, over a server as serve starts it.
func TestFilesOfATeam(t *testing.T) {
	c := defaults(t)
	h := run(t, c)
	ada := h.as(t, chat.User{ID: "ada", Name: "ada", Role: chat.RoleMember})
	bob := h.as(t, chat.User{ID: "bob", Name: "bob", Role: chat.RoleMember})
	bob.wants(http.StatusCreated, "", "POST", "/api/rooms/general/messages", object{"body": "hi"})
	ada.wants(http.StatusCreated, "", "POST", "/api/rooms", object{"name": "plans", "kind": "private"})
	bob.wants(http.StatusNotFound, "unknown_room", "PUT", "/api/uploads/1?room=plans&name=x", "x")
	id, hash := ada.upload("1?room=plans&name=../plan.txt", "the plan")
	path := "/api/files/" + id
	say := func(who caller, status int, code, room string) object {
		t.Helper()
		return who.wants(status, code, "POST", "/api/rooms/"+room+"/messages", object{"body": "look", "files": []string{id}})
	}
	say(bob, http.StatusNotFound, "not_found", "general")
	say(ada, http.StatusNotFound, "not_found", "general") // it is in another room
	say(ada, http.StatusCreated, "", "plans")
	if status, _ := bob.fetch(path); status != http.StatusNotFound {
		t.Errorf("who is not in the room gets %d", status)
	}
	ada.wants(http.StatusOK, "", "POST", "/api/ask/room:invite", object{"room": "plans", "user": "bob"})
	if status, got := bob.fetch(path+"/plan.txt", "Range", "bytes=5-8"); status != http.StatusPartialContent || got != "plan" {
		t.Errorf("who was let in gets %d %q", status, got)
	}
	page := bob.wants(http.StatusOK, "", "GET", "/api/rooms/plans/messages", nil)
	message, _ := page["messages"].([]any)[0].(object)
	file, _ := message["files"].([]any)[0].(object)
	if file["name"] != "plan.txt" || file["type"] != "text/plain" || file["size"] != float64(11) || file["id"] != id {
		t.Errorf("the message has %v", message)
	}

	// The same content said once more outlives the first.
	other, same := bob.upload("2?room=plans&name=copy.txt", "the plan")
	if same != hash || len(kept(t, c.data)) != 1 {
		t.Errorf("equal contents are kept as %v", kept(t, c.data))
	}
	bob.wants(http.StatusCreated, "", "POST", "/api/rooms/plans/messages", object{"body": "", "files": []string{other}})
	ada.wants(http.StatusOK, "", "POST", "/api/ask/message:delete", object{"room": "plans", "seq": 1})
	if status, _ := ada.fetch(path); status != http.StatusNotFound {
		t.Errorf("after its message was deleted: %d", status)
	}
	if status, got := ada.fetch("/api/files/" + other); status != http.StatusOK || got != "\"the plan\"\n" {
		t.Errorf("the other one: %d %q", status, got)
	}
	bob.wants(http.StatusOK, "", "POST", "/api/ask/message:delete", object{"room": "plans", "seq": 2})
	for deadline := time.Now().Add(time.Minute); len(kept(t, c.data)) > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after the last message was deleted there is %v", kept(t, c.data))
		}
	}
}

// TestFilesOutliveARestart: who was cut off by it goes on after it.
func TestFilesOutliveARestart(t *testing.T) {
	c := defaults(t)
	h, err := start(t.Context(), c, "test", t.Output())
	if err != nil {
		t.Fatal(err)
	}
	u := chat.User{ID: "ada", Name: "ada", Role: chat.RoleMember}
	id, _ := h.as(t, u).upload("1?name=x", "content")
	h.as(t, u).wants(http.StatusCreated, "", "POST", "/api/rooms/general/messages", object{"body": "", "files": []string{id}})
	if err := h.close(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	h = run(t, c)
	if status, got := h.as(t, u).fetch("/api/files/" + id); status != http.StatusOK || got != "\"content\"\n" {
		t.Errorf("after a restart: %d %q", status, got)
	}
}

// TestCurlExamples runs what docs/protocol.md shows of files: an upload that is cut
// off, the rest of it, and the download.
func TestCurlExamples(t *testing.T) {
	for _, tool := range []string{"bash", "curl", "sed", "tr"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("there is no " + tool)
		}
	}
	doc, err := os.ReadFile("../../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(doc), "\n## Files\n")
	_, section, _ = strings.Cut(section, "```sh\n")
	script, _, _ := strings.Cut(section, "```")
	steps := strings.Split(script, "\n\n")
	if len(steps) != 3 {
		t.Fatalf("the examples are %q", steps)
	}
	h := run(t, defaults(t))
	ada := h.as(t, chat.User{ID: "ada", Name: "ada", Role: chat.RoleMember})
	dir := t.TempDir()
	content := make([]byte, 600_000)
	_, _ = rand.Read(content)
	if err := os.WriteFile(filepath.Join(dir, "photo.jpg"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	// The first step is cut off by curl itself, which its configuration tells to.
	if err := os.WriteFile(filepath.Join(dir, ".curlrc"), []byte("max-time = 1\nlimit-rate = 200k\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	script = "set -u\n" + steps[0] + "\necho \" cut off: $?\"\nmv .curlrc curlrc\n" + steps[1] +
		"\nFILE=$(curl -s -H \"Authorization: Bearer $TOKEN\" \"$upload\" | sed 's/.*\"file\":{\"id\":\"\\([^\"]*\\).*/\\1/')\n" +
		"mv photo.jpg sent.jpg\nhead -c 1000 sent.jpg > photo.jpg\n" + steps[2]
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CURL_HOME="+dir, "SERVER="+h.url, "TOKEN="+ada.token, "no_proxy=*")
	out, err := cmd.CombinedOutput()
	got, missing := os.ReadFile(filepath.Join(dir, "photo.jpg"))
	if err = errors.Join(err, missing); err != nil || !bytes.Equal(got, content) || !strings.Contains(string(out), "cut off: 28") {
		t.Errorf("%d bytes came back: %v\n%s", len(got), err, out)
	}
}

func TestSizes(t *testing.T) {
	for in, want := range map[string]byteSize{
		"0": 0, "1000": 1000, "100MB": 100e6, "100 mb": 100e6, "1.5GB": 15e8, "2GiB": 2 << 30, "10k": 10e3, "7B": 7, "1TB": 1e12,
		"9223372036854775807": 1<<63 - 1,
	} {
		var s byteSize
		if err := s.Set(in); err != nil || s != want {
			t.Errorf("%q is %d, %v, want %d", in, s, err, want)
		}
		var again byteSize
		if err := again.Set(s.String()); err != nil || again != s {
			t.Errorf("%q is said as %q, which is %d, %v", in, s.String(), again, err)
		}
	}
	for _, in := range []string{"", "-1", "x", "MB", "1e9", "1_000", "nan", "inf", "0x10", "+1", "100PB", "9223372036854775808", "9300000TB", "1 MB 2"} {
		var s byteSize
		if err := s.Set(in); err == nil {
			t.Errorf("%q is %d", in, s)
		}
	}
}
