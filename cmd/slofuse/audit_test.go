package main

import (
	"bytes"
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/alerting/audit/book"
	"github.com/slofuse/slofuse/internal/sqldb"
)

// record writes three entries into a new file, and lets a test change it.
func record(t *testing.T, change ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "slofuse.db")
	db, err := sqldb.Open(t.Context(), path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b, err := book.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	for _, actor := range []string{"oncall", "ci", "\x1b[31mred"} {
		if _, err := b.Record(t.Context(), audit.Entry{At: time.Unix(1.7e9, 0), Actor: actor, Action: "reload", Outcome: audit.Done}); err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range change {
		err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, statement)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestAuditShowsAndVerifiesAFile(t *testing.T) {
	const unlocked = `DROP TRIGGER audit_is_not_changed`
	for name, c := range map[string]struct {
		path string
		args []string
		code int
		want string
	}{
		"listed":                 {record(t), nil, exitPass, "ci"},
		"listed as JSON":         {record(t), []string{"-o", "json"}, exitPass, `"actor": "ci"`},
		"whole":                  {record(t), []string{"--verify"}, exitPass, "3 entries, each as it was written"},
		"whole, as JSON":         {record(t), []string{"--verify", "-o", "json"}, exitPass, `"verdict": "pass"`},
		"changed":                {record(t, unlocked, `UPDATE audit SET body = replace(body, 'oncall', 'nobody')`), []string{"--verify"}, exitFindings, "entry 1 is not as it was written"},
		"changed, as JSON":       {record(t, unlocked, `UPDATE audit SET body = replace(body, 'oncall', 'nobody')`), []string{"--verify", "-o", "json"}, exitFindings, `"verdict": "fail"`},
		"shortened in between":   {record(t, `DROP TRIGGER audit_is_not_shortened`, `DELETE FROM audit WHERE id = 2`), []string{"--verify"}, exitFindings, "entry 3 follows entry 1"},
		"a file that is missing": {"nowhere.db", nil, exitUsage, "nowhere.db"},
		"no such form":           {record(t), []string{"-o", "xml"}, exitUsage, "--output"},
		"no entries wanted":      {record(t), []string{"--limit", "0"}, exitUsage, "--limit"},
		"two places":             {record(t), []string{"--server", "http://localhost:1"}, exitUsage, "--storage.path are both given: say one of them"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			cli := &cli{stdout: &out, stderr: &out, now: time.Now, getenv: func(string) string { return "" }}
			code := cli.run(t.Context(), append([]string{"audit", "--storage.path", c.path}, c.args...))
			if code != c.code || !strings.Contains(out.String(), c.want) {
				t.Errorf("exit %d:\n%s\nwant %d and %q", code, out.String(), c.code, c.want)
			}
			if strings.Contains(out.String(), "\x1b") {
				t.Errorf("a terminal is steered: %q", out.String())
			}
		})
	}
}
