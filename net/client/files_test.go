package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// shelf is a server with files, which cuts connections where it is told to.
type shelf struct {
	mu      sync.Mutex
	uploads map[string]*bytes.Buffer
	files   map[string]*chat.File
	content map[string][]byte // file's ID → content
	cut     func() int        // how many bytes of this request pass before it is cut, -1 for all
	refuse  func(w http.ResponseWriter, r *http.Request) bool
	plain   bool // knows no ranges
	lose    bool // answers of uploads that are whole are lost, once
	begun   int  // requests
}

func newShelf(t testing.TB) (*shelf, *Files) {
	s := &shelf{uploads: map[string]*bytes.Buffer{}, files: map[string]*chat.File{}, content: map[string][]byte{}}
	srv := httptest.NewServer(s)
	web := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: 50 * time.Millisecond}}
	t.Cleanup(func() { web.CloseIdleConnections(); srv.Close() })
	return s, &Files{
		Server: srv.URL, HTTP: web, Patience: 10 * time.Second, random: func() float64 { return 0.001 },
		Token: func(context.Context) (string, error) { return "token", nil },
	}
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun++
	if s.refuse != nil && s.refuse(w, r) {
		return
	}
	if r.Header.Get("Authorization") != "Bearer token" {
		s.fail(w, http.StatusUnauthorized, chat.CodeUnauthenticated)
		return
	}
	if id, ok := strings.CutPrefix(r.URL.Path, "/api/uploads/"); ok {
		s.upload(w, r, id)
		return
	}
	id := strings.TrimPrefix(r.URL.Path, "/api/files/")
	b, ok := s.content[id]
	if !ok {
		s.fail(w, http.StatusNotFound, chat.CodeNotFound)
		return
	}
	w.Header().Set("Content-Disposition", `attachment; filename="r_sum_.txt"; filename*=UTF-8''r%C3%A9sum%C3%A9.txt`)
	w.Header().Set("ETag", fmt.Sprintf(`"tag-%d"`, len(b)))
	if s.plain {
		r.Header.Del("Range")
	}
	if n := s.passes(); n >= 0 && r.Method == http.MethodGet {
		w = &cutter{ResponseWriter: w, left: n}
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
}

func (s *shelf) passes() int {
	if s.cut == nil {
		return -1
	}
	return s.cut()
}

// cutter ends the connection after some bytes of a body.
type cutter struct {
	http.ResponseWriter
	left int
}

func (c *cutter) Write(b []byte) (int, error) {
	if len(b) > c.left {
		c.ResponseWriter.Write(b[:c.left]) //nolint:errcheck // it is about to be cut
		c.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(b)
	return c.ResponseWriter.Write(b)
}

func (s *shelf) fail(w http.ResponseWriter, status int, code chat.Code) {
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"error": chat.Error{Code: code, Message: "no\x1b, " + string(code)}}) //nolint:errcheck // a test's
}

