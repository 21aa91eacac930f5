package cli

import (
	"errors"
	"syscall"
)

const (
	// queryLimited is PROCESS_QUERY_LIMITED_INFORMATION, which is allowed of more processes
	// than all that syscall has a name for.
	queryLimited = 0x1000

	// stillActive is STILL_ACTIVE, the exit code of a process that has none yet.
	stillActive = 259
)

// running tells whether there is a process. Of one that may not be asked it is taken to be so.
func running(process int) bool {
	if process <= 0 {
		return false
	}
	h, err := syscall.OpenProcess(queryLimited, false, uint32(process))
	if err != nil {
		return errors.Is(err, syscall.ERROR_ACCESS_DENIED)
	}
	defer func() { _ = syscall.CloseHandle(h) }()
	var code uint32
	return syscall.GetExitCodeProcess(h, &code) != nil || code == stillActive
}
