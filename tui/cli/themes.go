package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
	"github.com/google/renameio/v2/maybe"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// themes are the files with colours below a folder of settings, and what was chosen
// last, in a file below a folder of state.
type themes struct{ folder, chosen string }

func userThemes() themes {
	return themes{filepath.Join(xdg.ConfigHome, "hobnob", "themes"), filepath.Join(xdg.StateHome, "hobnob", "theme")}
}

// Names implements tui.Themes.
func (t themes) Names() (names []string) {
	entries, err := os.ReadDir(t.folder)
	if err != nil {
		return nil // who has no such folder has no such files
	}
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".toml"); ok {
			names = append(names, shown(name, maxTeamName))
		}
	}
	return names
}

// Load implements tui.Themes. A file is not named as one that is built in.
func (t themes) Load(name string) (_ *theme.Scheme, wrong []string, err error) {
	if s := theme.BuiltIn(name); s != nil {
		return s, nil, nil
	}
	if name == "" || strings.ContainsAny(name, `/\`) || strings.HasPrefix(name, ".") {
		return nil, nil, exit.New(exit.Failed, "", "%q is no name of a theme", shown(name, maxTeamName))
	}
	path := filepath.Join(t.folder, name+".toml")
	b, err := os.ReadFile(path) //nolint:gosec // the name has no separator in it
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, exit.New(exit.Failed, "", "there is no theme %s: neither is one built in, nor is there %s", name, path)
	}
	if err != nil {
		return nil, nil, exit.New(exit.Storage, "", "%s cannot be read: %w", path, pathless(err))
	}
	s, wrong, err := theme.Parse(name, b)
	if err != nil {
		return nil, nil, exit.New(exit.Failed, "", "%s is no theme: %w", path, err)
	}
	for i := range wrong {
		wrong[i] = path + ": " + wrong[i]
	}
	return s, wrong, nil
}

// Keep implements tui.Themes.
func (t themes) Keep(name string) error {
	if err := os.MkdirAll(filepath.Dir(t.chosen), 0o700); err != nil {
		return pathless(err)
	}
	return maybe.WriteFile(t.chosen, []byte(name+"\n"), 0o600)
}

// last is the theme that was chosen last, nil for the default, and what is wrong with
// it.
func (t themes) last() (*theme.Scheme, []string) {
	b, err := os.ReadFile(t.chosen)
	if err != nil {
		return nil, nil // nothing was chosen
	}
	s, wrong, err := t.Load(strings.TrimSpace(string(b)))
	if err != nil {
		wrong = append(wrong, err.Error())
	}
	return s, wrong
}
