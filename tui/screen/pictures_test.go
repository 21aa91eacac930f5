package screen

import (
	"strings"
	"testing"
)

// Every picture that the terminal was given, and no other, is taken away.
func TestPicturesAreForgotten(t *testing.T) {
	for said, want := range map[string]string{
		"":                             "",
		"\x1b_Ga=T,i=7,m=0;AAAA\x1b\\": "\x1b_Ga=d,d=I,q=2,i=7\x1b\\",
		"\x1b_Ga=T,i=7,m=1;AA\x1b\\\x1b_Gm=0;AA\x1b\\":                "\x1b_Ga=d,d=I,q=2,i=7\x1b\\",
		"\x1b_Ga=T,i=7,m=1;AA\x1b\\":                                  "\x1b_Gm=0,q=2;\x1b\\\x1b_Ga=d,d=I,q=2,i=7\x1b\\",
		"\x1b_Ga=t,i=9;A\x1b\\text\x1b_Ga=T,i=7;A\x1b\\":              "\x1b_Ga=d,d=I,q=2,i=7\x1b\\\x1b_Ga=d,d=I,q=2,i=9\x1b\\",
		"\x1b_Ga=t,i=9;A\x1b\\\x1b_Ga=T,i=7\x1b\\\x1b_Ga=d,i=7\x1b\\": "\x1b_Ga=d,d=I,q=2,i=9\x1b\\",
		"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\":                  "",
		"\x1b_Ga=p,i=7,c=1\x1b\\\x1b]9;hello\a":                       "",
		"\x1b_Ga=T,i=-1;\x1b\\\x1b_Ga=T,i=99999999999\x1b\\\x1b_G":    "",
	} {
		x := &terminal{}
		x.noted(said)
		x.forget()
		if got := x.buf.String(); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
		x.buf.Reset()
		if x.forget(); x.buf.Len() > 0 {
			t.Errorf("%q: they are forgotten twice", said)
		}
	}
}

// FuzzNoted: whatever a program says, no picture is made of it that it did not give.
func FuzzNoted(f *testing.F) {
	f.Add("\x1b_Ga=T,i=7,m=1;AA\x1b\\\x1b_Gm=0;AA\x1b\\")
	f.Add("\x1b_G\x1b_Ga=,i=;\x1b\\")
	f.Fuzz(func(t *testing.T, s string) {
		x := &terminal{}
		x.noted(s)
		if len(x.pictures) > strings.Count(s, "\x1b_G") {
			t.Errorf("%v", x.pictures)
		}
	})
}
