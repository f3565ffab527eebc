package slos

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// pathBadge is where pictures of a state are, for pages of others.
const (
	pathBadge  = "/badge/{service}"
	badgeQuery = "show"
)

// badgeFor is how long a picture may be kept: a round of the evaluation, or so.
const badgeFor = time.Minute

// picture is a badge as an SVG: two words side by side.
type picture struct {
	Label, Word, Tone string
}

// badgeColors are dark enough for white letters on them, by tone.
var badgeColors = map[string]string{
	"good": "#16703f", "low": "#8a5000", "ticket": "#8a5000", "spent": "#b80f1e", "page": "#b80f1e", "note": "#1a5796", "quiet": "#5b6470",
}

// longestWord is how many characters of a name fit on a badge.
const longestWord = 60

// svg draws a picture. The letters are made to fit, whatever font there is.
func (p picture) svg() []byte {
	label, word := html.EscapeString(cut(p.Label, longestWord)), html.EscapeString(cut(p.Word, longestWord))
	const letter, pad = 7, 10
	left := letter*utf8.RuneCountInString(cut(p.Label, longestWord)) + pad
	right := letter*utf8.RuneCountInString(cut(p.Word, longestWord)) + pad
	text := func(x, width int, s string) string {
		return fmt.Sprintf(`<text x="%d" y="14" textLength="%d" lengthAdjust="spacingAndGlyphs">%s</text>`, x+pad/2, width-pad, s)
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="20" role="img" aria-label="%[2]s: %[3]s"><title>%[2]s: %[3]s</title>`+
		`<rect width="%[1]d" height="20" rx="4" fill="%[4]s"/><path d="M4 0h%[5]dv20H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z" fill="#33383f"/>`+
		`<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">%[6]s%[7]s</g></svg>`+"\n",
		left+right, label, word, cmp.Or(badgeColors[p.Tone], badgeColors["quiet"]), left-4, text(0, left, label), text(left, right, word))
}

// cut shortens a text to so many characters.
func cut(s string, most int) string {
	s = site.Visible(strings.ToValidUTF8(s, "\uFFFD"))
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// pictureAnswer sends a picture, which others may show and keep for a moment.
func (s Handlers) pictureAnswer(status int, p picture) site.Answer {
	body := p.svg()
	sum := sha256.Sum256(body)
	a := site.Answer{
		Status: status, ContentType: "image/svg+xml", Body: body, Etag: `"` + hex.EncodeToString(sum[:8]) + `"`,
		Cache: fmt.Sprintf("private, max-age=%d", int(badgeFor.Seconds())),
	}
	if s.Guard.PublicBadges() {
		a.Cache, a.Anywhere = strings.Replace(a.Cache, "private", "public", 1), true
	}
	return a
}

// badge answers with the state of an SLO, or the worst of a function or a service.
func (s Handlers) badge(r *http.Request) (site.Answer, error) {
	show := cmp.Or(r.URL.Query().Get("show"), "state")
	label, rows, err := s.badged(r)
	if err != nil {
		return site.Answer{}, err
	}
	status, p := http.StatusOK, picture{Label: label, Word: "unknown SLO", Tone: "quiet"}
	worst, ok := listing.Worst(rows)
	if len(rows) == 1 {
		worst, ok = rows[0], true
	}
	switch {
	case len(rows) == 0:
		status = http.StatusNotFound
	case show == "sli" && len(rows) > 1 || show != "sli" && show != "budget" && show != "state":
		status, p.Word = http.StatusBadRequest, "show is state, budget or, of one SLO, sli"
	case ok:
		p.Word, p.Tone = shownOnBadge(show, &worst, rows)
	default:
		p.Word = "unknown"
	}
	return s.pictureAnswer(status, p), nil
}

// badged finds what a badge is about and how it is called.
func (s Handlers) badged(r *http.Request) (label string, rows []listing.Row, err error) {
	id := slo.ID{Service: site.PathValue(r, "service"), Function: site.PathValue(r, "function"), Name: site.PathValue(r, "slo")}
	last := &id.Service
	switch {
	case r.PathValue("slo") != "":
		last = &id.Name
	case r.PathValue("function") != "":
		last = &id.Function
	}
	name, isPicture := strings.CutSuffix(*last, ".svg")
	if *last = name; !isPicture {
		return "", nil, &site.Problem{Status: http.StatusNotFound, Code: api.CodeNotFound, Message: "a badge is a picture: its name ends with .svg"}
	}
	var slos []slo.SLO
	for _, o := range s.Objectives.SLOs() {
		if o.ID.Service == id.Service && (id.Function == "" || o.ID.Function == id.Function) && (id.Name == "" || o.ID.Name == id.Name) {
			slos = append(slos, o)
		}
	}
	rows, err = s.Assemble(r.Context(), slos, time.Time{})
	return strings.TrimSpace(cmp.Or(id.Function, id.Service) + " " + id.Name), rows, err
}

// shownOnBadge is the word of a badge and its tone. What is not known is never
// shown in the colour of what is good or bad.
func shownOnBadge(show string, worst *listing.Row, rows []listing.Row) (word, tone string) {
	state := ui.StatusBadge(worst.Status())
	measured := worst.Alert.Active() || worst.Assessment.State.Measured() && worst.Status() != listing.StatusReading
	switch {
	case !measured:
		return "unknown: " + strings.ToLower(state.Word), "quiet"
	case show == "sli":
		return ui.SLIOf(worst.Assessment.Window), state.Tone
	case show == "budget":
		return leastBudget(rows)
	}
	return strings.ToLower(state.Word), state.Tone
}

// leastBudget is the smallest budget that is known; a part of split_by has none
// that counts.
func leastBudget(rows []listing.Row) (word, tone string) {
	var least ui.BudgetView
	lowest := 0.0
	for i := range rows {
		a := &rows[i].Assessment
		ratio, known := a.Remaining(a.Window)
		if b := ui.BudgetOf(a); known && a.Window.Decides() && (rows[i].SLO.Split == nil || len(rows) == 1) && (!least.Known || ratio < lowest) {
			least, lowest = b, ratio
		}
	}
	if !least.Known {
		return "unknown: no budget", "quiet"
	}
	if lowest <= 0 {
		return "budget " + least.Text, least.Tone
	}
	return least.Text + " of budget left", least.Tone
}

// badgePath is the badge of an SLO.
func badgePath(id slo.ID) string { return "/badge/" + id.String() + ".svg" }

// badgeSnippet is what a README shows the badge of an SLO with.
func (s Handlers) badgeSnippet(id slo.ID) string {
	base := strings.TrimSuffix(s.ExternalURL, "/")
	name := strings.NewReplacer("[", "", "]", "").Replace(id.Function + " " + id.Name)
	return fmt.Sprintf("[![%s](%s%s)](%s%s)", name, base, markdownPath(badgePath(id)), base, markdownPath(ui.SLOPath(id)))
}

// markdownPath escapes what would end a link in Markdown.
func markdownPath(path string) string {
	return strings.NewReplacer("(", "%28", ")", "%29", " ", url.PathEscape(" ")).Replace(path)
}
