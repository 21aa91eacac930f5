package markup

import (
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// languages are the names by which a language is known, and that of chroma's lexer for
// it. Chroma has more; these are what teams post.
var languages = map[string]string{
	"sh": "bash", "bash": "bash", "zsh": "bash", "shell": "bash", "ksh": "bash",
	"console": "bash-session", "shell-session": "bash-session", "terminal": "bash-session",
	"c": "c", "h": "c", "c++": "c++", "cpp": "c++", "cc": "c++", "hpp": "c++", "cxx": "c++", "c#": "c#", "cs": "c#", "csharp": "c#",
	"css": "css", "dart": "dart", "diff": "diff", "patch": "diff", "udiff": "diff", "docker": "docker", "dockerfile": "docker",
	"elixir": "elixir", "ex": "elixir", "exs": "elixir", "go": "go", "golang": "go", "graphql": "graphql", "gql": "graphql",
	"haskell": "haskell", "hs": "haskell", "hcl": "hcl", "terraform": "terraform", "tf": "terraform",
	"html": "html", "xhtml": "html", "htm": "html", "ini": "ini", "cfg": "ini", "conf": "ini", "properties": "ini",
	"java": "java", "javascript": "javascript", "js": "javascript", "mjs": "javascript", "jsx": "typescript",
	"json": "json", "jsonc": "json", "json5": "json", "kotlin": "kotlin", "kt": "kotlin", "kts": "kotlin",
	"lua": "lua", "make": "makefile", "makefile": "makefile", "mk": "makefile", "nginx": "nginx", "nix": "nix",
	"perl": "perl", "pl": "perl", "php": "php", "powershell": "powershell", "ps1": "powershell", "pwsh": "powershell",
	"protobuf": "protobuf", "proto": "protobuf", "python": "python", "py": "python", "python3": "python",
	"r": "r", "ruby": "ruby", "rb": "ruby", "rust": "rust", "rs": "rust", "scala": "scala", "sql": "sql", "psql": "sql",
	"swift": "swift", "toml": "toml", "typescript": "typescript", "ts": "typescript", "tsx": "typescript",
	"xml": "xml", "svg": "xml", "yaml": "yaml", "yml": "yaml", "zig": "zig",
}

// LanguageOf is the language of a file by its name, "" if it is not known.
func LanguageOf(file string) string {
	name := strings.ToLower(path.Base(strings.ReplaceAll(file, `\`, "/")))
	if ext := strings.TrimPrefix(path.Ext(name), "."); languages[ext] != "" {
		return ext
	}
	if languages[name] != "" && strings.HasSuffix(name, "file") {
		return name
	}
	return ""
}

const (
	// maxLexed is how much of a text gets colours, in bytes; a message that is
	// folded shows less.
	maxLexed = 16 << 10
	// maxLexedLine is the longest line that gets colours, in bytes: longer ones are
	// made by programs, and lexers take their time for them.
	maxLexedLine = 300
	// lexTime and lexLineTime are how long a text and each of its lines may take, some
	// ten times of what code takes. What has not got its colours by then does without.
	lexTime     = 20 * time.Millisecond
	lexLineTime = 200 * time.Microsecond

	// lexStuck is how long a lexer is at one place when its patterns try everything;
	// chroma ends that after a quarter of a second. One that was so often enough that
	// it was not the machine is not asked again; and none is when that were many, for
	// then somebody tries.
	lexStuck    = 200 * time.Millisecond
	maxStuck    = 2
	maxAllStuck = 6
)

// allStuck is how often any lexer was.
var allStuck atomic.Int32

// highlight gives lines of code their colours: the spans of the first lines.
func (p *page) highlight(language string, list []string) [][]span {
	l := lexerOf(language)
	if l == nil || p.theme.Signs == 2 {
		return nil
	}
	var b strings.Builder
	for i, s := range list {
		if b.Len()+len(s) > maxLexed || len(s) > maxLexedLine {
			list = list[:i]
			break
		}
		b.WriteString(s)
		b.WriteByte('\n')
	}
	return l.spans(b.String(), len(list), p.patience+time.Duration(len(list))*lexLineTime)
}

// lexer is a lexer that is used, one text at a time.
type lexer struct {
	mu    sync.Mutex
	lexer chroma.Lexer
	stuck int // how often it was
}

// used are the lexers that were asked for, by name.
var used = struct {
	mu   sync.Mutex
	made map[string]*lexer
}{made: make(map[string]*lexer)}

// lexerOf is the lexer of a language, nil if there is none.
func lexerOf(language string) *lexer {
	name := languages[strings.ToLower(language)]
	if name == "" {
		return nil
	}
	used.mu.Lock()
	defer used.mu.Unlock()
	l, ok := used.made[name]
	if !ok {
		l = makeLexer(name)
		used.made[name] = l
	}
	return l
}

func makeLexer(name string) *lexer {
	if name == "go" {
		return &lexer{lexer: goLexer}
	}
	if l := lexers.Get(name); l != nil {
		return &lexer{lexer: l}
	}
	return nil
}

// spans are the colours of a text of some lines, as far as they are found in time.
func (l *lexer) spans(code string, lines int, limit time.Duration) (list [][]span) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stuck >= maxStuck || allStuck.Load() >= maxAllStuck {
		return nil
	}
	defer func() {
		if recover() != nil { // so chroma tells of errors
			l.stuck, list = maxStuck, nil
		}
	}()
	next, err := l.lexer.Tokenise(&chroma.TokeniseOptions{State: "root"}, code)
	if err != nil {
		return nil
	}
	begin := time.Now()
	list = make([][]span, 1, lines)
	at, end := 0, 0 // the line; how far it is read
	for t := next(); t != chroma.EOF; t = next() {
		as := look{tone: codeTone(t.Type)}
		for part := range strings.SplitAfterSeq(t.Value, "\n") {
			text := strings.TrimSuffix(part, "\n")
			if text != "" {
				end += len(text)
				list[at] = extended(list[at], end, as)
			}
			if len(text) < len(part) {
				list = append(list, nil)
				at, end = at+1, 0
			}
		}
		if took := time.Since(begin); took > limit {
			if took > lexStuck {
				l.stuck++
				allStuck.Add(1)
			}
			break
		}
	}
	if len(list) > lines {
		list = list[:lines]
	}
	return list
}

// extended are spans with one more, up to end.
func extended(list []span, end int, as look) []span {
	if n := len(list); n > 0 && list[n-1].look == as {
		list[n-1].end = end
		return list
	}
	return append(list, span{end, as})
}

// codeTone is what a token of chroma is to us.
func codeTone(t chroma.TokenType) tone {
	switch {
	case t == chroma.GenericInserted:
		return toneAdded
	case t == chroma.GenericDeleted:
		return toneRemoved
	case t == chroma.GenericHeading || t == chroma.GenericSubheading || t == chroma.NameDecorator ||
		t == chroma.NameClass || t == chroma.NameTag || t == chroma.NameAttribute || t == chroma.KeywordType || t == chroma.NameNamespace:
		return toneKind
	case t == chroma.NameFunction || t == chroma.NameBuiltin || t == chroma.NameFunctionMagic:
		return toneCall
	case t == chroma.KeywordConstant || t.InSubCategory(chroma.LiteralNumber):
		return toneNumber
	case t == chroma.GenericOutput || t == chroma.GenericPrompt || t.InCategory(chroma.Comment):
		return toneComment
	case t.InCategory(chroma.Keyword) || t == chroma.OperatorWord:
		return toneWord
	case t.InCategory(chroma.Literal):
		return toneText
	}
	return tonePlain
}
