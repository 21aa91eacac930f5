package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// folder is where what one reads and writes in a chat is kept.
type folder struct {
	dir  string
	note string // said on the screen where it is one for this time alone, "" where it is the account's
}

// chatFolder makes the folder of an account ready. Where that cannot be written, because
// the disk is full or can only be read, the chat opens all the same, with one for this time.
func chatFolder(a Account) (folder, error) {
	why := writable(a.state())
	if why == nil {
		return folder{dir: a.state()}, nil
	}
	dir, err := os.MkdirTemp("", "hobnob-") // 0700
	if err == nil {
		err = writable(dir)
	}
	if err != nil {
		return folder{}, exit.New(exit.Storage, elsewhere, "the folder for what you read and write, %s, cannot be written: %w", a.state(), errors.Join(pathless(why), os.RemoveAll(dir)))
	}
	return folder{dir, fmt.Sprintf("the folder for what you read and write, %s, cannot be written: %v. Nothing of this time is kept: what is not sent when you leave is lost", a.state(), pathless(why))}, nil
}

// end takes a folder for this time away.
func (f folder) end() error {
	if f.note == "" {
		return nil
	}
	return pathless(os.RemoveAll(f.dir))
}

// trial is as much as has to fit, in bytes: a page of the cache, and a few words.
const trial = 16 << 10

// writable makes a folder, and tells why nothing can be written into it.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "trial-")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, trial))
	return errors.Join(err, f.Close(), os.Remove(f.Name()))
}
