package cli

import (
	"os"
	"sync"
)

// maxLogFile is how large the log of serve --chat grows, in bytes. Then it becomes the
// old one, of which there is one.
const maxLogFile = 10 << 20

// oldLog is what the old log's name ends in.
const oldLog = ".old"

// boundedLog is a log file that does not grow for ever. It is safe from any goroutine.
type boundedLog struct {
	path  string
	limit int64

	mu   sync.Mutex
	file *os.File
	size int64
}

// openBoundedLog opens a log, and goes on with one that is there.
func openBoundedLog(path string, limit int64) (*boundedLog, error) {
	l := &boundedLog{path: path, limit: limit}
	if err := l.open(0); err != nil {
		return nil, err
	}
	return l, nil
}

// open opens the file; l.mu is held, or nobody else knows of l.
func (l *boundedLog) open(flag int) error {
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY|flag, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close() // nothing was written
		return err
	}
	l.file, l.size = f, info.Size()
	return nil
}

// Write implements io.Writer.
func (l *boundedLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size > 0 && l.size+int64(len(b)) > l.limit {
		if err := l.turn(); err != nil {
			return 0, err
		}
	}
	n, err := l.file.Write(b)
	l.size += int64(n)
	return n, err
}

// turn makes the log the old one and begins another. Where it cannot be renamed, as
// while somebody reads it on Windows, it begins anew all the same: a bound is a bound.
func (l *boundedLog) turn() error {
	if err := l.file.Close(); err != nil {
		return err
	}
	flag := 0
	if os.Rename(l.path, l.path+oldLog) != nil {
		flag = os.O_TRUNC
	}
	return l.open(flag)
}

// Close implements io.Closer.
func (l *boundedLog) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Close()
}
