package bench

import (
	"bytes"
	"os"
	"strconv"
	"time"
)

// What /proc counts in: USER_HZ is 100 on every architecture Go runs on.
const tick = time.Second / 100

// cpuTime is the processor time that a process has taken, where the system has
// /proc. A pid of 0 is no process.
func cpuTime(pid int) (d time.Duration, ok bool) {
	if pid == 0 {
		return 0, false
	}
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, false
	}
	// The name in brackets may have spaces (proc_pid_stat(5)); utime and stime are
	// the 14th and 15th field, so the 12th and 13th behind it.
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(fields) < 13 {
		return 0, false
	}
	user, err1 := strconv.ParseInt(string(fields[11]), 10, 64)
	system, err2 := strconv.ParseInt(string(fields[12]), 10, 64)
	return time.Duration(user+system) * tick, err1 == nil && err2 == nil
}

// memory is what a process has in memory, in bytes.
func memory(pid int) (bytesUsed int64, ok bool) {
	if pid == 0 {
		return 0, false
	}
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0, false
	}
	fields := bytes.Fields(b)
	if len(fields) < 2 {
		return 0, false
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	return pages * int64(os.Getpagesize()), err == nil
}

// usage is what was used up to a moment.
type usage struct {
	at          time.Time
	server, own time.Duration
	known       bool          // the server's
	machine     time.Duration // all of this machine's processes; 0 when not known
}

// machineTime is the processor time that this machine has spent on anything.
func machineTime() time.Duration {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	// cpu user nice system idle iowait irq softirq steal … (proc_stat(5))
	head, _, _ := bytes.Cut(b, []byte{'\n'})
	var busy int64
	for i, field := range bytes.Fields(head) {
		if i == 0 || i == 4 || i == 5 || i > 8 {
			continue
		}
		n, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0
		}
		busy += n
	}
	return time.Duration(busy) * tick
}

func (f *Fleet) usage() usage {
	u := usage{at: time.Now()}
	u.server, u.known = cpuTime(f.cfg.PID)
	u.own, _ = cpuTime(os.Getpid())
	u.machine = machineTime()
	return u
}

// Cost is what something took. Cores are processor time a second: 2 are two
// processors that did nothing else.
type Cost struct {
	Seconds       float64 `json:"seconds"`
	ServerCores   float64 `json:"server_cores,omitempty"` // 0 when not known
	ServerSeconds float64 `json:"server_cpu_seconds,omitempty"`
	OwnCores      float64 `json:"generator_cores,omitempty"`
	MachineCores  float64 `json:"machine_cores,omitempty"` // all processes of the generator's machine
}

// since is the cost from then until now.
func (f *Fleet) since(then usage) Cost {
	now := f.usage()
	wall := max(now.at.Sub(then.at), time.Millisecond).Seconds()
	c := Cost{Seconds: wall, OwnCores: (now.own - then.own).Seconds() / wall, MachineCores: (now.machine - then.machine).Seconds() / wall}
	if now.known && then.known {
		c.ServerSeconds = (now.server - then.server).Seconds()
		c.ServerCores = c.ServerSeconds / wall
	}
	return c
}

// each is a cost in microseconds of server time for one of n, 0 when not known.
func (c Cost) each(n int64) float64 {
	if n <= 0 {
		return 0
	}
	return c.ServerSeconds * 1e6 / float64(n)
}
