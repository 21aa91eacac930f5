package cli

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// at makes an account for tests.
func at(server, id, name, team string) Account {
	return Account{Server: server, User: chat.User{ID: id, Name: name, Role: chat.RoleMember}, Team: chat.Team{ID: "t", Name: team}, Store: storeFile}
}

func TestFind(t *testing.T) {
	l := accounts{[]Account{
		at("https://a.example", "1", "ada", "acme"),
		at("https://b.example", "1", "ada", "beta"),
		at("https://b.example", "2", "bob", "beta"),
		at("https://c.example:4626", "3", "acme", "ceta"),
	}}
	for named, want := range map[string]string{
		"":                      "1@https://a.example",
		"https://a.example":     "1@https://a.example",
		"bob":                   "2@https://b.example",
		"c.example":             "3@https://c.example:4626",
		"ceta":                  "3@https://c.example:4626",
		"1@https://b.example":   "1@https://b.example",
		"ada":                   "",
		"acme":                  "",
		"beta":                  "",
		"https://b.example:443": "",
	} {
		a, err := l.find(named)
		if want != "" && (err != nil || a.key() != want) {
			t.Errorf("%q is %s, %v, want %s", named, a.key(), err, want)
		}
		if want == "" && exit.CodeOf(err) != exit.Usage {
			t.Errorf("%q is %s, %v", named, a.key(), err)
		}
	}
	_, err := l.find("ada")
	var text strings.Builder
	exit.Print(&text, err)
	want := "hobnob: \"ada\" is 2 of your accounts; say which one\n" +
		"hint: say 1@https://a.example for ada in acme, https://a.example\n" +
		"hint: say 1@https://b.example for ada in beta, https://b.example\n"
	if text.String() != want {
		t.Errorf("printed %q, want %q", text.String(), want)
	}
	if _, err := l.find("nobody"); exit.CodeOf(err) != exit.Auth {
		t.Errorf("nobody: %v", err)
	}
}

func TestKeep(t *testing.T) {
	old := at("http://127.0.0.1:1", "o", "ada", "acme")
	old.Host = "/data"
	older := old
	older.Server = "http://127.0.0.1:2"
	l := accounts{[]Account{at("https://a.example", "1", "ada", "x"), old, at("https://b.example", "o", "ada", "y"), older}}
	moved := old
	moved.Server, moved.Team.Name = "http://127.0.0.1:3", "renamed"
	l.keep(moved)
	var got []string
	for _, a := range l.Accounts {
		got = append(got, a.key()+" "+a.Team.Name)
	}
	if want := []string{"1@https://a.example x", "o@http://127.0.0.1:3 renamed", "o@https://b.example y"}; !slices.Equal(got, want) {
		t.Errorf("kept %q, want %q", got, want)
	}
	l.keep(at("https://new.example", "n", "ada", "z"))
	if len(l.Accounts) != 4 || l.Accounts[0].User.ID != "n" {
		t.Errorf("a new one is not first: %+v", l.Accounts)
	}
}

// TestReadUnderLock: where a file that is being read cannot be replaced, whoever
// reads waits for whoever writes.
func TestReadUnderLock(t *testing.T) {
	fresh(t)
	defer func(was bool) { lockReads = was }(lockReads)
	lockReads = true
	if got := listed(t); len(got) != 0 {
		t.Errorf("on a fresh machine there are %v", got)
	}
	list(t, at("https://a.example", "1", "ada", "acme"))
	unlock, err := lockAccounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if l, err := loadAccounts(ctx); exit.CodeOf(err) != exit.Storage {
		t.Errorf("read while locked: %v, %v", l, err)
	}
	unlock()
	if got := listed(t); len(got) != 1 {
		t.Errorf("there are %v", got)
	}
}

func TestListIsPrivate(t *testing.T) {
	fresh(t)
	list(t, at("https://a.example", "1", "ada", "acme"))
	b, err := os.ReadFile(accountsFile())
	if err != nil || !json.Valid(b) {
		t.Fatalf("%s, %v", b, err)
	}
	for _, path := range []string{accountsFile(), accountsFile() + ".lock"} {
		info, err := os.Stat(path)
		if err != nil || (os.PathSeparator == '/' && info.Mode().Perm() != 0o600) {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
}
