// Package paths is how somebody writes the files that they mean into a line: as for a shell, where a
// text may follow them. It reads no disk: what opens a file is its caller's.
package paths

import (
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// File is a file of this machine that is to be read. Close it.
type File struct {
	io.ReaderAt
	io.Closer

	Name string
	Size int64
	Full string // its path from the root without links, by which it is known again; "" where that is not known
}

// maxSaid is how much of a word of a line is said again, in bytes.
const maxSaid = 400

// Max is how many files one line may name: who means more of them packs them.
const Max = 100

// escapes tells whether a backslash takes what follows as it stands. On Windows it divides
// the parts of a path.
const escapes = runtime.GOOS != "windows"

var errQuote = errors.New("a quote is not closed")

// Word is one of a line that is written as for a shell.
type Word struct {
	Text  string
	From  int  // where it begins in the line
	Quote byte // that is still open at the end of the line, 0 for none
}

// Words takes a line apart as a shell does: words stand between spaces, quotes of both
// kinds and backslashes take what is in or behind them as it stands. Nothing is expanded;
// a tilde that is quoted stands behind "./", so that it means a file of that name. The last
// word may end within a quote.
func Words(line string) (list []Word) {
	var b strings.Builder
	w := Word{From: -1}
	begin := func(i int) {
		if w.From < 0 {
			w.From = i
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
		case w.Quote == 0 && (c == ' ' || c == '\t'):
			if w.From >= 0 {
				w.Text = b.String()
				list = append(list, w)
				w = Word{From: -1}
				b.Reset()
			}
		case w.Quote == 0 && (c == '\'' || c == '"'):
			begin(i)
			w.Quote = c
		case c == w.Quote:
			w.Quote = 0
		case escapes && c == '\\' && w.Quote != '\'' && i+1 < len(line) && (w.Quote == 0 || strings.IndexByte("\\\"$`", line[i+1]) >= 0):
			i++
			literal(i-1, line[i:i+1])
		case w.Quote != 0:
			literal(i, line[i:i+1])
		default:
			begin(i)
			b.WriteByte(c)
		}
	}
	if w.From >= 0 {
		w.Text = b.String()
		list = append(list, w)
	}
	return list
}

// NotThereError says of a path that nothing has it.
type NotThereError string

func (n NotThereError) Error() string { return string(n) }

// Open opens the files that a line names, and returns the text that stands behind them: what is
// behind "--", or begins with a bare word that is no file, or has one behind it that is none. A path
// that is not there was mistyped, and is no text. Nor is anything where a word of the text may be a
// file, as "notes" in "report.pdf notes from today": nobody posts a file by a word of theirs.
func Open(line string, open func(path string) (File, error)) (files []File, paths []string, text string, err error) {
	list := Words(line)
	if i := slices.IndexFunc(list, func(w Word) bool { return w.ends(line) }); i >= 0 {
		text = strings.TrimSpace(line[list[i].From+len(textBehind):])
		list = list[:i]
	}
	rest := false // whether all words from here on are files
	for i, w := range list {
		var f File
		var err error
		switch {
		case w.Text == "" && w.Quote == 0:
			continue
		case w.Quote != 0:
			err = errQuote
		case len(paths) == Max:
			return nil, nil, "", errors.New("that are more than 100 files; put them into an archive, and post that")
		default:
			f, err = open(w.Text)
		}
		if err == nil {
			_ = f.Close()
		}
		_, none := errors.AsType[NotThereError](err)
		bare := len(paths) > 0 && w.bare(line)
		if bare && err == nil && !rest {
			rest = !slices.ContainsFunc(list[i+1:], func(w Word) bool { return w.Quote != 0 || w.Text != "" && !isThere(w.Text, open) })
		}
		switch {
		case err == nil && (!bare || rest) && isNamed(files, f): // once is enough
		case err == nil && (!bare || rest):
			files, paths = append(files, f), append(paths, w.Text)
		case bare && (err == nil || none || w.Quote != 0):
			if err := mayBeFile(line[w.From:], open); err != nil {
				return nil, nil, "", err
			}
			return files, paths, line[w.From:], nil
		default:
			return nil, nil, "", err
		}
	}
	return files, paths, text, nil
}

// isNamed tells whether a file is one of a list.
func isNamed(list []File, f File) bool {
	return f.Full != "" && slices.ContainsFunc(list, func(o File) bool { return o.Full == f.Full })
}

// textBehind is the word behind which the text stands.
const textBehind = "--"

// ends tells whether the files end with a word.
func (w Word) ends(line string) bool {
	return w.Text == textBehind && strings.HasPrefix(line[w.From:], textBehind)
}

// bare tells whether a word may be one of a text: a path and what is quoted are none.
func (w Word) bare(line string) bool {
	written, _, _ := strings.Cut(line[w.From:], " ")
	return !strings.ContainsAny(w.Text, `./~\`) && !strings.ContainsAny(line[w.From:w.From+1], `'"`) && !(escapes && strings.Contains(written, `\`))
}

// isThere tells whether a path is that of a file.
func isThere(path string, open func(path string) (File, error)) bool {
	f, err := open(path)
	if err == nil {
		_ = f.Close()
	}
	return err == nil
}

// mayBeFile is an error where a word of a text is a file, or looks like one: the text was perhaps a
// file's name that was mistyped, and more of them.
func mayBeFile(text string, open func(path string) (File, error)) error {
	all := strings.Fields(text)
	for i, w := range all[:min(len(all), Max)] {
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
			return errors.New(theme.Clip(w, maxSaid) + says + " and like a word of the message; put -- before the message, or ./ before the file")
		default:
			return errors.New("there is no file " + theme.Clip(all[0], maxSaid) + ", and " + theme.Clip(w, maxSaid) + " behind it" + says + "; put -- before the message")
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

// Quote writes a path so that Words reads it as it is, within the quote that is open
// where one is. closed: nothing follows that belongs to it.
func Quote(path string, quote byte, closed bool) string {
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

// Last is the path that a line ends with, which may be empty.
func Last(line string) Word {
	_, rest, _ := strings.Cut(line, " ")
	list, before := Words(rest), len(line)-len(rest)
	if len(list) > 0 {
		last := list[len(list)-1]
		last.From += before
		if last.Quote != 0 || !strings.HasSuffix(line, " ") || strings.HasSuffix(line, `\ `) && escapes {
			return last
		}
	}
	return Word{From: len(line)}
}

// NamesNone tells whether a line has no path in it.
func NamesNone(line string) bool {
	list := Words(line)
	return !slices.ContainsFunc(list, func(w Word) bool { return w.Text != "" || w.Quote != 0 }) || list[0].Text == "--"
}

// Common is what all paths of a list begin with.
func Common(list []string) string {
	if len(list) == 0 {
		return ""
	}
	all := list[0]
	for _, path := range list[1:] {
		for !strings.HasPrefix(path, all) {
			_, n := utf8.DecodeLastRuneInString(all)
			all = all[:len(all)-n]
		}
	}
	return all
}

// Base is what a path ends with, with the slash of a folder.
func Base(path string) string {
	ends := "/"
	if !escapes {
		ends = `/\`
	}
	if i := strings.LastIndexAny(strings.TrimRight(path, ends), ends); i >= 0 {
		return path[i+1:]
	}
	return path
}

// IsFolder tells whether a path ends as that of a folder.
func IsFolder(path string) bool {
	return strings.HasSuffix(path, "/") || !escapes && strings.HasSuffix(path, `\`)
}
