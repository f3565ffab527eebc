package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/alerting/audit/book"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/web/api"
)

type auditOptions struct {
	remote
	storagePath string
	output      string
	limit       int
	verify      bool
}

func (c *cli) auditCommand() *cobra.Command {
	var o auditOptions
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Show who changed what, and whether the record of it is whole",
		Long: `Lists who acknowledged, resolved, silenced, announced, reloaded or was refused,
newest first: from a server, which takes a token of the role operator, or from
its database file, also while it runs.

With --verify it reads the whole record instead, and says whether each entry is
as it was written and follows the one before it: exit code 1 when not. It
prints the hash of the last entry; kept elsewhere, it shows later that nothing
was cut off or written anew. The server logs the hash of every entry.`,
		Example: `  slofuse audit --server https://slo.example.com --token-file oncall
  slofuse audit --storage.path slofuse.db --verify`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.audit(cmd.Context(), &o) },
	}
	flags := cmd.Flags()
	o.registerRemote(flags)
	flags.StringVar(&o.storagePath, "storage.path", "", "database `FILE` of a slofuse server, read in place")
	flags.StringVarP(&o.output, "output", "o", "table", "form of the output: table or json")
	flags.IntVar(&o.limit, "limit", 100, "how many entries to list")
	flags.BoolVar(&o.verify, "verify", false, "check the whole record instead of listing it")
	return cmd
}

func (c *cli) audit(ctx context.Context, o *auditOptions) error {
	if err := checkFormat(o.output, "table", "json"); err != nil {
		return err
	}
	switch {
	case o.server == "" && o.storagePath == "":
		return usagef("say where the audit is: --server URL, or --storage.path FILE")
	case o.server != "" && o.storagePath != "":
		return usagef("--server (or SLOFUSE_SERVER) and --storage.path are both given: say one of them")
	case o.limit < 1:
		return usagef("--limit %d is not a number from 1", o.limit)
	}
	source, done, err := o.source(ctx)
	if err != nil {
		return err
	}
	defer done()
	if o.verify {
		return c.verifyAudit(ctx, o, source)
	}
	entries, err := readAudit(ctx, source, o.limit)
	if err != nil {
		return err
	}
	return c.writeAudit(o.output, entries)
}

// auditSource lists entries before one, newest first.
type auditSource func(ctx context.Context, before int64, limit int) ([]audit.Entry, error)

func (o *auditOptions) source(ctx context.Context) (source auditSource, done func(), err error) {
	if o.server != "" {
		return o.remoteAudit, func() {}, nil
	}
	db, err := sqldb.OpenReadOnly(ctx, o.storagePath, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, nil, usagef("%w", err)
	}
	b, err := book.Open(ctx, db)
	if err != nil {
		_ = db.Close() // nothing was written
		return nil, nil, usagef("%w", err)
	}
	return b.Entries, func() { _ = db.Close() }, nil
}

func (o *auditOptions) remoteAudit(ctx context.Context, before int64, limit int) ([]audit.Entry, error) {
	var page api.Audit
	query := url.Values{"limit": {strconv.Itoa(limit)}, "before": {strconv.FormatInt(before, 10)}}
	err := o.fetch(ctx, "/api/v1/audit", query, &page)
	return page.Entries, err
}

// auditPage is how many entries are read at once.
const auditPage = 1000

// readAudit reads so many entries, or all there are below 0; newest first.
func readAudit(ctx context.Context, source auditSource, limit int) ([]audit.Entry, error) {
	var all []audit.Entry
	var before int64
	for limit < 0 || len(all) < limit {
		size := auditPage
		if limit >= 0 {
			size = min(size, limit-len(all))
		}
		page, err := source(ctx, before, size)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < size || page[len(page)-1].ID == before {
			break
		}
		before = page[len(page)-1].ID
	}
	return all, nil
}

// auditVerdict is what is known of a whole record.
type auditVerdict struct {
	Verdict string `json:"verdict"` // pass or fail
	Entries int    `json:"entries"`
	Hash    string `json:"hash"` // of the last one
	Reason  string `json:"reason"`
}

func (c *cli) verifyAudit(ctx context.Context, o *auditOptions, source auditSource) error {
	entries, err := readAudit(ctx, source, -1)
	if err != nil {
		return err
	}
	slices.Reverse(entries)
	v := auditVerdict{Verdict: "pass", Entries: len(entries)}
	if len(entries) > 0 {
		v.Hash = entries[len(entries)-1].Hash
	}
	broken := audit.Verify(entries)
	if broken != nil {
		v.Verdict, v.Reason = "fail", broken.Error()
	}
	if err := writeVerdict(c.stdout, o.output, v); err != nil {
		return err
	}
	if broken != nil {
		return &exitError{code: exitFindings}
	}
	return nil
}

func writeVerdict(w io.Writer, format string, v auditVerdict) error {
	if format == "json" {
		return writeJSON(w, v)
	}
	text := fmt.Sprintf("%d entries, each as it was written. Hash of the last: %s\n", v.Entries, v.Hash)
	if v.Reason != "" {
		text = fmt.Sprintf("The record was tampered with: %s.\n", v.Reason)
	}
	_, err := io.WriteString(w, report.Plain(text)+"\n")
	return err
}

func (c *cli) writeAudit(format string, entries []audit.Entry) error {
	if format == "json" {
		return writeJSON(c.stdout, map[string]any{"entries": append([]audit.Entry{}, entries...)})
	}
	table := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "AT\tWHO\tROLE\tVIA\tFROM\tACTION\tTARGET\tOUTCOME\tDETAIL")
	for _, e := range entries {
		who := e.Actor
		if who == "" {
			who = "-"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c.moment(e.At), report.Plain(who), e.Role, e.Via,
			e.Remote, e.Action, report.Plain(e.Target), e.Outcome, report.Plain(e.Detail))
	}
	return table.Flush()
}
