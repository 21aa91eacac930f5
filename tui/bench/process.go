//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// What /proc counts processor time in: USER_HZ is 100 on every architecture Go runs on.
const tick = time.Second / 100

var errUnknown = errors.New("/proc does not say")

// cpuTime is the processor time that a process has taken.
func cpuTime(pid int) (time.Duration, error) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, err
	}
	// The name in brackets may have spaces (proc_pid_stat(5)); utime and stime are the
	// 14th and 15th field, so the 12th and 13th behind it.
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(fields) < 13 {
		return 0, errUnknown
	}
	user, err1 := strconv.ParseInt(string(fields[11]), 10, 64)
	system, err2 := strconv.ParseInt(string(fields[12]), 10, 64)
	if err1 != nil || err2 != nil {
		return 0, errUnknown
	}
	return time.Duration(user+system) * tick, nil
}

// memory is what a process has in memory, in MiB.
func memory(pid int) (float64, error) {
	kb, err := status("/proc/"+strconv.Itoa(pid)+"/status", "VmRSS")
	return float64(kb) / 1024, err
}

// wakeups is how often the threads of a process went to sleep of themselves, and so woke up.
func wakeups(pid int) (int64, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	if err != nil || len(threads) == 0 {
		return 0, errUnknown
	}
	var sum int64
	for _, path := range threads {
		n, err := status(path, "voluntary_ctxt_switches")
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// status reads a number of a status file (proc_pid_status(5)).
func status(path, name string) (int64, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(b) {
		if rest, ok := bytes.CutPrefix(line, []byte(name+":")); ok {
			return strconv.ParseInt(string(bytes.Fields(rest)[0]), 10, 64)
		}
	}
	return 0, errUnknown
}
