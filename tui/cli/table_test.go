package cli

import (
	"strings"
	"testing"
)

// TestTable: a person reads what each column is, and in which it stands, also where names are wide;
// a program reads tabs, at once.
func TestTable(t *testing.T) {
	rows := [][]string{
		{"general", "", "3", "all of us, and what all of us should know about"},
		{"木曜日\x1b[2J", "", "12", ""},
		{"ops", "", "1", "on call\tnow"},
	}
	fill := func(width int) string {
		var b strings.Builder
		list := &table{w: &b, width: width, heads: []string{"ROOM", "WHERE", "PEOPLE", "TOPIC"}}
		for _, row := range rows {
			if err := list.row(append([]string(nil), row...)...); err != nil {
				t.Fatal(err)
			}
			if (b.Len() == 0) != (width > 0) {
				t.Errorf("with a width of %d it has written %q before its end", width, b.String())
			}
		}
		if err := list.end(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for width, want := range map[int]string{
		0: "general\t\t3\tall of us, and what all of us should know about\n木曜日␛[2J\t\t12\t\nops\t\t1\ton call now\n",
		80: `ROOM        PEOPLE  TOPIC
general     3       all of us, and what all of us should know about
木曜日␛[2J  12
ops         1       on call now
`,
		45: `ROOM        PEOPLE  TOPIC
general     3       all of us, and what all
                    of us should know about
木曜日␛[2J  12
ops         1       on call now
`,
	} {
		if got := fill(width); got != want {
			t.Errorf("with a width of %d\n%s\nnot\n%s", width, got, want)
		}
	}
	rows = [][]string{{"ops", "", "", ""}} // nothing behind the first column
	if got := fill(80); got != "ROOM\nops\n" {
		t.Errorf("%q", got)
	}
	rows = [][]string{{strings.Repeat("x", 60), "", "", "a"}, {"ops", "", "", "b"}} // no name pushes the others away
	if got, pad := fill(80), strings.Repeat(" ", widestColumn); got != "ROOM"+pad[4:]+"  TOPIC\n"+rows[0][0]+"  a\nops"+pad[3:]+"  b\n" {
		t.Errorf("%q", got)
	}
	rows = [][]string{{strings.Repeat("x", 38), "", strings.Repeat("y", 20), "one two three four five"}, {"ops", "", "", "six"}} // nor the last one
	if got, pad := fill(70), strings.Repeat(" ", 60); got != "ROOM"+pad[:23]+"PEOPLE"+pad[:16]+"TOPIC\n"+rows[0][0]+"  "+rows[0][2]+"  one two\n  three four five\nops"+pad[:46]+"six\n" {
		t.Errorf("%s", got)
	}
	if rows = nil; fill(80) != "" {
		t.Error("an empty list has a head")
	}
}
