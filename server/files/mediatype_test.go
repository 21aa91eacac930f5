package files

import (
	"mime"
	"strings"
	"testing"
)

func FuzzMediaType(f *testing.F) {
	for _, head := range []string{"", "<html>", "<?xml", "\x89PNG\r\n\x1a\n", "PK\x03\x04", "%!PS-Adobe-", "\x1f\x8b\x08", "text", "\x00\x01"} {
		for _, name := range []string{"", "x.svg", "x.JSON", "x.docx", "x.tar"} {
			f.Add(name, []byte(head))
		}
	}
	f.Fuzz(func(t *testing.T, name string, head []byte) {
		found := mediaType(name, head)
		kind, parameters, err := mime.ParseMediaType(found)
		if err != nil || kind != found || len(parameters) > 0 {
			t.Errorf("%q is %q, which is read as %q %v, %v", name, found, kind, parameters, err)
		}
		for _, active := range []string{"html", "xml", "svg", "script", "css", "xhtml", "postscript", "flash", "java", "multipart", "message/"} {
			if strings.Contains(found, active) && !strings.Contains(found, "openxmlformats") {
				t.Errorf("%q is %q", name, found)
			}
		}
	})
}
