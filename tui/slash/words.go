package slash

import "strings"

// Shrug is what /shrug puts behind a text.
const Shrug = `¯\_(ツ)_/¯`

// First splits what stands behind a command into a name, which may stand in quotes and
// have an @ before it, and the rest, which may begin on the next line.
func First(line string) (who, rest string) {
	line = strings.TrimPrefix(line, "@")
	if quoted, ok := strings.CutPrefix(line, `"`); ok {
		if who, rest, ok = strings.Cut(quoted, `"`); ok {
			return who, behind(rest)
		}
	}
	at := strings.IndexAny(line, " \n")
	if at < 0 {
		return line, ""
	}
	return line[:at], behind(line[at:])
}

// People splits what stands behind a command into names with commas between them, each as
// First takes it, and the rest.
func People(line string) (who []string, rest string) {
	for rest = line; ; {
		var name string
		if end := strings.IndexAny(rest, ", \"\n"); end >= 0 && rest[end] == ',' {
			name, rest = strings.TrimPrefix(rest[:end], "@"), rest[end:]
		} else if at := strings.TrimPrefix(rest, "@"); strings.HasPrefix(at, `"`) && strings.Contains(at[1:], `"`) {
			if name, rest, _ = strings.Cut(at[1:], `"`); !strings.HasPrefix(rest, ",") {
				rest = behind(rest)
			}
		} else {
			name, rest = First(rest)
		}
		if name != "" {
			who = append(who, name)
		}
		next, more := strings.CutPrefix(rest, ",")
		if !more {
			return who, rest
		}
		if rest = strings.TrimLeft(next, " "); rest == "" {
			return who, rest
		}
	}
}

// Name is a name that stands behind a command alone. It needs no quotes for its spaces.
func Name(line string) string {
	line = strings.TrimPrefix(strings.TrimSpace(line), "@")
	if name, rest := First(line); rest == "" && strings.HasPrefix(line, `"`) {
		return name
	}
	return line
}
