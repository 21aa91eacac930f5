//go:build unix

package auth

import (
	"io/fs"
	"os"
	"syscall"
)

// Foreign tells whether a file belongs to another user than the one this process acts
// for, and may so be changed by them whatever its mode says.
func Foreign(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && foreign(stat.Uid, os.Geteuid())
}

func foreign(owner uint32, user int) bool { return int(owner) != user }
