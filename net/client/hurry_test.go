package client

import (
	"net"
	"testing"
	"time"
)

// deadlines is a connection that notes what its writes are given.
type deadlines struct {
	net.Conn
	write time.Time
}

func (d *deadlines) SetWriteDeadline(t time.Time) error { d.write = t; return nil }

// A writer that looked at the clock before it was hurried sets its deadline after.
func TestHurriedWriteIsNotPutOff(t *testing.T) {
	var d deadlines
	h := &hurried{Conn: &d}
	late := time.Now().Add(writeWait)
	if err := h.SetWriteDeadline(late); err != nil || !d.write.Equal(late) {
		t.Fatalf("before: %v, %v", d.write, err)
	}
	h.hurry()
	soon := d.write
	if left := time.Until(soon); left > goodbyeWait {
		t.Fatalf("the write under way has %v", left)
	}
	for what, set := range map[string]time.Time{"later": late, "never": {}} {
		if err := h.SetWriteDeadline(set); err != nil || !d.write.Equal(soon) {
			t.Errorf("%s: %v, %v", what, d.write, err)
		}
	}
	sooner := soon.Add(-time.Millisecond)
	if err := h.SetWriteDeadline(sooner); err != nil || !d.write.Equal(sooner) {
		t.Errorf("sooner: %v, %v", d.write, err)
	}
}
