package files

import (
	"mime"
	"net/http"
	"path/filepath"
	"strings"
)

// mediaType finds out what a content is from its beginning, and from the name it
// has where that says more of the same kind. What it answers is never a type that
// a browser runs or renders as a page: HTML, XML, SVG and scripts are plain text.
func mediaType(name string, head []byte) string {
	found, _, err := mime.ParseMediaType(http.DetectContentType(head))
	if err != nil {
		return octets
	}
	if plain, ok := sniffed[found]; ok {
		found = plain
	}
	if finer := byExtension[strings.ToLower(filepath.Ext(name))]; finer.of == found && finer.of != "" {
		return finer.is
	}
	return found
}

const (
	octets = "application/octet-stream" // bytes of which nothing is known (RFC 2046, section 4.5.1)
	text   = "text/plain"
	zip    = "application/zip"
)

// sniffed are types that are found and called something else.
var sniffed = map[string]string{
	"text/html":              text,
	"text/xml":               text,
	"application/x-gzip":     "application/gzip",
	"application/postscript": octets, // it is a program
}

// byExtension says what a name adds to what was found in the content. A name
// claims nothing that the content does not bear out: an image is one by its
// content alone.
var byExtension = map[string]struct{ of, is string }{
	".csv":      {text, "text/csv"},
	".tsv":      {text, "text/tab-separated-values"},
	".md":       {text, "text/markdown"},
	".markdown": {text, "text/markdown"},
	".json":     {text, "application/json"},
	".yaml":     {text, "application/yaml"},
	".yml":      {text, "application/yaml"},
	".toml":     {text, "application/toml"},
	".patch":    {text, "text/x-diff"},
	".diff":     {text, "text/x-diff"},
	".ics":      {text, "text/calendar"},

	".docx": {zip, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	".xlsx": {zip, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	".pptx": {zip, "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	".odt":  {zip, "application/vnd.oasis.opendocument.text"},
	".ods":  {zip, "application/vnd.oasis.opendocument.spreadsheet"},
	".odp":  {zip, "application/vnd.oasis.opendocument.presentation"},
	".epub": {zip, "application/epub+zip"},

	".tar":  {octets, "application/x-tar"},
	".xz":   {octets, "application/x-xz"},
	".zst":  {octets, "application/zstd"},
	".bz2":  {octets, "application/x-bzip2"},
	".7z":   {octets, "application/x-7z-compressed"},
	".flac": {octets, "audio/flac"},
}
