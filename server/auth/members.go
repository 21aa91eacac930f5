package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// errJSON is returned for what is not one JSON object in valid UTF-8.
var errJSON = errors.New("not a JSON object")

// members calls each with the name and the undecoded value of every member of
// the JSON object in data, in order. Both are parts of data, except names that
// are written with escapes.
//
// encoding/json would match names whatever their case and silently let the last
// of two equal names win, where another implementation lets the first: what one
// verifier saw is then not what the next one acts on.
func members(data []byte, each func(name, value []byte) error) error {
	if !utf8.Valid(data) || !json.Valid(data) {
		return errJSON
	}
	data = bytes.TrimLeft(data, jsonSpace)
	if data[0] != '{' {
		return errJSON
	}
	// From here on data is known to be valid, and only has to be cut.
	for {
		data = bytes.TrimLeft(data[1:], jsonSpace) // behind { or ,
		if data[0] == '}' {
			return nil
		}
		n := valueLen(data)
		name := data[1 : n-1]
		if bytes.IndexByte(name, '\\') >= 0 {
			var s string
			if err := json.Unmarshal(data[:n], &s); err != nil {
				return errJSON
			}
			name = []byte(s)
		}
		data = bytes.TrimLeft(data[n:], jsonSpace) // at :
		data = bytes.TrimLeft(data[1:], jsonSpace) // at the value
		n = valueLen(data)
		if err := each(name, data[:n:n]); err != nil {
			return err
		}
		data = bytes.TrimLeft(data[n:], jsonSpace)
		if data[0] == '}' {
			return nil
		}
	}
}

// Member returns the undecoded value of one member of the JSON object in data, nil where
// there is none. One that is there twice is an error: nobody can say which counts.
func Member(data []byte, name string) (value []byte, err error) {
	err = members(data, func(n, v []byte) error {
		if string(n) != name {
			return nil
		}
		if value != nil {
			return errTwice
		}
		value = v
		return nil
	})
	return value, err
}

// errTwice is returned for an object that says the same thing twice.
var errTwice = errors.New("a member is there twice")

// jsonSpace is what JSON calls whitespace (RFC 8259, section 2).
const jsonSpace = " \t\r\n"

// valueLen returns the length of the valid JSON value that data begins with.
func valueLen(data []byte) int {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			for i++; data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth <= 0 {
				return i + 1 + depth // of an enclosing object: not ours
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
		}
	}
	return len(data)
}

// text decodes a JSON string.
func text(value []byte) (string, bool) {
	if len(value) == 0 || value[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(value, '\\') < 0 {
		return string(value[1 : len(value)-1]), true
	}
	var s string
	if json.Unmarshal(value, &s) != nil {
		return "", false
	}
	return s, true
}

// identifier decodes a claim that names something, in at most MaxSubject bytes:
// a string, or a whole number as its digits, because hobby code signs the numbers
// of its database rows. It refuses what could make two names look or compare
// alike later on: control characters, and escapes of half a character, which
// decode to U+FFFD.
func identifier(value []byte) (string, bool) {
	s, ok := text(value)
	if !ok && isWhole(value) {
		s, ok = string(value), true
	}
	if !ok || len(s) > MaxSubject || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }) {
		return "", false
	}
	return s, true
}

// isWhole tells whether the JSON value is a number written in digits alone, of
// which there is only one spelling.
func isWhole(value []byte) bool {
	digits := bytes.TrimPrefix(value, []byte("-"))
	for _, c := range digits {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(digits) > 0 && (digits[0] != '0' || len(value) == 1)
}
