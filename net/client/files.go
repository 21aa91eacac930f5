package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// stallWait is how long a server may take no byte of an upload, and bring none of
	// a download: as long as it gives us.
	stallWait = 30 * time.Second

	// settleWait is how long it may take to answer once all of a file has come: it
	// looks at all of it, and waits for its disk.
	settleWait = 2 * time.Minute

	// filesPatience is how long nothing may go forward, over all attempts.
	filesPatience = 30 * time.Second

	// maxReply bounds what is read of an answer that is no file, in bytes.
	maxReply = 64 << 10
)

// Files moves files between this machine and a team, over HTTP beside the socket
// (docs/protocol.md, "Files"). What is cut off is gone on with where it stopped. Its
// methods are safe from any goroutine, and block until the file is where it should
// be, or ctx ends, or nothing has gone forward for Patience. Their errors are a
// *chat.Error where the server refuses, a *LineError where it is not reached or does
// not know us, and otherwise what this machine's own reader or writer said.
type Files struct {
	Server   string                                    // http(s)://host[:port][/path]
	Token    func(ctx context.Context) (string, error) // asked for each request
	Name     string                                    // name and version of the program, for its user to know it by
	HTTP     *http.Client                              // follows no redirect, and has no timeout of its own
	Patience time.Duration                             // 30 s when 0
	Waiting  func(reason string)                       // told why an attempt failed, before the next; may be nil

	random func() float64 // for tests
}

// Upload is a file that is to be sent.
type Upload struct {
	ID      string // made by the caller, and the same when it is sent again: a UUIDv7
	Room    string // ID or name
	Name    string
	Content io.ReaderAt
	Size    int64
	Sent    func(n int64) // how many bytes of it are on their way; may be nil
}

// FileHead is what is known of a file before its content.
type FileHead struct {
	Name string // as the server has it; to be cleaned before anything is called that
	Type string
	Size int64
	Tag  string // changes with the content: the SHA-256 of it in hexadecimal, from servers of ours
}

// uploadState is the answer to requests at /api/uploads.
type uploadState struct {
	Offset int64      `json:"offset"`
	File   *chat.File `json:"file"`
}

// Upload sends a file and answers what it is on the server.
func (f *Files) Upload(ctx context.Context, u Upload) (chat.File, error) {
	tries := f.tries()
	at, best := int64(0), int64(0)
	for {
		state, err := f.put(ctx, u, at)
		if err == nil && state.File == nil && state.Offset <= at {
			err = &passing{err: errStalled}
		}
		for err != nil {
			if err = tries.failed(ctx, err); err != nil {
				return chat.File{}, err
			}
			state, err = f.howFar(ctx, u.ID) // what is there is not sent again
		}
		if state.File != nil {
			return *state.File, nil
		}
		if state.Offset < 0 || state.Offset > u.Size {
			return chat.File{}, &LineError{Reason: notHobnob}
		}
		if state.Offset > best {
			best = state.Offset
			tries.wentOn()
		}
		if at = state.Offset; at == u.Size {
			at = 0 // all of it came, and it is not whole: it is brought once more
		}
	}
}

// put sends what is from at on.
func (f *Files) put(ctx context.Context, u Upload, at int64) (uploadState, error) {
	ctx, watch := newWatch(ctx)
	defer watch.stop()
	body := &watched{r: io.NewSectionReader(u.Content, at, u.Size-at), watch: watch, end: settleWait, at: at, moved: u.Sent}
	query := url.Values{"room": {u.Room}, "name": {u.Name}}
	request, err := f.request(ctx, http.MethodPut, "/api/uploads/"+url.PathEscape(u.ID)+"?"+query.Encode(), body)
	if err != nil {
		return uploadState{}, err
	}
	if request.ContentLength = u.Size - at; request.ContentLength == 0 {
		request.Body = http.NoBody
	}
	if at > 0 {
		request.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", at, u.Size-1, u.Size))
	}
	request.Header.Set("Content-Type", "application/octet-stream")
	request.Header.Set("Expect", "100-continue") // who is refused sends nothing
	var state uploadState
	err = f.ask(request, watch, &state)
	if failed := body.finish(); failed != nil {
		return state, ownError{failed}
	}
	return state, err
}

// howFar asks how much of an upload is there.
func (f *Files) howFar(ctx context.Context, id string) (uploadState, error) {
	ctx, watch := newWatch(ctx)
	defer watch.stop()
	request, err := f.request(ctx, http.MethodGet, "/api/uploads/"+url.PathEscape(id), nil)
	if err != nil {
		return uploadState{}, err
	}
	var state uploadState
	err = f.ask(request, watch, &state)
	if errors.Is(err, &chat.Error{Code: chat.CodeNotFound}) {
		return uploadState{}, nil // nothing has come
	}
	return state, err
}

// Head answers what is known of a file.
func (f *Files) Head(ctx context.Context, id string) (FileHead, error) {
	tries := f.tries()
	for {
		h, _, err := f.get(ctx, id, http.MethodHead, 0, nil)
		if err == nil {
			return h, nil
		}
		if err = tries.failed(ctx, err); err != nil {
			return FileHead{}, err
		}
	}
}

