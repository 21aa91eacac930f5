package socketio

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// deep is an event whose JSON is n deep, the packet's array counted.
func deep(n int) string {
	return `2["e",` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `]`
}

func TestDecodeText(t *testing.T) {
	tests := []struct {
		name, text string
		want       Packet
		canonical  string // when it is written otherwise than it came
	}{
		{"connect", `0`, Packet{Type: Connect, Namespace: "/"}, ""},
		{"connect with token", `0{"token":"a"}`, Packet{Type: Connect, Namespace: "/", Data: []byte(`{"token":"a"}`)}, ""},
		{"connect without comma", `0/admin`, Packet{Type: Connect, Namespace: "/admin"}, `0/admin,`},
		{"connect to a namespace", `0/admin,{}`, Packet{Type: Connect, Namespace: "/admin", Data: []byte(`{}`)}, ""},
		{"namespace with query", `0/admin?x=1,{}`, Packet{Type: Connect, Namespace: "/admin?x=1", Data: []byte(`{}`)}, ""},
		{"main namespace by name", `2/,["e"]`, Packet{Type: Event, Namespace: "/", Data: []byte(`["e"]`)}, `2["e"]`},
		{"disconnect", `1`, Packet{Type: Disconnect, Namespace: "/"}, ""},
		{"disconnect from a namespace", `1/admin,`, Packet{Type: Disconnect, Namespace: "/admin"}, ""},
		{"refusal", `4{"message":"no"}`, Packet{Type: ConnectError, Namespace: "/", Data: []byte(`{"message":"no"}`)}, ""},
		{"refusal, old", `4"no"`, Packet{Type: ConnectError, Namespace: "/", Data: []byte(`"no"`)}, ""},
		{"event", `2["e",1]`, Packet{Type: Event, Namespace: "/", Data: []byte(`["e",1]`)}, ""},
		{"event with ack id 0", `20["e"]`, Packet{Type: Event, Namespace: "/", HasID: true, Data: []byte(`["e"]`)}, ""},
		{"event in a namespace", `2/a,12["e"]`, Packet{Type: Event, Namespace: "/a", ID: 12, HasID: true, Data: []byte(`["e"]`)}, ""},
		{"ack id with leading zeros", `2007["e"]`, Packet{Type: Event, Namespace: "/", ID: 7, HasID: true, Data: []byte(`["e"]`)}, `27["e"]`},
		{"largest ack id", `318446744073709551615[]`, Packet{Type: Ack, Namespace: "/", ID: 1<<64 - 1, HasID: true, Data: []byte(`[]`)}, ""},
		{"name is a number", `2[12.5,"x"]`, Packet{Type: Event, Namespace: "/", Data: []byte(`[12.5,"x"]`)}, ""},
		{"white space", "2[ \"e\" ,\t{ \"a\" : 1 } ]\n", Packet{Type: Event, Namespace: "/", Data: []byte(`["e",{"a":1}]`)}, `2["e",{"a":1}]`},
		{"HTML stays", `2["e","<&>"]`, Packet{Type: Event, Namespace: "/", Data: []byte(`["e","<&>"]`)}, ""},
		{"placeholder is data", `2["e",{"_placeholder":true,"num":9}]`, Packet{Type: Event, Namespace: "/", Data: []byte(`["e",{"_placeholder":true,"num":9}]`)}, ""},
		{"binary without attachments", `50-["e"]`, Packet{Type: BinaryEvent, Namespace: "/", Data: []byte(`["e"]`)}, ""},
		{"deepest", deep(MaxDepth), Packet{Type: Event, Namespace: "/", Data: []byte(deep(MaxDepth)[1:])}, ""},
		{"longest namespace", "0/" + strings.Repeat("n", MaxNamespace-1) + ",", Packet{Type: Connect, Namespace: "/" + strings.Repeat("n", MaxNamespace-1)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d Decoder
			p, err := d.Text([]byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, *p); diff != "" {
				t.Error(diff)
			}
			want := tt.canonical
			if want == "" {
				want = tt.text
			}
			if got := string(p.AppendText(nil)); got != want {
				t.Errorf("written as %q, want %q", got, want)
			}
		})
	}
}

