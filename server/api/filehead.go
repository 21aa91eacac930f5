package api

import (
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/files"
)

// uploadRequest reads what the head of a PUT says of its body.
func uploadRequest(r *http.Request) (files.Request, error) {
	bad := func(sentence string) (files.Request, error) {
		return files.Request{}, &chat.Error{Code: chat.CodeBadRequest, Message: sentence}
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return bad("the query is not one: write room and name percent-encoded")
	}
	if len(query["room"]) > 1 || len(query["name"]) > 1 {
		return bad("room and name are said once each")
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		return bad("send the content itself and no form: curl -T FILE, not -F")
	}
	if r.Header.Get("Content-Encoding") != "" {
		return bad("send the content as it is, without Content-Encoding")
	}
	request := files.Request{
		ID: r.PathValue("id"), Room: query.Get("room"), Name: query.Get("name"), First: -1, Length: r.ContentLength, Size: -1,
	}
	ranges := r.Header.Values("Content-Range")
	if len(ranges) == 0 {
		return request, nil
	}
	first, last, size, ok := parseContentRange(strings.Join(ranges, ","))
	if !ok {
		return bad("Content-Range is written as bytes FIRST-LAST/SIZE, with LAST below SIZE")
	}
	length := last - first + 1
	if request.Length >= 0 && request.Length != length {
		return bad("Content-Range and Content-Length do not agree")
	}
	request.First, request.Length, request.Size = first, length, size
	return request, nil
}

// parseContentRange reads a Content-Range that says the whole size (RFC 9110,
// section 14.4).
func parseContentRange(s string) (first, last, size int64, ok bool) {
	unit, rest, _ := strings.Cut(s, " ")
	if !strings.EqualFold(unit, "bytes") {
		return 0, 0, 0, false
	}
	span, whole, _ := strings.Cut(rest, "/")
	from, to, _ := strings.Cut(span, "-")
	for _, n := range []struct {
		into *int64
		of   string
	}{{&first, from}, {&last, to}, {&size, whole}} {
		if n.of == "" || strings.Trim(n.of, "0123456789") != "" { // ParseInt takes signs
			return 0, 0, 0, false
		}
		var err error
		if *n.into, err = strconv.ParseInt(n.of, 10, 64); err != nil {
			return 0, 0, 0, false
		}
	}
	return first, last, size, first <= last && last < size
}

// inline are the types that a browser may show by itself: pictures that are only
// pixels.
var inline = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true}

// servedType is the Content-Type of a file. Text is taken for UTF-8, as all text of
// today is, and not for whatever a browser would guess.
func servedType(mediaType string) string {
	if strings.HasPrefix(mediaType, "text/") {
		return mediaType + "; charset=utf-8"
	}
	return mediaType
}

// disposition says under which name a file is saved (RFC 6266): once for programs
// that know ASCII alone, and where that says less, once more for all others.
func disposition(mediaType, name string) string {
	kind := "attachment"
	if inline[mediaType] {
		kind = "inline"
	}
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' { // some decode percents here
			return '_'
		}
		return r
	}, name)
	kind += `; filename="` + ascii + `"`
	if ascii != name {
		kind += "; filename*=UTF-8''" + percent(name)
	}
	return kind
}

// percent writes a string as the value of an extended parameter (RFC 8187, section
// 3.2.1).
func percent(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString(string([]byte{'%', hex[c>>4], hex[c&15]}))
		}
	}
	return b.String()
}
