package socketio

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecoder reads a stream of messages: lines, each text, or binary when it
// begins with "b". Whatever comes, there is no panic, no more is held than the
// limits allow, and what was decoded is the same when it is encoded and decoded
// again, as a packet and as an event relayed to others.
func FuzzDecoder(f *testing.F) {
	for _, s := range []string{
		"0", `0{"token":"a"}`, "0/admin?x=1,", "1/admin,", `2["message","hi"]`, `2/a,12["e",{"a":[1,null]}]`,
		"2{}", `2abc["e"]`, "abc", "5999999-", `50-["e"]`, `30["x"]`, `2["connect"]`, `2[1]`, "2[]",
		"52-/a,3[\"f\",{\"_placeholder\":true,\"num\":1},{\"num\":0,\"\\u005fplaceholder\":true}]\nbxx\nby",
		"61-1[{\"_placeholder\":true,\"num\":0,\"q\":{\"_placeholder\":true,\"num\":0}}]\nb",
		"51-[\"e\",{\"_placeholder\":false}]\n2[\"e\"]", "b", `218446744073709551616["e"]`,
		deep(40), "2[\"\\ud800\",\"\\\"]\"]", "2[ \"e\" , { \"a\" : 1 } ]", `4"no"`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		const maxBytes = 4 << 10
		d := Decoder{MaxBytes: maxBytes}
		for line := range bytes.SplitSeq(stream, []byte{'\n'}) {
			var p *Packet
			var err error
			if len(line) > 0 && line[0] == 'b' {
				p, err = d.Binary(line[1:])
			} else {
				p, err = d.Text(line)
			}
			if err != nil {
				return
			}
			if p != nil {
				checkPacket(t, p, maxBytes)
			}
			if d.size > maxBytes || d.missing > MaxAttachments {
				t.Fatalf("holds %d bytes and awaits %d attachments", d.size, d.missing)
			}
		}
	})
}

func checkPacket(t *testing.T, p *Packet, maxBytes int) {
	t.Helper()
	if len(p.Attachments) > MaxAttachments || len(p.Data) > maxBytes+64*len(p.Attachments) {
		t.Fatalf("%d attachments, %d bytes", len(p.Attachments), len(p.Data))
	}
	if !utf8.Valid(p.Data) {
		t.Fatalf("%q is not UTF-8", p.Data)
	}
	if diff := cmp.Diff(p, redecode(t, *p)); diff != "" {
		t.Fatal(diff)
	}
	switch {
	case p.Type.event():
		name, args, err := p.Event()
		if err != nil {
			t.Fatal(err)
		}
		relayed, err := EncodeEvent(p.Namespace, name, nil, anys(args)...)
		if err != nil {
			// One argument's data may look like another's attachment only
			// where the packet had been refused already.
			t.Fatalf("cannot relay %s: %v", p.AppendText(nil), err)
		}
		got := redecode(t, relayed)
		_, again, err := got.Event()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(args, again); diff != "" {
			t.Fatal(diff)
		}
	case p.Type.ack():
		args, err := p.Args()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := EncodeAck(p.Namespace, p.ID, anys(args)...); err != nil {
			t.Fatal(err)
		}
	}
}

func anys(values []Value) []any {
	var args []any
	for _, v := range values {
		args = append(args, v)
	}
	return args
}

func FuzzEngineOpen(f *testing.F) {
	f.Add([]byte(`{"sid":"a","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`))
	f.Add([]byte(`{"sid":"a","upgrades":null,"pingInterval":1,"pingTimeout":1}`))
	f.Add([]byte(`{"sid":"\ud800","pingInterval":1,"pingTimeout":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		open, err := DecodeOpen(b)
		if err != nil {
			return
		}
		if open.SID == "" || open.PingInterval <= 0 || open.PingTimeout <= 0 || open.MaxPayload < 0 {
			t.Fatalf("%+v", open)
		}
		again, err := DecodeOpen(open.AppendJSON(nil))
		if err != nil {
			t.Fatal(err)
		}
		if len(open.Upgrades) == 0 {
			open.Upgrades = again.Upgrades // null and [] are the same
		}
		if diff := cmp.Diff(open, again); diff != "" || len(again.Upgrades) != len(open.Upgrades) {
			t.Fatal(diff)
		}
	})
}
