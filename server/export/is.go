package export

import (
	"bufio"
	"encoding/json"
	"io"
)

// maxFirst is how long the first line of an export is at most, in bytes: it names a team.
const maxFirst = 64 << 10

// IsExport tells whether r begins as lines of an export do.
func IsExport(r io.Reader) bool {
	line, err := bufio.NewReaderSize(io.LimitReader(r, maxFirst), 4<<10).ReadBytes('\n')
	var first struct{ Type string }
	return err == nil && json.Unmarshal(line, &first) == nil && first.Type == "export"
}
