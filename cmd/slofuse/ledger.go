package main

import (
	"context"
	"math"
	"time"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

const ledgerHelp = `Shows, exports and verifies what slofuse has counted for an SLO, slot by slot.

The ledger is that of a server (--server URL), the database file of one, also
while it runs (--storage.path slofuse.db, or --config.file slofuse.yaml), or one
that is read from Prometheus now (--prometheus.url URL --slo.path slos/). A file is
opened for reading only.

SLO is service/function/slo as status prints it. A part of it will do, such as
charge-card/availability or charge-card, and * stands for any text, as long as
only one SLO matches; otherwise the matches are listed.`

func (c *cli) ledgerCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "ledger", Short: "Inspect, export and verify what was counted", Long: ledgerHelp,
		Example: `  slofuse ledger show --server http://localhost:8480 checkout/charge-card/availability
  slofuse ledger export --storage.path slofuse.db --from 2026-11-20T00:00:00Z checkout/charge-card/availability > slots.csv
  slofuse ledger verify --server http://localhost:8480 checkout/charge-card/availability`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownVerb(cmd, args[0])
		},
	}
	cmd.AddCommand(c.ledgerShowCommand(), c.ledgerExportCommand(), c.ledgerVerifyCommand())
	return cmd
}

// ofOneSLO makes a command one that tells something of a single SLO, in forms of
// which the first is the default.
func (c *cli) ofOneSLO(cmd *cobra.Command, tell func(context.Context, *ledgerOptions, accounts, slo.ID) error, forms ...string) *cobra.Command {
	var o ledgerOptions
	cmd.Args = sloArgs(1)
	cmd.RunE = func(cmd *cobra.Command, asked []string) error {
		if err := o.check(c.now(), asked, forms...); err != nil {
			return err
		}
		return c.withAccounts(cmd.Context(), &o, func(a accounts, ids []slo.ID) error { return tell(cmd.Context(), &o, a, ids[0]) })
	}
	o.register(cmd.Flags(), forms[0])
	return cmd
}

func (c *cli) ledgerShowCommand() *cobra.Command {
	return c.ofOneSLO(&cobra.Command{
		Use:   "show SLO",
		Short: "Sum up the account of an SLO",
		Long: `Sums up the account of an SLO: what was read and counted, how many slots of which
width are kept, the revisions of the SLO, and the annotations of its numbers, such
as gaps that were bridged.`,
		Example: `  slofuse ledger show --server http://localhost:8480 checkout/charge-card/availability
  slofuse ledger show --config.file slofuse.yaml -o json web/GET%20%2Fcart/latency`,
	}, c.ledgerShow, "table", "json")
}

// annotationSpan is how far back `show` lists annotations unless it is told otherwise.
const annotationSpan = 30 * 24 * time.Hour

func (c *cli) ledgerShow(ctx context.Context, o *ledgerOptions, a accounts, id slo.ID) error {
	from, to := o.span(c.now(), annotationSpan)
	var l api.Ledger
	err := eachPart(ctx, a, question{id, from, to}, func(part api.Ledger) {
		annotations := append(l.Annotations, part.Annotations...)
		l = part
		l.Annotations = annotations
	})
	if err != nil {
		return err
	}
	l.From, l.Slots, l.Next = from, []api.Slot{}, nil
	if o.output == "json" {
		return writeJSON(c.stdout, l)
	}
	report.WriteLedger(c.stdout, l, c.style())
	return nil
}

func (c *cli) ledgerExportCommand() *cobra.Command {
	return c.ofOneSLO(&cobra.Command{
		Use:   "export SLO",
		Short: "Write every slot of an SLO as CSV or JSON",
		Long: `Writes the slots of an SLO that end between --from and --to, oldest first: the last
24 hours unless told otherwise. The CSV has the columns slot_end, width_seconds,
total, good and bad, and one for each class of events there is: kinds of errors, or
the buckets of a histogram.`,
		Example: `  slofuse ledger export --server http://localhost:8480 checkout/charge-card/availability > slots.csv
  slofuse ledger export --storage.path slofuse.db --from 2026-11-01T00:00:00Z -o json checkout/charge-card/latency`,
	}, c.ledgerExport, "csv", "json")
}

