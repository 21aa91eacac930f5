package client

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// tap is a connection on which bytes pile up until they are read.
type tap struct {
	net.Conn
	bytes chan struct{}
}

func newTap() *tap { return &tap{bytes: make(chan struct{}, 10_000)} }

func (t *tap) Read(b []byte) (n int, err error) {
	for <-t.bytes; ; <-t.bytes {
		if n++; n == len(b) || len(t.bytes) == 0 {
			return n, nil
		}
	}
}

// drips lets one byte come each time, for so long.
func (t *tap) drips(each, d time.Duration) {
	for range d / each {
		time.Sleep(each)
		t.bytes <- struct{}{}
	}
}

// TestReadsArePacedWhileMuchArrives: and at no other time, nor while an answer is waited for.
func TestReadsArePacedWhileMuchArrives(t *testing.T) {
	const each = 5 * time.Millisecond
	reads := func(t *testing.T, d time.Duration, h *hurried, tap *tap) (n int) {
		t.Helper()
		b, end := make([]byte, 100), time.Now().Add(d)
		go tap.drips(each, d)
		for bytes := 0; bytes < int(d/each); n++ {
			got, err := h.Read(b)
			if err != nil {
				t.Fatal(err)
			}
			bytes += got
		}
		if late := time.Since(end); late > readPause {
			t.Errorf("%v after the last byte", late)
		}
		return n
	}
	for name, c := range map[string]struct {
		paced       bool
		owed        int
		least, most int
	}{
		"paced":                     {true, 0, readRun + 15, readRun + 35},
		"while an answer is waited": {true, 1, 200, 200},
		"who is not":                {false, 0, 200, 200},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tap := newTap()
				h := &hurried{Conn: tap}
				if c.paced {
					h.pace.asked = make(chan struct{}, 1)
				}
				h.pace.owes(c.owed)
				if n := reads(t, time.Second, h, tap); n < c.least || n > c.most {
					t.Errorf("%d reads of 200 bytes in a second", n)
				}
				h.pace.owes(0)
				time.Sleep(time.Minute)
				if n := reads(t, readRun*each, h, tap); n != readRun {
					t.Errorf("%d reads after a minute, of %d bytes", n, readRun)
				}
			})
		})
	}
}

// TestWhatIsAskedEndsAPause: the answer is read when it comes.
func TestWhatIsAskedEndsAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tap := newTap()
		h := &hurried{Conn: tap}
		h.pace.asked = make(chan struct{}, 1)
		b := make([]byte, 2)
		read := func() time.Duration {
			began := time.Now()
			tap.bytes <- struct{}{}
			if _, err := h.Read(b); err != nil {
				t.Fatal(err)
			}
			return time.Since(began)
		}
		for range readRun + 1 { // of which one follows nothing
			if d := read(); d != 0 {
				t.Fatalf("one of the first took %v", d)
			}
		}
		if d := read(); d != readPause {
			t.Errorf("while much arrives: %v", d)
		}
		h.pace.owes(1)
		h.pace.owes(0) // it was answered since
		go func() {
			time.Sleep(time.Millisecond)
			h.pace.owes(1)
		}()
		if d := read(); d != time.Millisecond {
			t.Errorf("what was asked: %v", d)
		}
		if d := read(); d != 0 {
			t.Errorf("until it is answered: %v", d)
		}
		h.pace.owes(0)
		if d := read(); d != readPause {
			t.Errorf("and then: %v", d)
		}
	})
}

// TestWhatIsLongIsReadAtOnce: as much as is there, however many reads that takes.
func TestWhatIsLongIsReadAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tap := newTap()
		h := &hurried{Conn: tap}
		h.pace.asked = make(chan struct{}, 1)
		for range 10 * readRun {
			tap.bytes <- struct{}{}
		}
		began := time.Now()
		for b := make([]byte, 1); len(tap.bytes) > 0; {
			if _, err := h.Read(b); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("it took %v", took)
		}
	})
}
