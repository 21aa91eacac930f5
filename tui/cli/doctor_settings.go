package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/hobnob-chat/hobnob/tui"
)

// mostMistakes is how many mistakes of a file are told one by one: who has mended those looks
// again.
const mostMistakes = 20

// settings looks at what the user has set: with the environment, in the file, and in their own
// themes. Each mistake is told in the words in which the chat tells it.
func (f *symptoms) settings() {
	if _, _, err := background(os.Getenv); err != nil {
		f.failed("settings", err, "")
	}
	if _, _, err := alerts(os.Getenv); err != nil {
		f.failed("settings", err, "")
	}
	set, files := loadConfig(), userThemes()
	_, _ = files.set(&set) // what is wrong in its file is told below
	f.settingsFile(set)
	for _, name := range files.Names() {
		_, wrong, err := files.Load(name)
		if err != nil {
			wrong = []string{err.Error()}
		}
		f.mistakes("theme "+name, wrong)
	}
}

// settingsFile tells what is wrong in the file.
func (f *symptoms) settingsFile(set tui.Settings) {
	if _, err := os.Lstat(configFile()); errors.Is(err, fs.ErrNotExist) {
		f.addf("settings", fine, "", "there is no %s, and none is needed", set.File)
		return
	}
	mistakes := set.Check()
	says := make([]string, len(mistakes))
	for i, one := range mistakes {
		if says[i] = set.File; one.Line > 0 {
			says[i] += fmt.Sprintf(", line %d", one.Line)
		}
		says[i] += ": " + one.Says
	}
	switch {
	case len(says) == 0:
		f.addf("settings", fine, "", "%s", set.File)
	case set.Unread:
		f.addf("settings", problem, "mend it, or move it away; until then all is as without it", "%s", says[0])
	default:
		f.mistakes("settings", says)
	}
}

// mistakes warns of each: the rest of what it is in is in force.
func (f *symptoms) mistakes(check string, says []string) {
	for i, one := range says {
		if i == mostMistakes {
			f.addf(check, warning, "", "and %d more mistakes", len(says)-i)
			return
		}
		f.addf(check, warning, "", "%s", one)
	}
}
