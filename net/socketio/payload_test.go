package socketio

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func text(s string) EnginePacket   { return EnginePacket{Data: []byte(s)} }
func binary(s string) EnginePacket { return EnginePacket{Binary: true, Data: []byte(s)} }

var payloads = []struct {
	name     string
	revision Revision
	binary   bool
	wire     string
	packets  []EnginePacket
}{
	{"4, one", Revision4, false, "4hello", []EnginePacket{text("4hello")}},
	{"4, several", Revision4, false, "4a\x1e2\x1e4b", []EnginePacket{text("4a"), text("2"), text("4b")}},
	{"4, binary", Revision4, false, "4hello\x1ebAQIDBA==", []EnginePacket{text("4hello"), binary("\x01\x02\x03\x04")}},
	{"4, empty binary", Revision4, false, "b", []EnginePacket{binary("")}},
	{"3, one", Revision3, false, "6:4hello", []EnginePacket{text("4hello")}},
	{"3, several", Revision3, false, "6:4test16:4test21:2", []EnginePacket{text("4test1"), text("4test2"), text("2")}},
	{"3, base64", Revision3, false, "6:4hello10:b4AQIDBA==", []EnginePacket{text("4hello"), binary("\x01\x02\x03\x04")}},
	// U+1F680 counts two, as it does in JavaScript, and the accented letter one.
	{"3, beyond ASCII", Revision3, false, "4:4é🚀2:4:", []EnginePacket{text("4é🚀"), text("4:")}},
	{
		"3, octets", Revision3, true, "\x00\x06\xff4hello\x01\x05\xff\x04\x01\x02\x03\x04\x00\x01\x02\xff4" + strings.Repeat("é", 5) + "x",
		[]EnginePacket{text("4hello"), binary("\x01\x02\x03\x04"), text("4" + strings.Repeat("é", 5) + "x")},
	},
}

func TestPayload(t *testing.T) {
	for _, test := range payloads {
		t.Run(test.name, func(t *testing.T) {
			got, err := readPayload([]byte(test.wire), test.revision, test.binary)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.packets, got, cmp.Transformer("string", func(b []byte) string { return string(b) })); diff != "" {
				t.Error(diff)
			}
			if wire := appendPayload(test.packets, test.revision, test.binary); string(wire) != test.wire {
				t.Errorf("written as %q, not %q", wire, test.wire)
			}
		})
	}
}

func TestPayloadRefused(t *testing.T) {
	for _, test := range []struct {
		revision Revision
		binary   bool
		wire     string
	}{
		{Revision4, false, "b!!"},
		{Revision4, false, "4a\x1ebAQ"},
		{Revision3, false, "abc"},
		{Revision3, false, ":4"},
		{Revision3, false, "0:"},
		{Revision3, false, "-1:4"},
		{Revision3, false, "3:4a"},
		{Revision3, false, "4:b2AQ"},
		{Revision3, false, "1:b"},
		{Revision3, false, "3:b4!"},
		{Revision3, false, "99999999999:4"},
		{Revision3, true, "\x02\x01\xff4"},
		{Revision3, true, "\x00\xff4"},
		{Revision3, true, "\x00\x00\xff4"},
		{Revision3, true, "\x00\x09\xff4"},
		{Revision3, true, "\x00\x0a\xff4"},
		{Revision3, true, "\x01\x01\xff\x02"},
		{Revision3, true, "\x00\x01"},
	} {
		got, err := readPayload([]byte(test.wire), test.revision, test.binary)
		if !errors.Is(err, ErrFrame) || !errors.Is(err, ErrMalformed) {
			t.Errorf("%q of revision %d is read as %v, %v", test.wire, test.revision, got, err)
		}
	}
}

// TestPayloadCutsNoSurrogatePair: a length that ends within a character beyond
// U+FFFF is JavaScript's half of a pair, which no client sends.
func TestPayloadCutsNoSurrogatePair(t *testing.T) {
	if got, err := readPayload([]byte("2:4🚀"), Revision3, false); err == nil {
		t.Errorf("read as %v", got)
	}
}

func readPayload(body []byte, revision Revision, binary bool) (packets []EnginePacket, err error) {
	p := NewPayload(body, revision, binary)
	for {
		packet, ok, err := p.Next()
		if err != nil || !ok {
			return packets, err
		}
		packets = append(packets, packet)
	}
}

func appendPayload(packets []EnginePacket, revision Revision, binary bool) []byte {
	switch {
	case revision == Revision4:
		return AppendPayload(nil, packets)
	case binary:
		return AppendBinaryPayload3(nil, packets)
	}
	return AppendPayload3(nil, packets)
}

// FuzzPayload: whatever comes, reading ends, and what was read is the same when
// it is written and read again.
func FuzzPayload(f *testing.F) {
	for _, test := range payloads {
		f.Add([]byte(test.wire), test.revision == Revision3, test.binary)
	}
	f.Add([]byte("\x1e\x1e\x1e"), false, false)
	f.Add([]byte("999999999:4"), true, false)
	f.Add([]byte("\x00\x09\x09\x09\x09\x09\x09\x09\x09\x09\x09\xff4"), true, true)
	f.Fuzz(func(t *testing.T, body []byte, old, binary bool) {
		revision := Revision4
		if old {
			revision = Revision3
		}
		packets, err := readPayload(body, revision, binary)
		if len(packets) > len(body)+1 {
			t.Fatalf("%d packets of %d bytes", len(packets), len(body))
		}
		if err != nil || len(packets) == 0 {
			return
		}
		again, err := readPayload(appendPayload(packets, revision, binary), revision, binary)
		if err != nil || len(again) != len(packets) {
			t.Fatalf("%q: %d packets, then %d, %v", body, len(packets), len(again), err)
		}
		for i := range again {
			if again[i].Binary != packets[i].Binary || !bytes.Equal(again[i].Data, packets[i].Data) {
				t.Fatalf("%q: packet %d was %q, is %q", body, i, packets[i].Data, again[i].Data)
			}
		}
	})
}
