// Package markup makes rows of cells of what people write: Markdown as it is typed
// in chat, blocks of code, links and names, in the styles of a theme, wrapped by the
// measure of the terminal.
//
// It keeps the lines as they were typed. Of a line it hides the signs that make
// something, "**" around what is bold and "[](…)" around a link; all else stays,
// odd Markdown as well. What would be guesswork is no markup: indented text, setext
// headings, HTML, entities, definitions of links. Emphasis, code in a sentence and
// links are parsed by goldmark, lines by lines.go: CommonMark's blocks are made for
// documents, where a quote goes on until a blank line and lists are counted anew.
//
// Texts are another person's. They have to be sanitised (net/chat), and what is made
// of them is sanitised again where a hidden sign would let characters join. The work
// is bounded: what is too long, too deep or has too many signs is drawn as it was
// typed, and only the rows that are asked for are made.
//
// It knows nothing of messages, rooms and people but the words it is given. What it
// makes depends on nothing else; it keeps the escape sequences of the styles, and
// the lexers once they were used. A Drawer is used by one goroutine.
package markup
