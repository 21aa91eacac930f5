package socketio

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOpen(t *testing.T) {
	open := Open{SID: "a<b", PingInterval: 25 * time.Second, PingTimeout: 20 * time.Second, MaxPayload: 1_000_000}
	want := `{"sid":"a<b","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`
	if got := string(open.AppendJSON(nil)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	open.Upgrades = []string{"websocket", "webtransport"}
	got, err := DecodeOpen(open.AppendJSON(nil))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(open, got); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeOpenErrors(t *testing.T) {
	for _, s := range []string{
		``, `{}`, `[]`, `{"sid":1}`,
		`{"sid":"","upgrades":[],"pingInterval":1,"pingTimeout":1}`,
		`{"sid":"a","upgrades":[],"pingInterval":0,"pingTimeout":1}`,
		`{"sid":"a","upgrades":[],"pingInterval":1,"pingTimeout":-1}`,
		`{"sid":"a","upgrades":[],"pingInterval":9223372036854775807,"pingTimeout":1}`,
		`{"sid":"a","upgrades":[],"pingInterval":1,"pingTimeout":1,"maxPayload":-1}`,
		`{"sid":"` + strings.Repeat("a", maxSID+1) + `","pingInterval":1,"pingTimeout":1}`,
		`{"sid":"a","pingInterval":1,"pingTimeout":1,"x":"` + strings.Repeat("a", maxOpen) + `"}`,
		"{\"sid\":\"\xff\",\"pingInterval\":1,\"pingTimeout\":1}",
	} {
		if o, err := DecodeOpen([]byte(s)); !errors.Is(err, ErrOpen) {
			t.Errorf("%.60s: %+v, %v", s, o, err)
		}
	}
	if o, err := DecodeOpen([]byte(`{"sid":"a","pingInterval":1,"pingTimeout":1,"new":{}}`)); err != nil || o.MaxPayload != 0 {
		t.Errorf("unknown key, no maxPayload: %+v, %v", o, err)
	}
}