func TestDecodeTextErrors(t *testing.T) {
	tests := []struct {
		name, text string
		want       error
	}{
		{"nothing", ``, ErrType},
		{"no digit", `abc`, ErrType},
		{"unknown type", `7`, ErrType},
		{"object for an event", `2{}`, ErrPayload},
		{"junk before the array", `2abc["e"]`, ErrPayload},
		{"junk behind the array", `2["e"]x`, ErrPayload},
		{"two arrays", `2["e"]["e"]`, ErrPayload},
		{"event without payload", `2`, ErrPayload},
		{"event with id without payload", `21`, ErrPayload},
		{"cut", `2["e"`, ErrPayload},
		{"empty array", `2[]`, ErrPayload},
		{"name is an object", `2[{}]`, ErrPayload},
		{"name is null", `2[null]`, ErrPayload},
		{"name is true", `2[true,"e"]`, ErrPayload},
		{"reserved name", `2["connect"]`, ErrReserved},
		{"reserved name, escaped", `2["\u0064isconnect"]`, ErrReserved},
		{"reserved name, listener", `2["newListener",1]`, ErrReserved},
		{"reserved name, binary", `51-["removeListener",{"_placeholder":true,"num":0}]`, ErrReserved},
		{"connect with array", `0[]`, ErrPayload},
		{"connect with string", `0"x"`, ErrPayload},
		{"connect with null", `0null`, ErrPayload},
		{"connect with id", `01{}`, ErrID},
		{"disconnect with payload", `1{}`, ErrPayload},
		{"disconnect with id", `15`, ErrID},
		{"refusal with array", `4[]`, ErrPayload},
		{"ack without id", `3[]`, ErrID},
		{"ack with object", `31{}`, ErrPayload},
		{"ack without payload", `31`, ErrPayload},
		{"ack id overflows", `218446744073709551616["e"]`, ErrID},
		{"ack id with a point", `21.5["e"]`, ErrPayload},
		{"many attachments", `5999999-`, ErrTooMany},
		{"eleven attachments", `511-["e"]`, ErrTooMany},
		{"count overflows", `599999999999999999999999-["e"]`, ErrTooMany},
		{"no dash", `51["e"]`, ErrAttachments},
		{"only the count", `51`, ErrAttachments},
		{"no count", `5-["e"]`, ErrAttachments},
		{"no count, no dash", `5["e"]`, ErrAttachments},
		{"negative count", `5-1-["e"]`, ErrAttachments},
		{"signed count", `5+1-["e"]`, ErrAttachments},
		{"count in exponents", `51e0-["e"]`, ErrAttachments},
		{"binary without payload", `51-`, ErrPayload},
		{"placeholder out of range", `51-["e",{"_placeholder":true,"num":1}]`, ErrAttachments},
		{"placeholder with nothing to hold", `50-["e",{"_placeholder":true,"num":0}]`, ErrAttachments},
		{"placeholder negative", `51-["e",{"_placeholder":true,"num":-1}]`, ErrAttachments},
		{"placeholder fraction", `51-["e",{"_placeholder":true,"num":0.5}]`, ErrAttachments},
		{"placeholder as text", `51-["e",{"_placeholder":true,"num":"0"}]`, ErrAttachments},
		{"placeholder without number", `51-["e",{"_placeholder":true}]`, ErrAttachments},
		{"placeholder escaped", `51-["e",{"\u005fplaceholder":true,"num":7}]`, ErrAttachments},
		{"placeholder twice", `51-["e",{"_placeholder":true,"num":0,"_placeholder":false}]`, ErrAttachments},
		{"placeholder truthy", `51-["e",{"_placeholder":1,"num":0}]`, ErrAttachments},
		{"placeholder deep", `61-1[[{"a":[{"_placeholder":true,"num":3}]}]]`, ErrAttachments},
		{"too deep", deep(MaxDepth + 1), ErrDepth},
		{"far too deep", deep(200_000), ErrPayload}, // encoding/json's own limit comes first
		{"not UTF-8", "2[\"e\",\"\xff\"]", ErrUTF8},
		{"namespace not UTF-8", "0/\xff,", ErrUTF8},
		{"long namespace", "0/" + strings.Repeat("n", MaxNamespace) + ",", ErrNamespace},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d Decoder
			p, err := d.Text([]byte(tt.text))
			if p != nil || !errors.Is(err, tt.want) || !errors.Is(err, ErrMalformed) {
				t.Errorf("got %v, %v, want %v", p, err, tt.want)
			}
		})
	}
}

