package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxLine bounds a line, in bytes: a message of the largest size, with attachments in
// base64.
const maxLine = 256 << 20

// LineError is what is wrong with a line, or with the file at that line.
type LineError struct {
	Line int
	Err  error
}

// Error implements error.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap lets errors.Is see what it is.
func (e *LineError) Unwrap() error { return e.Err }

// Read tells f the lines of r, each once it was found to be right by itself and to fit
// the ones before. What is wrong is a *LineError with a sentence for people; an error
// of f is returned as it is, and ends it.
func Read(r io.Reader, f func(Line) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	var check Checker
	for n := 1; ; n++ {
		text, err := readLine(in)
		if errors.Is(err, io.EOF) {
			if err := check.Whole(); err != nil {
				return &LineError{n, err}
			}
			return nil
		}
		var l Line
		if err == nil {
			l, err = parse(text)
		}
		if err == nil {
			err = check.Add(l)
		}
		if err != nil {
			return &LineError{n, err}
		}
		if err := f(l); err != nil {
			return err
		}
	}
}

var errLong = errors.New("it is too long")

// readLine reads up to the next line feed, which it leaves away. At the end it is
// io.EOF.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			return nil, errLong
		}
		line = append(line, part...)
		switch {
		case err == nil:
			return bytes.TrimRight(line, "\r\n"), nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return line, nil // the last one, without its end
		default:
			return nil, err
		}
	}
}

// parse reads one line.
func parse(text []byte) (Line, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("it is not valid UTF-8")
	}
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(text, &kind); err != nil {
		return nil, notJSON(err)
	}
	var l Line
	switch kind.Type {
	case "export":
		l = &Start{}
	case "user":
		l = &Person{}
	case "room":
		l = &Room{}
	case "message":
		l = &Message{}
	case "end":
		l = &End{}
	case "":
		return nil, errors.New("it has no type, such as \"message\"")
	default:
		return nil, fmt.Errorf("its type %q is none that is known here; a newer hobnob may know it", kind.Type)
	}
	if err := json.Unmarshal(text, l); err != nil {
		return nil, notJSON(err)
	}
	return l, nil
}

// notJSON says what is wrong with a line in words that a person can use.
func notJSON(err error) error {
	if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		// The names of what Go joins together are none of the line.
		path := slices.DeleteFunc(strings.Split(bad.Field, "."), func(part string) bool { return part != strings.ToLower(part) })
		return fmt.Errorf("%q cannot be a %s", strings.Join(path, "."), bad.Value)
	}
	if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("it is not JSON (%w at byte %d)", bad, bad.Offset)
	}
	return fmt.Errorf("it cannot be read: %w", err)
}
