package server

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// reference reads Markdown as the screen does, without HTML and links, which say
// nothing of code.
var reference = goldmark.New(goldmark.WithParser(parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(parser.NewSetextHeadingParser(), 100), util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(parser.NewListParser(), 300), util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500), util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700), util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(parser.NewParagraphParser(), 1000)),
	parser.WithInlineParsers(util.Prioritized(parser.NewCodeSpanParser(), 100)),
)))

// outsideCode are the places after each @ of a text that goldmark has in words.
func outsideCode(source string) (at []int) {
	b := []byte(source)
	_ = ast.Walk(reference.Parser().Parse(text.NewReader(b)), func(n ast.Node, in bool) (ast.WalkStatus, error) {
		if words, ok := n.(*ast.Text); ok && in && n.Parent().Kind() != ast.KindCodeSpan {
			for i := words.Segment.Start; i < words.Segment.Stop; i++ {
				if b[i] == '@' {
					at = append(at, i+1)
				}
			}
		}
		return ast.WalkContinue, nil
	})
	return at
}

// TestCodeIsWhereMarkdownHasIt compares what is in code with another reader of Markdown,
// for texts of all that blocks are made of. The two may differ in one of a thousand: of
// tabs behind the marks of nested lists, and of items that begin with an empty line,
// goldmark has it otherwise than CommonMark (sections 2.2 and 5.2).
func TestCodeIsWhereMarkdownHasIt(t *testing.T) {
	parts := []string{"> ", ">", "- ", "* ", "1. ", "2) ", "```", "~~~", "`", "    ", "\t", "  ", "\n", "\n", "\n", "\n\n", " @ada", " @ada", "@x", "x", "# ", "---", "==="}
	r := rand.New(rand.NewPCG(1, 2))
	wrong := 0
	const texts = 50_000
	for range texts {
		var b strings.Builder
		for range 2 + r.IntN(12) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		source := strings.ReplaceAll(b.String(), "@", " @")
		got := slices.Collect(mentionStarts(source))
		if want := outsideCode(source); !slices.Equal(got, want) {
			if wrong++; wrong < 20 {
				t.Logf("%q: in words at %v, by goldmark at %v", source, got, want)
			}
		}
	}
	if wrong > texts/1000 {
		t.Errorf("%d of %d texts", wrong, texts)
	}
}

// TestMarkdownTakesLittle: no text of a megabyte takes long.
func TestMarkdownTakesLittle(t *testing.T) {
	deep := strings.Repeat("- ", 1000)
	for _, unit := range []string{">", "> ", "- ", "* x\n", "> - ", deep + "\n\n\n\n", "\t", " ", "`\n", "```\n", "> ```\n", "1. ", deep + "@\n", "-", "#", "\n"} {
		source := "@" + strings.Repeat(unit, 1_000_000/len(unit))
		start := time.Now()
		for range mentionStarts(source) {
			continue
		}
		took := time.Since(start)
		t.Logf("%.20q a megabyte long took %v", unit, took)
		if took > 10*time.Second {
			t.Errorf("%.20q a megabyte long took %v", unit, took)
		}
	}
}