func (c *cli) ledgerExport(ctx context.Context, o *ledgerOptions, a accounts, id slo.ID) error {
	from, to := o.span(c.now(), 24*time.Hour)
	var l api.Ledger
	err := eachPart(ctx, a, question{id, from, to}, func(part api.Ledger) {
		part.Slots = append(l.Slots, part.Slots...)
		part.Annotations = append(l.Annotations, part.Annotations...)
		l = part
	})
	if err != nil {
		return err
	}
	l.From = from
	if o.output == "json" {
		return writeJSON(c.stdout, l)
	}
	return report.WriteSlots(c.stdout, l.Slots)
}

// question is about a span of an SLO.
type question struct {
	id       slo.ID
	from, to time.Time
}

// eachPart reads the slots of a span in parts, oldest first.
func eachPart(ctx context.Context, a accounts, q question, visit func(api.Ledger)) error {
	for {
		part, err := a.ledger(ctx, q.id, q.from, q.to)
		if err != nil {
			return err
		}
		visit(part)
		if part.Next == nil || !part.Next.After(q.from) {
			return nil
		}
		q.from = *part.Next
	}
}

func (c *cli) ledgerVerifyCommand() *cobra.Command {
	var o ledgerOptions
	cmd := &cobra.Command{
		Use:   "verify SLO...",
		Short: "Compare what was counted with what Prometheus says now",
		Long: `Reads a span again from Prometheus, slot by slot, and compares it with the ledger:
the last 24 hours of what is settled unless --from and --to say otherwise. A
database file needs a backend to ask: --prometheus.url URL, or --config.file.

Exits with 0 when totals and bad events agree within 0.01 %, with 1 when they do
not, and with 3 when nobody answers or less than half could be compared.`,
		Example: `  slofuse ledger verify --server http://localhost:8480 checkout/charge-card/availability
  slofuse ledger verify --storage.path slofuse.db --prometheus.url http://localhost:9090 --from 2026-11-01T00:00:00Z checkout/charge-card/availability`,
		Args: sloArgs(math.MaxInt),
		RunE: func(cmd *cobra.Command, ids []string) error {
			if err := o.check(c.now(), ids, "table", "json"); err != nil {
				return err
			}
			if o.alone() {
				return usagef("there is nothing to verify in what is read now: name a server, or a database file with --storage.path")
			}
			return c.withAccounts(cmd.Context(), &o, func(a accounts, ids []slo.ID) error {
				return c.ledgerVerify(cmd.Context(), &o, a, ids)
			})
		},
	}
	o.register(cmd.Flags(), "table")
	return cmd
}

func (c *cli) ledgerVerify(ctx context.Context, o *ledgerOptions, a accounts, ids []slo.ID) error {
	from, to := o.span(c.now().Add(-api.Settling), 24*time.Hour)
	code := exitPass
	list := []api.Verification{}
	for _, id := range ids {
		done := c.verifying(id, from, to)
		v, err := a.verify(ctx, id, from, to, done)
		if err != nil {
			return err
		}
		list = append(list, v)
		code = worse(code, map[string]int{string(slo.VerdictFail): exitFindings, string(slo.VerdictInconclusive): exitUndecided}[v.Verdict])
	}
	if o.output == "json" {
		if err := writeJSON(c.stdout, map[string]any{"verifications": list}); err != nil {
			return err
		}
	} else {
		report.WriteVerifications(c.stdout, list, c.style())
	}
	return exitWith(code)
}

// worse is the code of two results together: a finding outweighs what nobody
// knows.
func worse(a, b int) int {
	switch {
	case a == exitFindings || b == exitFindings:
		return exitFindings
	case a == exitUndecided || b == exitUndecided:
		return exitUndecided
	}
	return exitPass
}
