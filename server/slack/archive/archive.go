package archive

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/server/export"
)

// What is read of an archive: it may have been made to fill the memory of who imports
// it, as a few packed bytes can become many, and a short text of JSON many fields.
const (
	maxFile    = 256 << 20 // bytes of one file, unpacked: a day of the busiest channel
	maxElement = 8 << 20   // bytes of one person, room or message
	maxList    = 200_000   // people, rooms, or messages of a day
)

// Archive is an open export of Slack. It is for one goroutine.
type Archive struct {
	zip    *zip.Reader
	closer io.Closer
	files  map[string]*zip.File // by their paths below where users.json is
	days   map[string][]string  // folder → its files, oldest first: they are named by their dates
	people people
	rooms  []*room
	start  export.Start // as of its newest message
}

// Open opens an export, and looks through all of it: what is wrong with it is said of
// the file in it, in words for people. Close ends it.
func Open(name string) (*Archive, error) {
	r, err := zip.OpenReader(name)
	if err != nil {
		if errors.Is(err, zip.ErrFormat) {
			return nil, errors.New("it is no zip file")
		}
		return nil, err
	}
	a, err := read(&r.Reader)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	a.closer = r
	return a, nil
}

// Close closes the file.
func (a *Archive) Close() error { return a.closer.Close() }

func read(r *zip.Reader) (*Archive, error) {
	a := &Archive{zip: r, files: make(map[string]*zip.File, len(r.File)), days: make(map[string][]string), people: newPeople()}
	// Who unpacked it and packed it again may have put it into a folder.
	root, found := "", false
	for _, f := range r.File {
		if dir, base := path.Split(f.Name); base == "users.json" && (!found || len(dir) < len(root)) {
			root, found = dir, true
		}
	}
	if !found {
		return nil, errors.New("there is no users.json in it: it is not an export of Slack")
	}
	for _, f := range r.File {
		if name, below := strings.CutPrefix(f.Name, root); below && !f.FileInfo().IsDir() {
			if dir, base := path.Split(name); path.Ext(base) == ".json" && a.files[name] == nil {
				a.days[dir] = append(a.days[dir], name)
			}
			a.files[name] = f
		}
	}
	for _, names := range a.days {
		slices.Sort(names)
	}
	err := each(a, "users.json", "person", func(u *user) error {
		a.people.add(u)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := a.loadRooms(); err != nil {
		return nil, err
	}
	err = a.scan()
	return a, err
}

// each tells f each element of a file, which is a list of what; null is passed over. A
// file that is not there has none.
func each[T any](a *Archive, name, what string, f func(one *T) error) error {
	packed := a.files[name]
	if packed == nil {
		return nil
	}
	in, err := packed.Open()
	if err == nil {
		err = errors.Join(elements(in, what, f), in.Close())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

var errTooLarge = errors.New("it is too large")

// elements reads a list of JSON.
func elements[T any](in io.Reader, what string, f func(one *T) error) error {
	bound := &io.LimitedReader{R: in, N: maxFile + 1}
	text := json.NewDecoder(bound)
	broken := func(err error) error {
		if bound.N <= 0 {
			return errTooLarge
		}
		return inWords(err)
	}
	switch begin, err := text.Token(); {
	case err != nil:
		return broken(err)
	case begin == nil:
		return nil // null is no list, and none is in it
	case begin != json.Delim('['):
		return errors.New("it is not a list")
	}
	for n := 1; text.More(); n++ {
		var raw json.RawMessage
		if err := text.Decode(&raw); err != nil {
			return broken(err)
		}
		if n > maxList || len(raw) > maxElement {
			return errTooLarge
		}
		var one *T
		err := json.Unmarshal(raw, &one)
		if err != nil {
			err = inWords(err)
		} else if one != nil {
			err = f(one)
		}
		if err != nil {
			return fmt.Errorf("%s %d: %w", what, n, err)
		}
	}
	if _, err := text.Token(); err != nil { // its end
		return broken(err)
	}
	switch _, err := text.Token(); {
	case err == nil:
		return errors.New("there is more behind its list")
	case !errors.Is(err, io.EOF):
		return broken(err)
	}
	return nil
}

// inWords says what is wrong with JSON, or with the zip file.
func inWords(err error) error {
	if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%q cannot be a %s", bad.Field, bad.Value)
	}
	if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("it is not JSON (%w at byte %d)", bad, bad.Offset)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it is not JSON, or cut off")
	}
	return fmt.Errorf("it cannot be read: %w", err)
}

// scan looks through all messages: who speaks in them, and until when.
func (a *Archive) scan() error {
	for _, r := range a.rooms {
		err := a.messages(r, func(m *message) error {
			a.people.meet(m)
			a.start.At = max(a.start.At, m.at)
			return nil
		})
		if err != nil {
			return err
		}
	}
	a.people.settle(a.start.At)
	a.start.By = "Slack"
	a.start.Team.ID = "slack-" + a.people.team
	return nil
}

// Lines tells f the export as lines, the same ones each time.
func (a *Archive) Lines(f func(export.Line) error) error {
	var check export.Checker
	var counts export.End
	tell := func(l export.Line) error {
		if err := check.Add(l); err != nil {
			return err
		}
		return f(l)
	}
	start := a.start
	start.Version = export.Version
	if err := tell(&start); err != nil {
		return err
	}
	for _, p := range a.people.order {
		counts.Users++
		if err := tell(p); err != nil {
			return fmt.Errorf("users.json: %w", err)
		}
	}
	for _, r := range a.rooms {
		counts.Rooms++
		if err := tell(a.roomLine(r)); err != nil {
			return fmt.Errorf("%s: %w", r.file, err)
		}
	}
	for _, r := range a.rooms {
		seq := uint64(0)
		err := a.messages(r, func(m *message) error {
			seq++
			counts.Messages++
			return tell(a.messageLine(r, m, seq))
		})
		if err != nil {
			return err
		}
	}
	return tell(&counts)
}
