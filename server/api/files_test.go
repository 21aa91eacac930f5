package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/blob"
	"github.com/hobnob-chat/hobnob/server/files"
	"github.com/hobnob-chat/hobnob/server/store"
)

// doors lets everybody into the room general, and bob alone into his own.
type doors struct{}

func (d doors) MayPost(ctx context.Context, who chat.User, room string) (string, error) {
	if room == "" {
		room = chat.GeneralRoom
	}
	return room, d.MayRead(ctx, who, room)
}

func (doors) MayRead(_ context.Context, who chat.User, room string) error {
	switch {
	case room == "public":
		return &chat.Error{Code: chat.CodeNotMember, Message: "you are not in #public; join it first"}
	case room != chat.GeneralRoom && who.Name != room:
		return &chat.Error{Code: chat.CodeUnknownRoom, Message: "there is no such room, or it is not yours to see"}
	}
	return nil
}

// filesFixture is the files' part of the API over a library of its own.
type filesFixture struct {
	*fixture
	http.Handler
	library *files.Library
	db      *store.Store
	dir     string
}

func setUpFiles(t *testing.T, change ...func(*FilesConfig, *files.Config, *blob.Options)) *filesFixture {
	t.Helper()
	f := &filesFixture{fixture: setUp(t), dir: t.TempDir()}
	var err error
	if f.db, err = store.Open(t.Context(), filepath.Join(f.dir, "team.db")); err != nil {
		t.Fatal(err)
	}
	cfg := FilesConfig{
		Enter:    func(context.Context, chat.User) error { return nil },
		Throttle: func(context.Context, string, int) error { return nil },
	}
	library, o := files.Config{Records: f.db, Rooms: doors{}, MaxFile: 4 << 20, Logger: slog.New(slog.DiscardHandler)}, blob.Options{Limit: 16 << 20}
	for _, c := range change {
		c(&cfg, &library, &o)
	}
	if library.Blobs, err = blob.Open(filepath.Join(f.dir, "files"), o); err != nil {
		t.Fatal(err)
	}
	if f.library, err = files.Open(t.Context(), library); err != nil {
		t.Fatal(err)
	}
	cfg.Library = f.library
	f.Handler = f.Files(cfg)
	t.Cleanup(f.shut)
	return f
}

// shut ends what setUpFiles began. A second time it does nothing.
func (f *filesFixture) shut() {
	if err := errors.Join(f.library.Close(context.Background()), f.db.Close()); err != nil {
		panic(err)
	}
}

