package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/sample"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
)

func severityOf(name string) (slo.Severity, error) {
	switch name {
	case "page":
		return slo.SeverityPage, nil
	case "ticket":
		return slo.SeverityTicket, nil
	}
	return slo.SeverityNone, usagef("--severity %q is not page or ticket", name)
}

// tryTarget sends the trial of one destination: what fires and, if it was taken,
// its end.
func tryTarget(ctx context.Context, t notify.Target, severity slo.Severity, now time.Time) (out []trial) {
	firing, resolved := sample.Trial(t.Destination, severity, now)
	for _, n := range []alerting.Notification{firing, resolved} {
		n.Ref = resolved.Ref
		if !t.Wants(n) {
			continue
		}
		bounded, cancel := context.WithTimeout(ctx, trialTimeout)
		ref, err := t.Notifier.Notify(bounded, n)
		cancel()
		done := trial{Destination: t.Destination.Name, Kind: t.Kind, Status: string(n.Status), Accepted: err == nil}
		if err != nil {
			done.Error = notify.Classify(err).Reason
			return append(out, done)
		}
		resolved.Ref = ref
		out = append(out, done)
	}
	return out
}

func (c *cli) receiversPreviewCommand() *cobra.Command {
	var file, kind, format string
	var all bool
	cmd := &cobra.Command{
		Use:   "preview [NAME]",
		Short: "Show what a receiver would be sent, without sending it",
		Long: `Shows what every destination of a receiver, or of all of them, would be sent about
an incident that never happened: mentions, buttons, templates and limits as the
configuration has them. Nothing is sent, and no secret is read.

With -o json it is what goes over the wire; of Slack, paste the blocks into the
Block Kit Builder.

Kinds: ` + strings.Join(sample.Kinds(), ", ") + `.`,
		Example: `  slofuse receivers preview on-call --config.file slofuse.yaml
  slofuse receivers preview --config.file slofuse.yaml --kind resolved -o json
  slofuse receivers preview on-call --config.file slofuse.yaml --all`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			kinds, err := kindsToShow(kind, all)
			if err != nil {
				return err
			}
			if err := checkFormat(format, "table", "json"); err != nil {
				return err
			}
			targets, err := c.receiverTargets(file, strings.Join(args, ""))
			if err != nil {
				return err
			}
			return c.receiversPreview(targets, kinds, format)
		},
	}
	cmd.Flags().StringVar(&file, "config.file", "", "configuration `FILE`")
	cmd.Flags().StringVar(&kind, "kind", alerting.EventOpened, "`KIND` of event to show")
	cmd.Flags().BoolVar(&all, "all", false, "show every kind of event")
	cmd.Flags().StringVarP(&format, "output", "o", "table", "form of the output: table or json")
	return cmd
}

func kindsToShow(kind string, all bool) ([]string, error) {
	if all {
		return sample.Kinds(), nil
	}
	if !slices.Contains(sample.Kinds(), kind) {
		return nil, usagef("--kind %q is not one of %s", kind, strings.Join(sample.Kinds(), ", "))
	}
	return []string{kind}, nil
}

// shownPreview is what one destination would be sent about one event.
type shownPreview struct {
	Destination string           `json:"destination"`
	Kind        string           `json:"kind"`
	Sent        []notify.Preview `json:"sent"`
}

func (c *cli) receiversPreview(targets []notify.Target, kinds []string, format string) error {
	var previews []shownPreview
	for _, t := range targets {
		for _, kind := range kinds {
			previews = append(previews, shownPreview{Destination: t.Destination.Name, Kind: kind, Sent: previewOf(t, kind)})
		}
	}
	if format == "json" {
		return writeJSON(c.stdout, map[string]any{"previews": previews})
	}
	for _, p := range previews {
		if err := c.writePreview(p); err != nil {
			return err
		}
	}
	return nil
}

// previewOf is what a destination would be sent about an event: of all but the
// first, as one that was told before.
func previewOf(t notify.Target, kind string) []notify.Preview {
	previewer, ok := t.Notifier.(notify.Previewer)
	if !ok {
		return nil
	}
	n, _ := sample.Of(kind)
	n.Destination = t.Destination
	if !t.Wants(n) {
		return nil
	}
	if kind != alerting.EventOpened {
		n.Ref = "earlier:1"
	}
	return previewer.Preview(n)
}

func (c *cli) writePreview(p shownPreview) error {
	fmt.Fprintln(c.stdout, report.Plain("== "+p.Destination+": "+p.Kind))
	for _, sent := range p.Sent {
		fmt.Fprintf(c.stdout, "-- %s\n", sent.What)
		if sent.Text == "" {
			if err := writeJSON(c.stdout, sent.Body); err != nil {
				return err
			}
			continue
		}
		for line := range strings.Lines(sent.Text) {
			fmt.Fprintln(c.stdout, report.Plain(strings.TrimRight(line, "\n")))
		}
	}
	if len(p.Sent) == 0 {
		fmt.Fprintln(c.stdout, "-- nothing")
	}
	fmt.Fprintln(c.stdout)
	return nil
}
