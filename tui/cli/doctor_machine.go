package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/adrg/xdg"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// locale says whether programs here are told to write UTF-8.
func (f *symptoms) locale(env surrounding) {
	if runtime.GOOS == "windows" {
		return
	}
	name, value := "LANG", env.get("LANG")
	for _, n := range []string{"LC_CTYPE", "LC_ALL"} { // the later one wins
		if v := env.get(n); v != "" {
			name, value = n, v
		}
	}
	folded := strings.ToLower(strings.ReplaceAll(value, "-", ""))
	switch {
	case strings.Contains(folded, "utf8"):
		f.addf("locale", fine, "", "%s=%s", name, value)
	case value == "":
		f.addf("locale", warning, "export LANG=C.UTF-8", "neither LANG nor LC_ALL is set; hobnob writes UTF-8 all the same")
	default:
		f.addf("locale", warning, "export "+name+"=C.UTF-8", "%s=%s is not UTF-8; hobnob writes that all the same", name, value)
	}
}

// keyringTime is how long the keyring may take: it is asked for what it does not have,
// for which none wants a password.
const keyringTime = 3 * time.Second

// keyring asks the system's keyring for something that is not there.
func (f *symptoms) keyring(ctx context.Context) {
	store := keystore.Keyring(keyringTime)
	_, err := store.Get(ctx, "doctor@hobnob")
	if err == nil || errors.Is(err, keystore.ErrNotFound) {
		f.addf("keyring", fine, "", "%s answers", store.Name())
		return
	}
	list, _ := loadAccounts(ctx) // what is wrong with it is said elsewhere
	f.noKeyring(list.Accounts, err)
}

// noKeyring says what it means for these accounts that there is none.
func (f *symptoms) noKeyring(accounts []Account, err error) {
	says, way := keyringIs(err)
	l, without := warning, 0
	login := "hobnob login SERVER --token - --token-store file"
	var theirs []string
	for _, a := range accounts {
		switch a.Store {
		case storeKeyring:
			l = problem
			theirs = append(theirs, strings.Replace(login, "SERVER", exit.Quote(a.Server), 1))
		case storeFile:
			without++
		}
	}
	if n := len(accounts); n > 0 && without == n {
		f.addf("keyring", fine, "", "%s, and is not needed: your tokens are in the file that you chose", says)
		return
	}
	if len(theirs) == 0 {
		theirs = []string{login}
	}
	slices.Sort(theirs)
	mend := append([]string{way, "or keep tokens in a file that only you can read:"}, slices.Compact(theirs)...)
	f.addf("keyring", l, strings.Join(mend, "\n"), "%s", says)
}

// folders looks at where hobnob keeps its files: whether it may, and nobody else.
func (f *symptoms) folders() {
	if err := NeedHome(); err != nil {
		f.failed("folders", err, "")
		return
	}
	f.folder("settings folder", filepath.Join(xdg.ConfigHome, "hobnob"))
	f.folder("folder of what you read", filepath.Join(xdg.StateHome, "hobnob"))
	f.private("accounts", accountsFile(), 0o077)
	f.private("tokens", tokenFile(), 0o077)
}

// folder looks at one folder.
func (f *symptoms) folder(check, dir string) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.addf(check, fine, "", "%s is made when it is needed", dir)
		return
	case err != nil:
		f.addf(check, problem, elsewhere, "%s: %v", dir, pathless(err))
		return
	case !info.IsDir():
		f.addf(check, problem, "mv "+exit.Quote(dir)+" "+exit.Quote(dir+".old"), "%s is no folder", dir)
		return
	}
	probe, err := os.CreateTemp(dir, "doctor-*.tmp")
	if err != nil {
		f.addf(check, problem, "chmod u+rwx "+exit.Quote(dir), "%s takes no files: %v", dir, pathless(err))
		return
	}
	_ = probe.Close()
	if err := os.Remove(probe.Name()); err != nil {
		f.addf(check, problem, "chmod u+rwx "+exit.Quote(dir), "%s lets go of no files: %v", dir, pathless(err))
		return
	}
	f.private(check, dir, 0o022)
}

// private says whether others than the user have rights that they should not have: in
// a folder to write, in a file to read.
func (f *symptoms) private(check, path string, mask fs.FileMode) {
	info, err := os.Stat(path)
	if err != nil {
		return // a file that is not there holds nothing, and a folder was looked at
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&mask != 0 {
		rights := "go-rwx"
		if mask == 0o022 {
			rights = "go-w"
		}
		f.addf(check, problem, "chmod "+rights+" "+exit.Quote(path), "others may use %s: %v", path, info.Mode().Perm())
		return
	}
	switch {
	case runtime.GOOS == "windows": // where this was not looked at
		f.addf(check, fine, "", "%s", path)
	case mask == 0o022:
		f.addf(check, fine, "", "%s takes files, from you alone", path)
	default:
		f.addf(check, fine, "", "%s can be read by you alone", path)
	}
}