func (s *shelf) upload(w http.ResponseWriter, r *http.Request, id string) {
	have := s.uploads[id]
	if r.Method == http.MethodGet {
		if have == nil {
			s.fail(w, http.StatusNotFound, chat.CodeNotFound)
			return
		}
		json.NewEncoder(w).Encode(uploadState{int64(have.Len()), s.files[id]}) //nolint:errcheck // a test's
		return
	}
	size := r.ContentLength
	if ranged := r.Header.Get("Content-Range"); ranged != "" {
		var first, last int64
		if _, err := fmt.Sscanf(ranged, "bytes %d-%d/%d", &first, &last, &size); err != nil || have == nil || int(first) != have.Len() {
			w.Header().Set("Upload-Offset", "0")
			s.fail(w, http.StatusConflict, chat.CodeConflict)
			return
		}
	} else {
		have = new(bytes.Buffer)
		s.uploads[id] = have
	}
	body := io.Reader(r.Body)
	if n := s.passes(); n >= 0 {
		io.CopyN(have, body, int64(n)) //nolint:errcheck // it is about to be cut
		panic(http.ErrAbortHandler)
	}
	if _, err := io.Copy(have, body); err != nil {
		return
	}
	if int64(have.Len()) < size {
		w.WriteHeader(http.StatusAccepted)
		json.NewEncoder(w).Encode(uploadState{int64(have.Len()), nil}) //nolint:errcheck // a test's
		return
	}
	file := &chat.File{ID: "f-" + id, Name: r.URL.Query().Get("name"), Size: size}
	s.files[id], s.content[file.ID] = file, have.Bytes()
	if s.lose {
		s.lose = false
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(http.StatusCreated)
	json.NewEncoder(w).Encode(uploadState{size, file}) //nolint:errcheck // a test's
}

// TestFilesBothWays: wherever the connection is cut, what arrives is what was sent.
func TestFilesBothWays(t *testing.T) {
	s, files := newShelf(t)
	rapid.Check(t, func(rt *rapid.T) {
		content := bytes.Repeat([]byte(rapid.StringN(1, 4, 8).Draw(rt, "piece")), rapid.IntRange(0, 30_000).Draw(rt, "times"))
		cuts := rapid.SliceOfN(rapid.IntRange(0, len(content)+10), 0, 6).Draw(rt, "cuts")
		s.mu.Lock()
		s.cut = func() int {
			if len(cuts) == 0 {
				return -1
			}
			n := cuts[0]
			cuts = cuts[1:]
			return n
		}
		s.plain, s.lose = rapid.Bool().Draw(rt, "no ranges"), rapid.Bool().Draw(rt, "the answer is lost")
		s.mu.Unlock()
		id := fmt.Sprint("u", s.begun)
		sent := int64(0)
		file, err := files.Upload(t.Context(), Upload{
			ID: id, Room: "ops", Name: "a b.txt", Content: bytes.NewReader(content), Size: int64(len(content)), Sent: func(n int64) { sent = n },
		})
		if err != nil || file.Name != "a b.txt" || sent != int64(len(content)) {
			rt.Fatalf("uploaded %+v, %d of %d bytes, %v", file, sent, len(content), err)
		}
		s.mu.Lock()
		cuts = rapid.SliceOfN(rapid.IntRange(0, len(content)+10), 0, 6).Draw(rt, "cuts on the way back")
		s.mu.Unlock()
		h, err := files.Head(t.Context(), file.ID)
		if err != nil || h.Size != int64(len(content)) || h.Name != "résumé.txt" {
			rt.Fatalf("head %+v, %v", h, err)
		}
		var got bytes.Buffer
		from := rapid.Int64Range(0, h.Size).Draw(rt, "from")
		if err := files.Download(t.Context(), file.ID, h, from, &got); err != nil || !bytes.Equal(got.Bytes(), content[from:]) {
			rt.Fatalf("downloaded %d bytes from %d of %d, %v", got.Len(), from, len(content), err)
		}
	})
}

// TestFilesOfOtherSizes: of a file that is another one than was said nothing is written,
// and of one that is longer no more than was said.
func TestFilesOfOtherSizes(t *testing.T) {
	s, files := newShelf(t)
	s.content["f"] = []byte("content")
	h, err := files.Head(t.Context(), "f")
	if err != nil {
		t.Fatal(err)
	}
	s.refuse = func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("ETag", `"tag-7"`)
		w.Header().Set("Content-Range", "bytes 2-6/7")
		w.WriteHeader(http.StatusPartialContent)
		_, _ = io.WriteString(w, strings.Repeat("ntent", 10_000))
		return true
	}
	var got bytes.Buffer
	if err := files.Download(t.Context(), "f", h, 2, &got); err != nil || got.String() != "ntent" {
		t.Errorf("of a server that says more: %d bytes, %v", got.Len(), err)
	}
	got.Reset()
	s.refuse, s.content["f"] = nil, []byte("another")[:6]
	if err := files.Download(t.Context(), "f", h, 0, &got); err == nil || got.Len() > 0 || !strings.Contains(err.Error(), "another one") {
		t.Errorf("of another file: %d bytes, %v", got.Len(), err)
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	s, files := newShelf(t)
	up := Upload{ID: "x", Room: "ops", Name: "x", Content: strings.NewReader("content"), Size: 7}
	for status, code := range map[int]chat.Code{
		http.StatusForbidden: chat.CodeNotMember, http.StatusRequestEntityTooLarge: chat.CodeTooLarge,
		http.StatusInsufficientStorage: "full", http.StatusConflict: chat.CodeConflict,
	} {
		s.refuse = func(w http.ResponseWriter, _ *http.Request) bool { s.fail(w, status, code); return true }
		before := s.begun
		_, err := files.Upload(t.Context(), up)
		if e, ok := errors.AsType[*chat.Error](err); !ok || e.Code != code || strings.Contains(e.Message, "\x1b") {
			t.Errorf("%d: %v", status, err)
		}
		if s.begun != before+1 {
			t.Errorf("%d: asked %d times", status, s.begun-before)
		}
	}
	s.refuse = nil
	if _, err := files.Head(t.Context(), "nothing"); !errors.Is(err, &chat.Error{Code: chat.CodeNotFound}) {
		t.Errorf("head of nothing: %v", err)
	}
	files.Token = func(context.Context) (string, error) { return "other", nil }
	if _, err := files.Upload(t.Context(), up); !errors.Is(err, ErrRefused) {
		t.Errorf("with another token: %v", err)
	}
	files.Token = func(context.Context) (string, error) { return "", ErrNoToken }
	if _, err := files.Upload(t.Context(), up); !errors.Is(err, ErrRefused) {
		t.Errorf("without a token: %v", err)
	}
}

// TestFilesAreTriedAgain where that can help, for as long as there is patience.
func TestFilesAreTriedAgain(t *testing.T) {
	s, files := newShelf(t)
	up := Upload{ID: "x", Room: "ops", Name: "x", Content: strings.NewReader("content"), Size: 7}
	for _, status := range []int{http.StatusServiceUnavailable, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusRequestTimeout} {
		left := 3
		s.refuse = func(w http.ResponseWriter, _ *http.Request) bool {
			if left--; left < 0 {
				return false
			}
			if status == http.StatusBadGateway {
				w.WriteHeader(status)
			} else {
				w.Header().Set("Retry-After", strconv.Itoa(0))
				s.fail(w, status, chat.CodeUnavailable)
			}
			return true
		}
		told := 0
		files.Waiting = func(string) { told++ }
		up.ID = fmt.Sprint(status)
		if _, err := files.Upload(t.Context(), up); err != nil || told != 3 {
			t.Errorf("%d: %v, told %d times", status, err, told)
		}
	}
	files.Patience, files.Waiting = 50*time.Millisecond, nil
	s.refuse = func(w http.ResponseWriter, _ *http.Request) bool {
		s.fail(w, http.StatusServiceUnavailable, chat.CodeUnavailable)
		return true
	}
	if _, err := files.Upload(t.Context(), up); !errors.Is(err, &chat.Error{Code: chat.CodeUnavailable}) {
		t.Errorf("without an end: %v", err)
	}
	files.Server = "http://127.0.0.1:1"
	_, err := files.Head(t.Context(), "f")
	if e, ok := errors.AsType[*LineError](err); !ok || e.Reason != "nothing answers at the server's address" {
		t.Errorf("without a server: %v", err)
	}
}

// TestOwnFaults are not tried again.
func TestOwnFaults(t *testing.T) {
	s, files := newShelf(t)
	if _, err := files.Upload(t.Context(), Upload{ID: "x", Content: broken{}, Size: 7}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("upload: %v", err)
	}
	s.content["f"] = []byte("content")
	h, err := files.Head(t.Context(), "f")
	if err != nil {
		t.Fatal(err)
	}
	before := s.begun
	if err := files.Download(t.Context(), "f", h, 0, broken{}); !errors.Is(err, fs.ErrPermission) || s.begun != before+1 {
		t.Errorf("download: %v", err)
	}
	s.content["f"] = []byte("other content")
	if err := files.Download(t.Context(), "f", h, 0, io.Discard); err == nil || err.Error() != "the file is another one by now" {
		t.Errorf("another file: %v", err)
	}
}

type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, fs.ErrPermission }
func (broken) Write([]byte) (int, error)         { return 0, fs.ErrPermission }
