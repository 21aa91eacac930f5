package markup

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// strikeParser finds "~~" and "~", as GitHub has them. goldmark has one among its
// extensions, which compile their patterns whenever the program starts.
type strikeParser struct{}

// strikeLevel is the level of an emphasis that is struck out.
const strikeLevel = 3

// Trigger is part of parser.InlineParser.
func (strikeParser) Trigger() []byte { return []byte{'~'} }

// Parse is part of parser.InlineParser.
func (s strikeParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	d := parser.ScanDelimiter(line, before, 1, s)
	if d == nil || d.OriginalLength > 2 || before == '~' {
		return nil
	}
	d.Segment = segment.WithStop(segment.Start + d.OriginalLength)
	block.Advance(d.OriginalLength)
	pc.PushDelimiter(d)
	return d
}

// IsDelimiter is part of parser.DelimiterProcessor, as are the next two.
func (strikeParser) IsDelimiter(b byte) bool { return b == '~' }

// CanOpenCloser wants two of one length.
func (strikeParser) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char && opener.OriginalLength == closer.OriginalLength
}

// OnMatch makes the node of what is between them.
func (strikeParser) OnMatch(int) ast.Node { return ast.NewEmphasis(strikeLevel) }
