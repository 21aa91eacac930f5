package socketio

import (
	"encoding/json"
	"testing"
)

const chatBody = `"the quick brown fox jumps over the lazy dog, and says so in a hundred characters or something like it"`

func BenchmarkEncodeEvent(b *testing.B) {
	body := json.RawMessage(chatBody)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		p, err := EncodeEvent("/", "message", nil, body)
		if err != nil {
			b.Fatal(err)
		}
		dst = p.AppendText(dst[:0])
	}
}

func BenchmarkDecodeEvent(b *testing.B) {
	text := []byte(`212["message",` + chatBody + `]`)
	var d Decoder
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		p, err := d.Text(text)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := p.Event(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeBinary(b *testing.B) {
	text := []byte(`51-["message",{"name":"cat.png","file":{"_placeholder":true,"num":0}}]`)
	file := make([]byte, 64<<10)
	var d Decoder
	b.ReportAllocs()
	b.SetBytes(int64(len(text) + len(file)))
	for b.Loop() {
		if _, err := d.Text(text); err != nil {
			b.Fatal(err)
		}
		p, err := d.Binary(file)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := p.Event(); err != nil {
			b.Fatal(err)
		}
	}
}
