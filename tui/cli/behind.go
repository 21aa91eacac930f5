package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/adrg/xdg"
)

// behindPattern is how the files are called with words that could neither be kept nor printed.
const behindPattern = "hobnob-unsent-*.txt"

// behindFolders are where they are left: beside the folders of the accounts, and where that
// cannot be written among the temporary files.
func behindFolders() []string { return []string{filepath.Join(xdg.StateHome, "hobnob"), os.TempDir()} }

// leaveBehind writes a file that only its owner reads.
func leaveBehind(words string) (name string, err error) {
	var errs []error
	for _, dir := range behindFolders() {
		if name, err = leaveIn(dir, words); err == nil {
			return name, nil
		}
		errs = append(errs, err)
	}
	return "", errors.Join(errs...)
}

func leaveIn(dir, words string) (name string, err error) {
	f, err := os.CreateTemp(dir, behindPattern) // 0600
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(words)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// mostBehind is how many files are named at a start.
const mostBehind = 3

// behind says at a start which files with words were left behind, the newest first.
func behind() (notices []string) {
	type left struct {
		name string
		at   time.Time
	}
	var files []left
	for _, dir := range behindFolders() {
		names, err := filepath.Glob(filepath.Join(dir, behindPattern))
		if err != nil {
			continue // the folder's name is no pattern: nothing is found there
		}
		for _, name := range names {
			if info, err := os.Lstat(name); err == nil && ours(name, info) {
				files = append(files, left{name, info.ModTime()})
			}
		}
	}
	slices.SortFunc(files, func(a, b left) int { return b.at.Compare(a.at) })
	for i, f := range files {
		if i == mostBehind {
			return append(notices, fmt.Sprintf("and %d files more beside those", len(files)-i))
		}
		notices = append(notices, "what you wrote until "+f.at.Format("2 January, 15:04")+" and could not be kept is in "+f.name+"; this is said until you remove that file")
	}
	return notices
}

// ours tells whether a file is one that leaveBehind made for this user: in a folder for all,
// others may have put what they like.
func ours(name string, info fs.FileInfo) bool {
	if !info.Mode().IsRegular() || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return false
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	return f.Close() == nil
}
