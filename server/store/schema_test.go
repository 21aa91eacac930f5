package store

import (
	"database/sql"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSchemaIsTheMigrations: a new file is in all as one of the first version is that was
// brought up to date. Whoever changes schema.sql or adds a migration has to do both.
func TestSchemaIsTheMigrations(t *testing.T) {
	if newestVersion != len(migrations) {
		t.Errorf("schema.sql is of version %d, and the migrations lead to %d: write there, too, what the last one does", newestVersion, len(migrations))
	}
	folder := t.TempDir()
	migrated := openOld(t, filepath.Join(folder, "old.db"), len(migrations))
	defer migrated.Close()
	if err := settleIndex(t.Context(), migrated); err != nil {
		t.Fatal(err)
	}
	made := openStore(t, filepath.Join(folder, "new.db"))
	for _, pragma := range []string{"user_version", "application_id", "auto_vacuum", "page_size", "encoding"} {
		var old, anew string
		if err := migrated.QueryRow("PRAGMA " + pragma).Scan(&old); err != nil {
			t.Fatal(err)
		}
		if err := made.Writer().QueryRow("PRAGMA " + pragma).Scan(&anew); err != nil {
			t.Fatal(err)
		}
		if old != anew {
			t.Errorf("%s is %s in a new file, and %s in a migrated one", pragma, anew, old)
		}
	}
	if diff := cmp.Diff(schemaOf(t, migrated), schemaOf(t, made.Writer())); diff != "" {
		t.Errorf("the schema (-migrated +new):\n%s", diff)
	}
	tables, err := tableNames(t.Context(), made.Writer())
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		var old, anew strings.Builder
		dumpTable(t, &old, migrated, table)
		dumpTable(t, &anew, made.Writer(), table)
		switch table {
		case "search_data": // FTS5's own, with what it counts for itself
			continue
		case "team": // each has an ID of its own
			for _, b := range []*strings.Builder{&old, &anew} {
				if !regexp.MustCompile(`^team int64:1 string:[A-Z2-7]{26} string:\n$`).MatchString(b.String()) {
					t.Errorf("the team is %q", b)
				}
			}
			continue
		}
		if diff := cmp.Diff(old.String(), anew.String()); diff != "" {
			t.Errorf("rows of %s (-migrated +new):\n%s", table, diff)
		}
	}
}

var (
	sqlComment = regexp.MustCompile(`--[^\n]*`)
	sqlSpaces  = regexp.MustCompile(`\s+`)
	sqlAround  = regexp.MustCompile(` ?([(),]) ?`)
)

// schemaOf is what a file's tables and indices are made with, by name: a column that was
// added stands as the others do, but for its comment and its spaces.
func schemaOf(t *testing.T, db *sql.DB) map[string]string {
	t.Helper()
	rows, err := db.Query("SELECT type || ' ' || name || ' of ' || tbl_name, coalesce(sql, '') FROM sqlite_schema")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := make(map[string]string)
	for rows.Next() {
		var name, made string
		if err := rows.Scan(&name, &made); err != nil {
			t.Fatal(err)
		}
		made = sqlSpaces.ReplaceAllString(sqlComment.ReplaceAllString(made, ""), " ")
		all[name] = sqlAround.ReplaceAllString(made, "$1")
	}
	if err := rows.Err(); err != nil || len(all) < 50 {
		t.Fatalf("%d tables and indices, %v", len(all), err)
	}
	return all
}
