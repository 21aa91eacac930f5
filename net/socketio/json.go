package socketio

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// compact checks that b is one JSON value and returns a compact copy.
func compact(b []byte) ([]byte, error) {
	if !utf8.Valid(b) {
		return nil, ErrUTF8
	}
	var buf bytes.Buffer
	buf.Grow(len(b))
	if err := json.Compact(&buf, b); err != nil {
		return nil, ErrPayload
	}
	if !shallow(buf.Bytes()) {
		return nil, ErrDepth
	}
	return buf.Bytes(), nil
}

// plain tells whether b is a JSON string in which nothing is escaped, as most of what is
// said: it is compact, and told apart by one look at each byte.
func plain(b []byte) bool {
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return false
	}
	inner := b[1 : len(b)-1]
	for _, c := range inner {
		if c < ' ' || c == '"' || c == '\\' {
			return false
		}
	}
	return utf8.Valid(inner)
}

// shallow tells whether valid JSON is nested at most MaxDepth deep.
func shallow(b []byte) bool {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = stringEnd(b, i) - 1
		case '[', '{':
			depth++
			if depth > MaxDepth {
				return false
			}
		case ']', '}':
			depth--
		}
	}
	return true
}

// The functions below walk compact JSON that compact has checked. On anything
// else their result means nothing, but they neither panic nor fail to end.

// stringEnd returns the index behind the string that begins at i.
func stringEnd(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// valueEnd returns the index behind the value that begins at i.
func valueEnd(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			i = stringEnd(b, i)
			if depth == 0 {
				return i
			}
			continue
		case '[', '{':
			depth++
		case ']', '}':
			if depth == 0 {
				return i // the end of what the value stands in
			}
			depth--
			if depth == 0 {
				return i + 1
			}
		case ',', ':':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return len(b)
}

// elements calls f with each element of the array b until f fails.
func elements(b []byte, f func(element []byte) error) error {
	for i := 1; i < len(b)-1; i++ { // i stands behind "[" or ","
		end := valueEnd(b, i)
		if err := f(b[i:end:end]); err != nil {
			return err
		}
		i = end
	}
	return nil
}

// first returns the first element of the array b, or nil.
func first(b []byte) []byte {
	if len(b) <= 2 {
		return nil
	}
	return b[1:valueEnd(b, 1)]
}

// rewriter copies compact JSON and puts a canonical placeholder where any
// spelling of one stands: an object whose "_placeholder" is true. Whatever else
// is in such an object never reaches anybody, so it is dropped. A
// "_placeholder" that is neither true nor false, or is there twice, is refused:
// clients differ in what they make of it, and some index out of range.
type rewriter struct {
	dst    []byte
	number func(n int) (int, error) // the number to write for n, or why not
}

// rewrite appends src, one value.
func (r *rewriter) rewrite(src []byte) error {
	_, err := r.value(src, 0, 0)
	return err
}

// value appends the value that begins at i and returns the index behind it.
func (r *rewriter) value(b []byte, i, depth int) (int, error) {
	if depth > MaxDepth {
		return 0, ErrDepth
	}
	if i >= len(b) {
		return 0, ErrPayload
	}
	switch b[i] {
	case '{':
		return r.object(b, i, depth)
	case '[':
		r.dst = append(r.dst, '[')
		i++
		for i < len(b) && b[i] != ']' {
			if b[i] == ',' {
				r.dst = append(r.dst, ',')
				i++
			}
			var err error
			if i, err = r.value(b, i, depth+1); err != nil {
				return 0, err
			}
		}
		r.dst = append(r.dst, ']')
		return i + 1, nil
	}
	end := valueEnd(b, i)
	if end == i {
		return 0, ErrPayload
	}
	r.dst = append(r.dst, b[i:end]...)
	return end, nil
}

// object appends the object that begins at i. It is written member by member
// and taken back when it turns out to be a placeholder: looking ahead instead
// would read each byte once for every level it lies in.
func (r *rewriter) object(b []byte, i, depth int) (int, error) {
	start, placeholder, num := len(r.dst), "", []byte(nil)
	r.dst = append(r.dst, '{')
	i++
	for i < len(b) && b[i] != '}' {
		if b[i] == ',' {
			r.dst = append(r.dst, ',')
			i++
		}
		end := valueEnd(b, i)
		key := b[i:end]
		if end == i || end >= len(b) || b[end] != ':' {
			return 0, ErrPayload
		}
		r.dst = append(append(r.dst, key...), ':')
		from := end + 1
		var err error
		if i, err = r.value(b, from, depth+1); err != nil {
			return 0, err
		}
		switch value := b[from:min(i, len(b))]; {
		case keyIs(key, "_placeholder"):
			if placeholder != "" {
				return 0, ErrAttachments
			}
			placeholder = string(value)
		case keyIs(key, "num"):
			num = value
		}
	}
	switch placeholder {
	case "", "false":
		r.dst = append(r.dst, '}')
		return i + 1, nil
	case "true":
	default:
		return 0, ErrAttachments
	}
	n, err := index(num)
	if err != nil {
		return 0, err
	}
	if n, err = r.number(n); err != nil {
		return 0, err
	}
	r.dst = append(r.dst[:start], `{"_placeholder":true,"num":`...)
	r.dst = append(strconv.AppendInt(r.dst, int64(n), 10), '}')
	return i + 1, nil
}

// index reads a placeholder's number. JavaScript would take 0.0 and 1e0 for
// integers, too, but nothing writes them so.
func index(num []byte) (int, error) {
	if len(num) == 0 || len(num) > 3 { // MaxAttachments has two digits
		return 0, ErrAttachments
	}
	n, err := strconv.ParseUint(string(num), 10, 16)
	if err != nil {
		return 0, ErrAttachments
	}
	return int(n), nil
}

// keyIs tells whether a key, with its quotes, says name, however it is escaped.
func keyIs(key []byte, name string) bool {
	if bytes.IndexByte(key, '\\') < 0 {
		return len(key) == len(name)+2 && string(key[1:len(key)-1]) == name
	}
	s, err := unquote(key)
	return err == nil && s == name
}

// unquote reads a JSON string.
func unquote(b []byte) (string, error) {
	if len(b) >= 2 && b[len(b)-1] == '"' && bytes.IndexByte(b, '\\') < 0 {
		return string(b[1 : len(b)-1]), nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return "", ErrPayload
	}
	return s, nil
}

// appendString appends s as a JSON string, without escaping HTML: the peer is
// no browser page, and the reference does not.
func appendString(dst []byte, s string) []byte {
	b, err := marshal(s)
	if err != nil {
		return append(dst, `""`...) // not reached: a string always marshals
	}
	return append(dst, b...)
}

// marshal is json.Marshal without escaping HTML.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte{'\n'}), nil
}
