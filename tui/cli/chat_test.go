package cli

import "testing"

func TestFarewell(t *testing.T) {
	for n, want := range map[int]string{
		0: "",
		1: "1 message waits to be sent; it goes when hobnob is next open\n",
		3: "3 messages wait to be sent; they go when hobnob is next open\n",
	} {
		if got := farewell(n, "hobnob is next open"); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}