func TestDecodeBinary(t *testing.T) {
	var d Decoder
	text := `52-/a,3["f",{"x":{"num":1,"_placeholder":true,"y":[1]}},[{"_placeholder":true,"num":0}],{"_placeholder":false}]`
	for range 2 { // the second shows that the first left nothing behind
		if p, err := d.Text([]byte(text)); p != nil || err != nil {
			t.Fatal(p, err)
		}
		if p, err := d.Binary([]byte("zero")); p != nil || err != nil {
			t.Fatal(p, err)
		}
		p, err := d.Binary([]byte("one"))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := string(p.AppendText(nil)), `52-/a,3["f",{"x":{"_placeholder":true,"num":1}},[{"_placeholder":true,"num":0}],{"_placeholder":false}]`; got != want {
			t.Errorf("written as %s, want %s", got, want)
		}
		name, args, err := p.Event()
		if err != nil || name != "f" {
			t.Fatal(name, err)
		}
		want := []Value{
			{JSON: []byte(`{"x":{"_placeholder":true,"num":0}}`), Attachments: [][]byte{[]byte("one")}},
			{JSON: []byte(`[{"_placeholder":true,"num":0}]`), Attachments: [][]byte{[]byte("zero")}},
			{JSON: []byte(`{"_placeholder":false}`)},
		}
		if diff := cmp.Diff(want, args); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAttachmentMentionedTwice(t *testing.T) {
	p := Packet{
		Type: BinaryEvent, Attachments: [][]byte{{0}, {1}},
		Data: []byte(`["e",{"a":{"_placeholder":true,"num":1},"b":{"_placeholder":true,"num":1}}]`),
	}
	_, args, err := p.Event()
	if err != nil {
		t.Fatal(err)
	}
	want := []Value{{
		JSON:        []byte(`{"a":{"_placeholder":true,"num":0},"b":{"_placeholder":true,"num":0}}`),
		Attachments: [][]byte{{1}},
	}}
	if diff := cmp.Diff(want, args); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeOutOfTurn(t *testing.T) {
	var d Decoder
	if _, err := d.Binary([]byte("x")); !errors.Is(err, ErrUnexpected) {
		t.Errorf("binary when none is awaited: %v", err)
	}
	if _, err := d.Text([]byte(`51-["e"]`)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Text([]byte(`2["e"]`)); !errors.Is(err, ErrAwaited) {
		t.Errorf("text while an attachment is awaited: %v", err)
	}
}

func TestDecodeLimits(t *testing.T) {
	d := Decoder{MaxAttachments: 2, MaxBytes: 20}
	if _, err := d.Text([]byte(`53-["e"]`)); !errors.Is(err, ErrTooMany) {
		t.Errorf("three attachments where two are allowed: %v", err)
	}
	if _, err := d.Text(bytes.Repeat([]byte{'2'}, 21)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("long text: %v", err)
	}
	for _, size := range []int{12, 13} { // the text has 8
		if _, err := d.Text([]byte(`51-["e"]`)); err != nil {
			t.Fatal(err)
		}
		p, err := d.Binary(make([]byte, size))
		if ok := size == 12; ok != (p != nil) || ok == errors.Is(err, ErrTooLarge) {
			t.Errorf("%d bytes attached: %v, %v", size, p, err)
		}
	}
}

func TestArgs(t *testing.T) {
	p := Packet{Type: Ack, HasID: true, Data: []byte(`["a,]",{"b":[1,2]},[],null,-1.5e3]`)}
	args, err := p.Args()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range args {
		got = append(got, string(a.JSON))
	}
	if diff := cmp.Diff([]string{`"a,]"`, `{"b":[1,2]}`, `[]`, `null`, `-1.5e3`}, got); diff != "" {
		t.Error(diff)
	}
	if _, _, err := p.Event(); !errors.Is(err, ErrType) {
		t.Errorf("an ack as an event: %v", err)
	}
	p.Type = Event
	if _, err := p.Args(); !errors.Is(err, ErrType) {
		t.Errorf("an event as an ack: %v", err)
	}
	for _, data := range []string{``, `[`, `{}`, `[]`, `[1`, `["a`, `[[`, `["connect"]`} {
		p := Packet{Type: BinaryEvent, Data: []byte(data)}
		if name, _, err := p.Event(); err == nil {
			t.Errorf("%q is an event named %q", data, name)
		}
	}
}

func TestEncodeEvent(t *testing.T) {
	id := uint64(5)
	file := Value{JSON: json.RawMessage(`{ "f": {"_placeholder":true,"num":1}, "g": {"_placeholder":true,"num":0} }`), Attachments: [][]byte{{0}, {1}}}
	tests := []struct {
		name      string
		namespace string
		id        *uint64
		args      []any
		want      string
		count     int
	}{
		{"no arguments", "", nil, nil, `2["e"]`, 0},
		{"any", "/", &id, []any{"<b>", 1, nil, map[string]int{"a": 1}}, `25["e","<b>",1,null,{"a":1}]`, 0},
		{"raw", "/a", nil, []any{json.RawMessage(` [ 1 ] `), json.RawMessage(nil)}, `2/a,["e",[1],null]`, 0},
		{"value", "/", nil, []any{Value{JSON: json.RawMessage(`"x"`)}, &Value{JSON: json.RawMessage(`2`)}, (*Value)(nil)}, `2["e","x",2,null]`, 0},
		{"placeholder is data", "/", nil, []any{json.RawMessage(`{"_placeholder":true,"num":4}`)}, `2["e",{"_placeholder":true,"num":4}]`, 0},
		{"attachments", "/a", &id, []any{file, 7, file}, `54-/a,5["e",{"f":{"_placeholder":true,"num":1},"g":{"_placeholder":true,"num":0}},7,` +
			`{"f":{"_placeholder":true,"num":3},"g":{"_placeholder":true,"num":2}}]`, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := EncodeEvent(tt.namespace, "e", tt.id, tt.args...)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(p.AppendText(nil)); got != tt.want || len(p.Attachments) != tt.count {
				t.Errorf("got %s with %d attachments, want %s", got, len(p.Attachments), tt.want)
			}
			if got := redecode(t, p); got == nil {
				t.Error("does not decode")
			}
		})
	}
}

func TestEncodeAck(t *testing.T) {
	p, err := EncodeAck("/", 0, "x", Value{JSON: json.RawMessage(`{"_placeholder":true,"num":0}`), Attachments: [][]byte{{1}}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(p.AppendText(nil)), `61-0["x",{"_placeholder":true,"num":0}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if p, err = EncodeAck("/", 9); err != nil || string(p.AppendText(nil)) != `39[]` {
		t.Errorf("empty ack: %s, %v", p.AppendText(nil), err)
	}
}

func TestEncodeErrors(t *testing.T) {
	one := Value{JSON: json.RawMessage(`{"_placeholder":true,"num":0}`), Attachments: [][]byte{{1}}}
	tests := []struct {
		name, namespace, event string
		args                   []any
		want                   error
	}{
		{"reserved", "/", "disconnecting", nil, ErrReserved},
		{"name not UTF-8", "/", "\xff", nil, ErrUTF8},
		{"namespace without slash", "a", "e", nil, ErrNamespace},
		{"namespace with comma", "/a,b", "e", nil, ErrNamespace},
		{"raw not JSON", "/", "e", []any{json.RawMessage(`{`)}, ErrPayload},
		{"raw is two", "/", "e", []any{json.RawMessage(`1,2`)}, ErrPayload},
		{"raw is empty", "/", "e", []any{json.RawMessage{}}, ErrPayload},
		{"raw not UTF-8", "/", "e", []any{json.RawMessage("\"\xff\"")}, ErrUTF8},
		{"too deep", "/", "e", []any{json.RawMessage(deep(MaxDepth)[1:])}, ErrDepth},
		{"placeholder of nothing", "/", "e", []any{Value{JSON: json.RawMessage(`{"_placeholder":true,"num":1}`), Attachments: [][]byte{{1}}}}, ErrAttachments},
		{"data that would become a placeholder", "/", "e", []any{one, json.RawMessage(`{"_placeholder":true,"num":0}`)}, ErrAttachments},
		{"eleven attachments", "/", "e", []any{one, one, one, one, one, one, one, one, one, one, one}, ErrTooMany},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if p, err := EncodeEvent(tt.namespace, tt.event, nil, tt.args...); !errors.Is(err, tt.want) {
				t.Errorf("got %s, %v, want %v", p.Data, err, tt.want)
			}
		})
	}
	if _, err := EncodeEvent("/", "e", nil, func() {}); err == nil {
		t.Error("a function was encoded")
	}
}

// redecode decodes what p is on the wire.
func redecode(t *testing.T, p Packet) *Packet {
	t.Helper()
	d := Decoder{MaxBytes: 1 << 30}
	got, err := d.Text(p.AppendText(nil))
	for _, a := range p.Attachments {
		if err != nil || got != nil {
			break
		}
		got, err = d.Binary(a)
	}
	if err != nil {
		t.Fatalf("%s: %v", p.AppendText(nil), err)
	}
	return got
}

func TestArgumentsAreBounded(t *testing.T) {
	text := func(n int) []byte { return []byte(`2["e"` + strings.Repeat(",0", n) + `]`) }
	for n, want := range map[int]error{MaxArguments: nil, MaxArguments + 1: ErrArguments, 400_000: ErrArguments} {
		var d Decoder
		d.MaxBytes = 1 << 20
		p, err := d.Text(text(n))
		if err == nil {
			_, _, err = p.Event()
		}
		if !errors.Is(err, want) {
			t.Errorf("%d arguments: %v, want %v", n, err, want)
		}
	}
}

// TestAwaited: of an ack that nobody waits for nothing is read or kept.
func TestAwaited(t *testing.T) {
	d := Decoder{Awaited: func(ack *Packet) bool { return ack.Namespace == "/" && ack.ID == 1 }}
	for _, text := range []string{`32[`, `32[]`, `3/admin,1[]`} {
		if p, err := d.Text([]byte(text)); p != nil || err != nil || d.Pending() {
			t.Errorf("%s is %v, %v", text, p, err)
		}
	}
	if p, err := d.Text([]byte(`62-2[{"_placeholder":true,"num":7}]`)); p != nil || err != nil || !d.Pending() {
		t.Errorf("a binary one is %v, %v", p, err)
	}
	for i := range 2 {
		if p, err := d.Binary([]byte("x")); p != nil || err != nil || d.Pending() != (i == 0) {
			t.Errorf("attachment %d makes it %v, %v", i, p, err)
		}
	}
	if p, err := d.Text([]byte(`31["yes"]`)); err != nil || p == nil || string(p.Data) != `["yes"]` {
		t.Errorf("an answer is %v, %v", p, err)
	}
	if _, err := d.Text([]byte(`31[`)); err == nil {
		t.Error("a malformed answer is taken")
	}
	if p, err := d.Text([]byte(`2["hi"]`)); err != nil || p == nil {
		t.Errorf("an event is %v, %v", p, err)
	}
}
