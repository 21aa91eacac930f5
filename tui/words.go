package tui

import (
	"errors"
	"runtime"
	"slices"
	"strings"
	"unicode"
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

// openNamed opens the files that a line names, and returns the text that stands behind them: what is
// behind "--", or begins with a bare word that is no file, or has one behind it that is none. A path
// that is not there was mistyped, and is no text. Nor is anything where a word of the text may be a
// file, as "notes" in "report.pdf notes from today": nobody posts a file by a word of theirs.
func openNamed(line string, open func(path string) (LocalFile, error)) (files []LocalFile, paths []string, text string, err error) {
	list := words(line)
	if i := slices.IndexFunc(list, func(w word) bool { return w.ends(line) }); i >= 0 {
		text = strings.TrimSpace(line[list[i].from+len(textBehind):])
		list = list[:i]
	}
	rest := false // whether all words from here on are files
	for i, w := range list {
		var f LocalFile
		var err error
		switch {
		case w.text == "" && w.quote == 0:
			continue
		case w.quote != 0:
			err = errQuote
		case len(paths) == maxUpload:
			return nil, nil, "", errors.New("that are more than 100 files; put them into an archive, and post that")
		default:
			f, err = open(w.text)
		}
		if err == nil {
			_ = f.Close()
		}
		_, none := errors.AsType[NotThereError](err)
		bare := len(paths) > 0 && w.bare(line)
		if bare && err == nil && !rest {
			rest = !slices.ContainsFunc(list[i+1:], func(w word) bool { return w.quote != 0 || w.text != "" && !isThere(w.text, open) })
		}
		switch {
		case err == nil && (!bare || rest):
			files, paths = append(files, f), append(paths, w.text)
		case bare && (err == nil || none || w.quote != 0):
			if err := mayBeFile(line[w.from:], open); err != nil {
				return nil, nil, "", err
			}
			return files, paths, line[w.from:], nil
		default:
			return nil, nil, "", err
		}
	}
	return files, paths, text, nil
}

// textBehind is the word behind which the text stands.
const textBehind = "--"

// ends tells whether the files end with a word.
func (w word) ends(line string) bool {
	return w.text == textBehind && strings.HasPrefix(line[w.from:], textBehind)
}

// bare tells whether a word may be one of a text: a path and what is quoted are none.
func (w word) bare(line string) bool {
	written, _, _ := strings.Cut(line[w.from:], " ")
	return !strings.ContainsAny(w.text, `./~\`) && !strings.ContainsAny(line[w.from:w.from+1], `'"`) && !(escapes && strings.Contains(written, `\`))
}

// isThere tells whether a path is that of a file.
func isThere(path string, open func(path string) (LocalFile, error)) bool {
	f, err := open(path)
	if err == nil {
		_ = f.Close()
	}
	return err == nil
}

// mayBeFile is an error where a word of a text is a file, or looks like one: the text was perhaps a
// file's name that was mistyped, and more of them.
func mayBeFile(text string, open func(path string) (LocalFile, error)) error {
	all := strings.Fields(text)
	for i, w := range all[:min(len(all), maxUpload)] {
		w = strings.TrimRight(w, ".,;:!?)")
		says := ""
		switch {
		case w == "":
		case isThere(w, open):
			says = " is a file"
		case looksLikeFile(w):
			says = " looks like a file"
		}
		switch {
		case says == "":
		case i == 0:
			return errors.New(cut(w) + says + " and like a word of the message; put -- before the message, or ./ before the file")
		default:
			return errors.New("there is no file " + cut(all[0]) + ", and " + cut(w) + " behind it" + says + "; put -- before the message")
		}
	}
	return nil
}

// looksLikeFile tells whether a word has the ending of a file's name, as photo.jpg, or begins as a path
// does. An address has a scheme before it.
func looksLikeFile(w string) bool {
	if strings.Contains(w, "://") {
		return false
	}
	for _, start := range []string{"/", "./", "../", "~/"} {
		if strings.HasPrefix(w, start) && len(w) > len(start) {
			return true
		}
	}
	dot := strings.LastIndexByte(w, '.')
	if dot <= 0 || len(w)-dot-1 > 5 { // .jsonl and .xhtml are the longest that are usual
		return false
	}
	return strings.ContainsFunc(w[dot+1:], unicode.IsLetter) && !strings.ContainsFunc(w[dot+1:], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
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