// Download writes a file's content to w, from the byte from on, and never more than
// h, its Head, says it has.
func (f *Files) Download(ctx context.Context, id string, h FileHead, from int64, w io.Writer) error {
	tries := f.tries()
	for from < h.Size {
		_, n, err := f.get(ctx, id, http.MethodGet, from, &part{h, w})
		if n > 0 {
			from += n
			tries.wentOn()
		}
		if err == nil && from < h.Size {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			if err = tries.failed(ctx, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// part is what is wanted of a file, and where it goes.
type part struct {
	of FileHead
	w  io.Writer
}

// get reads a file's head, and where p is not nil writes what is from there on. n is
// how much of it was written, also with an error.
func (f *Files) get(ctx context.Context, id, method string, from int64, p *part) (h FileHead, n int64, err error) {
	ctx, watch := newWatch(ctx)
	defer watch.stop()
	request, err := f.request(ctx, method, "/api/files/"+url.PathEscape(id), nil)
	if err != nil {
		return h, 0, err
	}
	request.Header.Set("Accept-Encoding", "identity") // bytes are counted
	if from > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
	}
	response, err := f.HTTP.Do(request)
	if err != nil {
		return h, 0, watch.why(err)
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusOK, response.StatusCode == http.StatusPartialContent:
	case method == http.MethodHead:
		return f.get(ctx, id, http.MethodGet, 0, nil) // which says why
	default:
		return h, 0, refusedReply(response, watch)
	}
	h, begins, ok := fileHead(response)
	if !ok || begins > from {
		return h, 0, &LineError{Reason: notHobnob}
	}
	if p == nil {
		return h, 0, nil
	}
	if h.Tag != p.of.Tag || h.Size != p.of.Size {
		return h, 0, &LineError{Reason: "the file is another one by now"}
	}
	body := &watched{r: response.Body, watch: watch, end: stallWait}
	if _, err := io.CopyN(io.Discard, body, from-begins); err != nil { // somebody in between knows no ranges
		return h, 0, watch.why(err)
	}
	n, err = io.Copy(&ownWriter{p.w}, io.LimitReader(body, h.Size-from))
	return h, n, watch.why(err)
}

// fileHead reads the head of an answer that has a file, and where in it that begins.
func fileHead(r *http.Response) (h FileHead, begins int64, ok bool) {
	h = FileHead{
		Name: fileName(r.Header.Get("Content-Disposition")), Type: r.Header.Get("Content-Type"),
		Size: r.ContentLength, Tag: strings.Trim(r.Header.Get("ETag"), `"`),
	}
	if r.StatusCode == http.StatusPartialContent {
		var last int64
		_, err := fmt.Sscanf(r.Header.Get("Content-Range"), "bytes %d-%d/%d", &begins, &last, &h.Size)
		if err != nil || begins < 0 || last < begins || last >= h.Size {
			return h, 0, false
		}
	}
	return h, begins, h.Size >= 0
}

// request makes one with the token.
func (f *Files) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	token, err := f.Token(ctx)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, ErrNoToken), err == nil && token == "":
		return nil, &LineError{Reason: "you are not signed in", Refused: true, Err: err}
	case err != nil:
		return nil, &LineError{Reason: "your sign-in could not be read: " + plain(err.Error()), Refused: true, Err: err}
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(f.Server, "/")+path, body)
	if err != nil {
		return nil, fmt.Errorf("server address: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if f.Name != "" {
		request.Header.Set("User-Agent", f.Name)
	}
	return request, nil
}

// ask makes a request whose answer is JSON.
func (f *Files) ask(request *http.Request, watch *watch, into *uploadState) error {
	response, err := f.HTTP.Do(request)
	if err != nil {
		return watch.why(err)
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK, http.StatusCreated, http.StatusAccepted:
	default:
		return refusedReply(response, watch)
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxReply))
	if err != nil {
		return watch.why(err)
	}
	if json.Unmarshal(raw, into) != nil {
		return &LineError{Reason: notHobnob}
	}
	return nil
}

// passing is a refusal that trying again may change.
type passing struct {
	err   error
	after time.Duration // no sooner, when the server said so
}

func (p *passing) Error() string { return p.err.Error() }
func (p *passing) Unwrap() error { return p.err }

// refusedReply reads an answer that is none of those asked for.
func refusedReply(r *http.Response, watch *watch) error {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxReply))
	if err != nil {
		return watch.why(err)
	}
	var reply struct {
		Error *chat.Error `json:"error"`
	}
	_ = json.Unmarshal(bytes.TrimSpace(raw), &reply) // or else it is nobody's we know
	if e := reply.Error; e != nil {
		e.Message = plain(e.Message)
		switch {
		case r.StatusCode == http.StatusUnauthorized:
			return &LineError{Reason: e.Message, Refused: true, Err: e}
		case r.StatusCode == http.StatusRequestTimeout, r.StatusCode == http.StatusServiceUnavailable,
			r.StatusCode == http.StatusConflict && r.Header.Get("Upload-Offset") != "":
			return &passing{err: e}
		case r.StatusCode == http.StatusTooManyRequests:
			seconds, _ := strconv.Atoi(r.Header.Get("Retry-After"))
			return &passing{err: e, after: time.Duration(max(0, min(seconds, 60))) * time.Second}
		}
		return e
	}
	if r.StatusCode >= http.StatusInternalServerError {
		return &passing{err: &LineError{Reason: fmt.Sprintf("the server is not working now (HTTP %d)", r.StatusCode)}}
	}
	return &LineError{Reason: fmt.Sprintf("the server takes and gives no files (HTTP %d)", r.StatusCode)}
}
