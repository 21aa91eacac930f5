package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// entered are people who come into the team, from the offset first on.
func entered(first uint64, names ...string) []chat.Event {
	list := make([]chat.Event, len(names))
	for i, name := range names {
		list[i] = chat.Event{
			Position: chat.Position{Epoch: epoch, Offset: first + uint64(i)}, Kind: chat.UserEntered, ID: fmt.Sprint("in", first, "-", i),
			Author: chat.User{ID: "id of " + name, Name: name, Role: chat.RoleMember}, At: chat.Millis(5000 + i),
		}
	}
	return list
}

// TestCrowd: who comes into the team with others is in it as who comes alone, also where
// some were in it before or come twice.
func TestCrowd(t *testing.T) {
	names := []string{"Ada", "grace", "Ærø", "田中"}
	for i := range 41 {
		names = append(names, fmt.Sprint("somebody ", i))
	}
	renamed := entered(300, names[2:20]...)
	renamed[7].Author.Name = "other"
	for i := range renamed {
		if i != 7 {
			renamed[i].Author.ID += " again"
		}
	}
	twice := entered(400, "x", "y", "x", "z")
	twice[2].Author.Role = chat.RoleBot
	log := slices.Concat(talk(1, 3), entered(100, names...), talk(200, 2), renamed, twice, talk(500, 1))
	folder := t.TempDir()
	one, many := openStore(t, filepath.Join(folder, "one.db")), openStore(t, filepath.Join(folder, "many.db"))
	for i := range log {
		apply(t, one, log[i])
	}
	together := slices.Clone(log)
	if err := tryApply(t, many, together); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(dumpAll(t, one), dumpAll(t, many)); diff != "" {
		t.Errorf("rows (-one by one +in a batch):\n%s", diff)
	}
	for i := range together {
		if e := &together[i]; e.Kind == chat.UserEntered && (e.Seq == 1) != (e.ID != renamed[7].ID && e.ID != twice[2].ID) {
			t.Errorf("%s is told as %d", e.ID, e.Seq)
		}
	}
	// One that comes to nothing fails alone or with others.
	again := entered(600, "somebody 1")
	again[0].Author.Name = "somebody 1"
	err := tryApply(t, many, append(entered(590, "new"), again...))
	if !errors.Is(err, &chat.Error{Code: chat.CodeUnchanged}) {
		t.Errorf("somebody who is in: %v", err)
	}
	if err := tryApply(t, many, entered(600, "new", "newer")); err != nil {
		t.Errorf("after that: %v", err)
	}
}
