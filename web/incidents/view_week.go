package incidents

import (
	"cmp"
	"time"

	"github.com/slofuse/slofuse/alerting/trends"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

// weekView is the week beside the week before.
type weekView struct {
	None   bool   // no incident opened in both
	Zone   string // whose days they are
	Older  string // incidents that opened before and still go on; empty when there is none
	Tiles  []ui.Tile
	Days   []weekDay
	Owners []callOwner
	Others int // owners that are not listed
	Cut    string
}

// weekDay is a bar and its figures.
type weekDay struct {
	Name                string
	Pages, Tickets      int // widths, of 100
	PageText, TicketsOf string
}

type callOwner struct {
	Name, URL, Pages, Tickets string
}

func weekOf(b board) weekView {
	w := trends.Of(b.records, b.now.In(b.zone))
	v := weekView{None: w.This.Total()+w.Before.Total() == 0, Zone: b.zone.String()}
	if n := w.Older(b.open); n > 0 {
		v.Older = ui.Many(n, "incident")
	}
	if v.None {
		return v
	}
	v.Tiles, v.Days = weekTiles(w), dayViews(w.Days)
	for n, o := range w.Owners {
		if n == mostOwners {
			v.Others = len(w.Owners) - n
			break
		}
		name := cmp.Or(o.Name, "no owner")
		v.Owners = append(v.Owners, callOwner{Name: name, URL: ownerPath(ui.PathOnCall, o.Name), Pages: against(o.This.Pages, o.Before.Pages), Tickets: against(o.This.Tickets, o.Before.Tickets)})
	}
	if len(b.records) >= mostRecords {
		v.Cut = format.Count(mostRecords)
	}
	return v
}

// against is a count beside that of the week before.
func against(this, before int) string {
	return format.Count(int64(this)) + " (" + format.Count(int64(before)) + ")"
}

func weekTiles(w trends.Week) []ui.Tile {
	count := func(n int) string { return format.Count(int64(n)) }
	before := " the week before"
	return []ui.Tile{
		{Name: "Pages", Value: count(w.This.Pages), Note: count(w.Before.Pages) + before},
		{Name: "Tickets", Value: count(w.This.Tickets), Note: count(w.Before.Tickets) + before},
		{Name: "Acknowledged", Value: shareAcked(w.This), Note: waits(w.This) + shareAcked(w.Before) + before},
		{Name: "Until somebody took it", Value: lasting(w.This.ToAck), Note: "median; " + lasting(w.Before.ToAck) + before},
		{Name: "Until it was over", Value: lasting(w.This.ToResolve), Note: "median; " + lasting(w.Before.ToResolve) + before},
	}
}

// waits says how many of a week are still open and not taken.
func waits(f trends.Figures) string {
	if f.Waiting == 0 {
		return ""
	}
	return format.Count(int64(f.Waiting)) + " waiting; "
}

// noneYet stands where there is nothing to take a share or a median of.
const noneYet = "none"

func shareAcked(f trends.Figures) string {
	share, known := f.ShareAcked()
	if !known {
		return noneYet
	}
	return format.Share(share, true)
}

func lasting(d *time.Duration) string {
	if d == nil {
		return noneYet
	}
	return ui.Ago(time.Time{}.Add(*d), time.Time{})
}

func dayViews(days []trends.Day) (out []weekDay) {
	most := 1
	for _, d := range days {
		most = max(most, d.Pages+d.Tickets)
	}
	for n, d := range days {
		v := weekDay{Name: d.Date.Format("Mon 2"), Pages: d.Pages * 100 / most, Tickets: d.Tickets * 100 / most, PageText: ui.Many(d.Pages, "page"), TicketsOf: ui.Many(d.Tickets, "ticket")}
		if n == len(days)-1 {
			v.Name = "today"
		}
		out = append(out, v)
	}
	return out
}