// as makes a token for somebody.
func (f *filesFixture) as(t *testing.T, name string, life time.Duration) string {
	t.Helper()
	token, _, err := f.issuer.Issue(chat.User{ID: "u-" + name, Name: name, Role: chat.RoleMember}, life)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// call is a request with headers, as pairs, and its answer.
func (f *filesFixture) call(t *testing.T, who, method, path string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Authorization", "Bearer "+f.as(t, who, time.Hour))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.Handler.ServeHTTP(w, r)
	return w
}

// put uploads a file, and answers the upload.
func (f *filesFixture) put(t *testing.T, who, path, content string) chat.Upload {
	t.Helper()
	w := f.call(t, who, "PUT", "/api/uploads/"+path, strings.NewReader(content))
	var u chat.Upload
	if err := json.Unmarshal(w.Body.Bytes(), &u); err != nil || w.Code != http.StatusCreated || u.File == nil {
		t.Fatalf("PUT %s: %d %s", path, w.Code, w.Body)
	}
	return u
}

func codeOf(t *testing.T, w *httptest.ResponseRecorder) chat.Code {
	t.Helper()
	var e failed
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || e.Error.Message == "" {
		t.Errorf("%d %q: %v", w.Code, w.Body, err)
	}
	return e.Error.Code
}

// count is how many blobs and parts there are.
func (f *filesFixture) count(t *testing.T) (n int) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(f.dir, "files"), func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestUploadAndDownload(t *testing.T) {
	f := setUpFiles(t)
	const content = "hello, this is a text of some length"
	u := f.put(t, "ada", "1?room=general&name=../../etc/passwd", content)
	sum := sha256.Sum256([]byte(content))
	etag := hex.EncodeToString(sum[:])
	if u.File.Name != "passwd" || u.File.Type != "text/plain" || u.SHA256 != etag || u.Room != "general" {
		t.Errorf("uploaded: %+v, file %+v", u, u.File)
	}
	path := "/api/files/" + u.File.ID
	for _, path := range []string{path, path + "/passwd"} {
		w := f.call(t, "ada", "GET", path, nil)
		if w.Code != http.StatusOK || w.Body.String() != content {
			t.Errorf("GET %s: %d %q", path, w.Code, w.Body)
		}
		for name, want := range map[string]string{
			"Content-Type": "text/plain; charset=utf-8", "Content-Disposition": `attachment; filename="passwd"`,
			"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
			"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "private, no-cache", "Vary": "Authorization",
			"Etag": `"` + etag + `"`, "Accept-Ranges": "bytes", "Content-Length": "36",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
	}
	modified := f.call(t, "ada", "GET", path, nil).Header().Get("Last-Modified")
	for name, tc := range map[string]struct {
		headers []string
		status  int
		body    string
	}{
		"a range":                {[]string{"Range", "bytes=7-10"}, 206, "this"},
		"the end":                {[]string{"Range", "bytes=-6"}, 206, "length"},
		"the same as before":     {[]string{"Range", "bytes=7-10", "If-Range", `"` + etag + `"`}, 206, "this"},
		"since it was modified":  {[]string{"Range", "bytes=7-10", "If-Range", modified}, 206, "this"},
		"another one than then":  {[]string{"Range", "bytes=7-10", "If-Range", `"x"`}, 200, content},
		"not if it is the same":  {[]string{"If-None-Match", `"` + etag + `"`}, 304, ""},
		"not if it is unchanged": {[]string{"If-Modified-Since", modified}, 304, ""},
		"only if it is the same": {[]string{"If-Match", `"x"`}, 412, ""},
		"no such range":          {[]string{"Range", "bytes=99-"}, 416, "invalid range: failed to overlap\n"},
	} {
		w := f.call(t, "ada", "GET", path, nil, tc.headers...)
		if w.Code != tc.status || w.Body.String() != tc.body {
			t.Errorf("%s: %d %q, want %d %q", name, w.Code, w.Body, tc.status, tc.body)
		}
	}
	if w := f.call(t, "ada", "HEAD", path, nil); w.Code != http.StatusOK || w.Header().Get("Content-Length") != "36" {
		t.Errorf("HEAD: %d %v", w.Code, w.Header())
	}
	if w := f.call(t, "ada", "GET", path+"/other.txt", nil); w.Code != http.StatusNotFound {
		t.Errorf("by another name: %d", w.Code)
	}
}

// TestNothingRuns: whatever is uploaded, and whatever it is called, no browser runs
// or renders it.
func TestNothingRuns(t *testing.T) {
	f := setUpFiles(t)
	const png = "\x89PNG\r\n\x1a\n and pixels"
	for name, tc := range map[string]struct{ content, kind, disposition string }{
		"a.html":       {"<!DOCTYPE html><script>alert(1)</script>", "text/plain", "attachment"},
		"b.svg":        {`<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`, "text/plain", "attachment"},
		"c.xml":        {`<?xml version="1.0"?><x/>`, "text/plain", "attachment"},
		"d.js":         {"alert(1)", "text/plain", "attachment"},
		"e.png":        {"<html><script>alert(1)</script>", "text/plain", "attachment"},
		"f.png":        {png, "image/png", "inline"},
		"g.html":       {png + "<script>alert(1)</script>", "image/png", "inline"},
		"h.pdf":        {"%PDF-1.7", "application/pdf", "attachment"},
		"i.ps":         {"%!PS-Adobe-", "application/octet-stream", "attachment"},
		"j.docx":       {"PK\x03\x04 …", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment"},
		"k.csv":        {"a,b\n1,2\n", "text/csv", "attachment"},
		"l.gif":        {"\x00\x01\x02", "application/octet-stream", "attachment"},
		"m.tar.gz":     {"\x1f\x8b\x08", "application/gzip", "attachment"},
		"no extension": {"\xff\xd8\xff", "image/jpeg", "inline"},
	} {
		u := f.put(t, "ada", strings.ReplaceAll(name, " ", "-")+"?name="+strings.ReplaceAll(name, " ", "%20"), tc.content)
		w := f.call(t, "ada", "GET", "/api/files/"+u.File.ID, nil)
		kind, _, _ := mime.ParseMediaType(w.Header().Get("Content-Type"))
		how, parameters, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
		if u.File.Type != tc.kind || kind != tc.kind || how != tc.disposition || parameters["filename"] != name || err != nil {
			t.Errorf("%s: %s, served as %s, %s %v, %v", name, u.File.Type, kind, how, parameters, err)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: %v", name, w.Header())
		}
	}
}

func TestResumeOverHTTP(t *testing.T) {
	f := setUpFiles(t)
	content := strings.Repeat("0123456789", 20_000)
	half := len(content) / 2
	cut := f.call(t, "ada", "PUT", "/api/uploads/1?name=x.txt", io.MultiReader(strings.NewReader(content[:half]), gone{}), "Content-Length", "200000")
	if cut.Code != http.StatusBadRequest || cut.Header().Get("Upload-Offset") != "100000" {
		t.Errorf("cut off: %d %s %v", cut.Code, cut.Body, cut.Header())
	}
	w := f.call(t, "ada", "HEAD", "/api/uploads/1", nil)
	if w.Code != http.StatusOK || w.Header().Get("Upload-Offset") != "100000" {
		t.Errorf("HEAD: %d %v", w.Code, w.Header())
	}
	for _, bad := range []string{"bytes 0-99999/200000", "bytes 100001-199999/200000", "bytes 100000-199999/200001"} {
		from, _, _ := strings.Cut(strings.TrimPrefix(bad, "bytes "), "-")
		n := map[string]int{"0": 100000, "100001": 99999, "100000": 100000}[from]
		w := f.call(t, "ada", "PUT", "/api/uploads/1", strings.NewReader(content[:n]), "Content-Range", bad)
		if w.Code != http.StatusConflict && bad != "bytes 100000-199999/200001" || bad == "bytes 0-99999/200000" && w.Header().Get("Upload-Offset") != "100000" {
			t.Errorf("%s: %d %v %s", bad, w.Code, w.Header(), w.Body)
		}
	}
	u := f.put(t, "ada", "2", "for another")
	part := f.call(t, "ada", "PUT", "/api/uploads/3?name=x", strings.NewReader(content[:half]), "Content-Range", "bytes 0-99999/200000")
	if part.Code != http.StatusAccepted || part.Header().Get("Upload-Offset") != "100000" {
		t.Errorf("a part: %d %s", part.Code, part.Body)
	}
	last := f.call(t, "ada", "PUT", "/api/uploads/3?name=x", strings.NewReader(content[half:]), "Content-Range", "bytes 100000-199999/200000")
	var done chat.Upload
	if err := json.Unmarshal(last.Body.Bytes(), &done); err != nil || last.Code != http.StatusCreated {
		t.Fatalf("the rest: %d %s", last.Code, last.Body)
	}
	if got := f.call(t, "ada", "GET", "/api/files/"+done.File.ID, nil).Body.String(); got != content {
		t.Errorf("it has %d bytes", len(got))
	}
	repeated := f.call(t, "ada", "PUT", "/api/uploads/3?name=x", strings.NewReader(content[half:]), "Content-Range", "bytes 100000-199999/200000")
	if repeated.Code != http.StatusOK || repeated.Body.String() != last.Body.String() {
		t.Errorf("repeated: %d %s", repeated.Code, repeated.Body)
	}
	if w := f.call(t, "ada", "DELETE", "/api/uploads/2", nil); w.Code != http.StatusNoContent {
		t.Errorf("DELETE: %d %s", w.Code, w.Body)
	}
	if w := f.call(t, "ada", "GET", "/api/files/"+u.File.ID, nil); w.Code != http.StatusNotFound {
		t.Errorf("a file that was dropped: %d", w.Code)
	}
}

// gone is a body whose sender has gone.
type gone struct{}

func (gone) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestFilesRefuse(t *testing.T) {
	f := setUpFiles(t, func(_ *FilesConfig, c *files.Config, o *blob.Options) { c.MaxFile, o.Limit = 100, 150 })
	bobs := f.put(t, "bob", "his?room=bob&name=x", "bob's")
	for name, tc := range map[string]struct {
		method, path string
		body         io.Reader
		headers      []string
		status       int
		code         chat.Code
	}{
		"a foreign room":     {"PUT", "/api/uploads/1?room=bob", strings.NewReader("x"), nil, 404, chat.CodeUnknownRoom},
		"no member":          {"PUT", "/api/uploads/1?room=public", strings.NewReader("x"), nil, 403, chat.CodeNotMember},
		"too large":          {"PUT", "/api/uploads/1", strings.NewReader(strings.Repeat("x", 101)), nil, 413, chat.CodeTooLarge},
		"endless":            {"PUT", "/api/uploads/1", io.LimitReader(endless{}, 1<<20), nil, 413, chat.CodeTooLarge},
		"a form":             {"PUT", "/api/uploads/1", strings.NewReader("--x"), []string{"Content-Type", "multipart/form-data; boundary=x"}, 400, chat.CodeBadRequest},
		"a coding":           {"PUT", "/api/uploads/1", strings.NewReader("x"), []string{"Content-Encoding", "gzip"}, 400, chat.CodeBadRequest},
		"two names":          {"PUT", "/api/uploads/1?name=a&name=b", strings.NewReader("x"), nil, 400, chat.CodeBadRequest},
		"a broken query":     {"PUT", "/api/uploads/1?name=%zz", strings.NewReader("x"), nil, 400, chat.CodeBadRequest},
		"a bad range":        {"PUT", "/api/uploads/1", strings.NewReader("x"), []string{"Content-Range", "bytes 0-0/*"}, 400, chat.CodeBadRequest},
		"a range of another": {"PUT", "/api/uploads/range", strings.NewReader("x"), []string{"Content-Range", "bytes 0-1/2"}, 400, chat.CodeBadRequest},
		"a bad ID":           {"PUT", "/api/uploads/a%20b", strings.NewReader("x"), nil, 400, chat.CodeBadRequest},
		"no upload":          {"GET", "/api/uploads/none", nil, nil, 404, chat.CodeNotFound},
		"another's upload":   {"GET", "/api/uploads/his", nil, nil, 404, chat.CodeNotFound},
		"drop another's":     {"DELETE", "/api/uploads/his", nil, nil, 404, chat.CodeNotFound},
		"no file":            {"GET", "/api/files/none", nil, nil, 404, chat.CodeNotFound},
		"another's file":     {"GET", "/api/files/" + bobs.File.ID, nil, nil, 404, chat.CodeNotFound},
	} {
		w := f.call(t, "ada", tc.method, tc.path, tc.body, tc.headers...)
		if code := codeOf(t, w); w.Code != tc.status || code != tc.code {
			t.Errorf("%s: %d %s %s, want %d %s", name, w.Code, code, w.Body, tc.status, tc.code)
		}
	}
	for _, id := range []string{"1", "range"} {
		if w := f.call(t, "ada", "GET", "/api/uploads/"+id, nil); w.Code != http.StatusNotFound {
			t.Errorf("of what was refused there is %s", w.Body)
		}
	}
	f.put(t, "ada", "1", strings.Repeat("x", 100))
	if w := f.call(t, "ada", "PUT", "/api/uploads/2", strings.NewReader(strings.Repeat("y", 100))); w.Code != 507 || codeOf(t, w) != chat.CodeFull {
		t.Errorf("over the limit of all: %d %s", w.Code, w.Body)
	}
	if n := f.count(t); n != 2 {
		t.Errorf("%d files are on disk", n)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return copy(b, bytes.Repeat([]byte("x"), len(b))), nil }

// TestWhoIsLetIn: a token in the header, of somebody who may be in the team.
func TestWhoIsLetIn(t *testing.T) {
	f := setUpFiles(t)
	u := f.put(t, "ada", "1", "content")
	path := "/api/files/" + u.File.ID
	for name, tc := range map[string]struct {
		path, header string
		code         chat.Code
	}{
		"no token":            {path, "", chat.CodeUnauthenticated},
		"a token in a query":  {path + "?token=" + f.as(t, "ada", time.Hour), "", chat.CodeUnauthenticated},
		"a bad one":           {path, "Bearer x", chat.CodeUnauthenticated},
		"whose sign-in ended": {path, "Bearer " + f.as(t, "lost", time.Hour), chat.CodeUnauthenticated},
		"who is banned":       {path, "Bearer " + f.as(t, "mallory", time.Hour), chat.CodeBanned},
	} {
		r := httptest.NewRequest(http.MethodGet, tc.path, nil)
		r.Header.Set("Authorization", tc.header)
		w := httptest.NewRecorder()
		f.Handler.ServeHTTP(w, r)
		if codeOf(t, w) != tc.code {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// counted tells of each question, which is asked by who has a place.
type counted struct {
	doors
	asked chan struct{}
}

func (c counted) MayPost(ctx context.Context, who chat.User, room string) (string, error) {
	c.asked <- struct{}{}
	return c.doors.MayPost(ctx, who, room)
}

func TestTooManyAtOnceIsToldWhenToComeBack(t *testing.T) {
	asked := make(chan struct{}, 10)
	f := setUpFiles(t, func(_ *FilesConfig, c *files.Config, _ *blob.Options) { c.Rooms = counted{asked: asked} })
	server := httptest.NewServer(f.Handler)
	defer server.Close()
	send := func(id string, body io.Reader) (int, http.Header) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, server.URL+"/api/uploads/"+id, body)
		if err != nil {
			t.Error(err)
			return 0, nil
		}
		request.Header.Set("Authorization", "Bearer "+f.as(t, "ada", time.Hour))
		response, err := server.Client().Do(request)
		if err != nil {
			return 0, nil
		}
		_ = response.Body.Close()
		return response.StatusCode, response.Header
	}
	var work sync.WaitGroup
	bodies := make([]io.Closer, 0, 4)
	defer func() {
		for _, b := range bodies {
			_ = b.Close()
		}
		work.Wait()
	}()
	for _, id := range []string{"a", "b", "c", "d"} {
		body, write := io.Pipe()
		bodies = append(bodies, write)
		work.Go(func() { send(id, body) })
		<-asked
	}
	if status, header := send("e", strings.NewReader("x")); status != http.StatusTooManyRequests || header.Get("Retry-After") == "" {
		t.Errorf("one too many: %d %v", status, header)
	}
}
