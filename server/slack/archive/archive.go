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

// maxFile bounds one file of the archive, in bytes: what a day of the busiest channel
// may take of memory.
const maxFile = 256 << 20

// Archive is an open export of Slack. It is for one goroutine.
type Archive struct {
	zip    *zip.Reader
	closer io.Closer
	files  map[string]*zip.File // by their paths below where users.json is
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
	a := &Archive{zip: r, files: make(map[string]*zip.File, len(r.File)), people: newPeople()}
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
			a.files[name] = f
		}
	}
	var users []user
	if err := a.load("users.json", &users); err != nil {
		return nil, err
	}
	for i := range users {
		a.people.add(&users[i])
	}
	if err := a.loadRooms(); err != nil {
		return nil, err
	}
	err := a.scan()
	return a, err
}

// load reads one file of JSON. One that is not there leaves v as it is.
func (a *Archive) load(name string, v any) error {
	f := a.files[name]
	if f == nil {
		return nil
	}
	text, err := readFile(f)
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, inWords(err))
	}
	return nil
}

func readFile(f *zip.File) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = errors.New("it is too large")
	}
	return text, errors.Join(err, in.Close())
}

// inWords says what is wrong with JSON, or with the zip file.
func inWords(err error) error {
	if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%q cannot be a %s", bad.Field, bad.Value)
	}
	if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("it is not JSON (%w at byte %d)", bad, bad.Offset)
	}
	return fmt.Errorf("it cannot be read: %w", err)
}

// days are the files of a folder, oldest first: they are named by their dates.
func (a *Archive) days(folder string) []string {
	var names []string
	for name := range a.files {
		if dir, base := path.Split(name); dir == folder+"/" && path.Ext(base) == ".json" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
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
