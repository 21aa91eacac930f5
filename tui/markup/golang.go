package markup

import "github.com/alecthomas/chroma/v2"

// goLexer is our own. Chroma's is not among its files, and has patterns that try
// everything on a string without an end.
var goLexer = chroma.MustNewLexer(&chroma.Config{Name: "Go"}, func() chroma.Rules {
	words := func(kind chroma.TokenType, list ...string) chroma.Rule {
		return chroma.Rule{Pattern: chroma.Words(`\b`, `\b`, list...), Type: kind}
	}
	rule := func(pattern string, kind chroma.Emitter) chroma.Rule {
		return chroma.Rule{Pattern: pattern, Type: kind}
	}
	return chroma.Rules{"root": {
		rule(`\s+`, chroma.TextWhitespace),
		rule(`//[^\n]*`, chroma.CommentSingle),
		{Pattern: `/\*`, Type: chroma.CommentMultiline, Mutator: chroma.Push("comment")},
		rule(`"(?>[^"\\\n]|\\.)*"?`, chroma.LiteralString),
		{Pattern: "`", Type: chroma.LiteralString, Mutator: chroma.Push("raw")},
		rule(`'(?>[^'\\\n]|\\[^\n])*'?`, chroma.LiteralStringChar),
		rule(`0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9]+)?i?|\.[0-9]+`, chroma.LiteralNumber),
		words(chroma.Keyword, "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func", "go",
			"goto", "if", "import", "interface", "map", "package", "range", "return", "select", "struct", "switch", "type", "var"),
		words(chroma.KeywordConstant, "true", "false", "iota", "nil"),
		words(chroma.KeywordType, "any", "bool", "byte", "comparable", "complex64", "complex128", "error", "float32", "float64", "int", "int8", "int16",
			"int32", "int64", "rune", "string", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr"),
		rule(`[\p{L}_][\p{L}\p{N}_]*(?=\()`, chroma.NameFunction),
		rule(`[\p{L}_][\p{L}\p{N}_]*`, chroma.Name),
		rule(`[^\s\p{L}\p{N}_"'`+"`"+`/]+|/`, chroma.Punctuation),
		rule(`.`, chroma.Text),
	}, "comment": {
		rule(`[^*]+`, chroma.CommentMultiline),
		{Pattern: `\*/`, Type: chroma.CommentMultiline, Mutator: chroma.Pop(1)},
		rule(`\*`, chroma.CommentMultiline),
	}, "raw": {
		rule("[^`]+", chroma.LiteralString),
		{Pattern: "`", Type: chroma.LiteralString, Mutator: chroma.Pop(1)},
	}}
})
