package slash

import "strings"

// Shrug is what /shrug puts behind a text.
const Shrug = `¯\_(ツ)_/¯`

// First splits what stands behind a command into a name, which may stand in quotes and
// have an @ before it, and the rest.
func First(line string) (who, rest string) {
	line = strings.TrimPrefix(line, "@")
	if quoted, ok := strings.CutPrefix(line, `"`); ok {
		if who, rest, ok = strings.Cut(quoted, `"`); ok {
			return who, strings.TrimSpace(rest)
		}
	}
	who, rest, _ = strings.Cut(line, " ")
	return who, strings.TrimSpace(rest)
}

// Name is a name that stands behind a command alone. It needs no quotes for its spaces.
func Name(line string) string {
	line = strings.TrimPrefix(strings.TrimSpace(line), "@")
	if name, rest := First(line); rest == "" && strings.HasPrefix(line, `"`) {
		return name
	}
	return line
}
