package tui

import (
	"errors"
	"runtime"
	"strings"
)

// escapes tells whether a backslash takes what follows as it stands. On Windows it divides
// the parts of a path.
const escapes = runtime.GOOS != "windows"

var errQuote = errors.New("a quote is not closed")

// word is one of a line that is written as for a shell.
type word struct {
	text  string
	from  int  // where it begins in the line
	quote byte // that is still open at the end of the line, 0 for none
}

// words takes a line apart as a shell does: words stand between spaces, quotes of both
// kinds and backslashes take what is in or behind them as it stands. Nothing is expanded;
// a tilde that is quoted stands behind "./", so that it means a file of that name. The last
// word may end within a quote.
func words(line string) (list []word) {
	var b strings.Builder
	w := word{from: -1}
	begin := func(i int) {
		if w.from < 0 {
			w.from = i
		}
	}
	literal := func(i int, s string) {
		if begin(i); b.Len() == 0 && strings.HasPrefix(s, "~") {
			b.WriteString("./")
		}
		b.WriteString(s)
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case w.quote == 0 && (c == ' ' || c == '\t'):
			if w.from >= 0 {
				w.text = b.String()
				list = append(list, w)
				w = word{from: -1}
				b.Reset()
			}
		case w.quote == 0 && (c == '\'' || c == '"'):
			begin(i)
			w.quote = c
		case c == w.quote:
			w.quote = 0
		case escapes && c == '\\' && w.quote != '\'' && i+1 < len(line) && (w.quote == 0 || strings.IndexByte("\\\"$`", line[i+1]) >= 0):
			i++
			literal(i-1, line[i:i+1])
		case w.quote != 0:
			literal(i, line[i:i+1])
		default:
			begin(i)
			b.WriteByte(c)
		}
	}
	if w.from >= 0 {
		w.text = b.String()
		list = append(list, w)
	}
	return list
}

// NotThereError says of a path that nothing has it.
type NotThereError string

func (n NotThereError) Error() string { return string(n) }

// openNamed opens the files that a line names, and returns the text that stands behind them: what
// is behind "--", or begins with a word that is no file, and looks like none. A path that is not
// there was mistyped, and is no text.
func openNamed(line string, open func(path string) (LocalFile, error)) (files []LocalFile, paths []string, text string, err error) {
	for _, w := range words(line) {
		var f LocalFile
		var err error
		switch {
		case w.text == "" && w.quote == 0:
			continue
		case w.text == "--" && strings.HasPrefix(line[w.from:], "--"):
			return files, paths, strings.TrimSpace(line[w.from+2:]), nil
		case w.quote != 0:
			err = errQuote
		case len(paths) == maxUpload:
			return nil, nil, "", errors.New("that are more than 100 files; put them into an archive, and post that")
		default:
			f, err = open(w.text)
		}
		_, none := errors.AsType[NotThereError](err)
		switch {
		case err == nil:
			_ = f.Close()
			files, paths = append(files, f), append(paths, w.text)
		case len(paths) > 0 && (none || w.quote != 0) && !strings.ContainsAny(w.text, `./~\`) && !strings.ContainsAny(line[w.from:w.from+1], `'"`):
			return files, paths, line[w.from:], nil
		default:
			return nil, nil, "", err
		}
	}
	return files, paths, "", nil
}

// quoted writes a path so that words reads it as it is, within the quote that is open
// where one is. closed: nothing follows that belongs to it.
func quoted(path string, quote byte, closed bool) string {
	var b strings.Builder
	if quote != 0 {
		b.WriteByte(quote)
	}
	for i := range len(path) {
		c := path[i]
		switch {
		case quote == '\'' && c == '\'':
			b.WriteString(`'\''`)
			continue
		case quote == '"' && escapes && strings.IndexByte("\\\"$`", c) >= 0,
			quote == 0 && escapes && strings.IndexByte(" \t\\'\"`$&|;<>()*?[]#!{}", c) >= 0:
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	if quote != 0 && closed {
		b.WriteByte(quote)
	}
	return b.String()
}
