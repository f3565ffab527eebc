package incidents

import (
	"fmt"

	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// mitigation is what can be done now: nothing of it is done by looking.
func (s Handlers) mitigation(d *dossier) []checkItem {
	if !d.Open() {
		return []checkItem{{Mark: checkDecide, Title: "What remains", Lines: []string{"Write down what happened, and who does what until when."}, Links: []ui.Link{{Name: "Post-mortem as Markdown", URL: ui.IncidentPath(d.ID) + "/postmortem.md"}}}}
	}
	var out []checkItem
	if !d.Source {
		out = append(out, s.rollback(d))
	}
	silence := checkItem{Mark: checkDecide, Title: "Silence it while you work", Links: []ui.Link{{Name: "Write a silence", URL: ui.SilenceURL(d.Service, d.Function)}}}
	if !d.Source {
		silence.Commands = []string{s.Command("silence add " + site.ShellWord(fmt.Sprintf("service=%q", d.Service)) + " " + site.ShellWord(fmt.Sprintf("function=%q", d.Function)) + " --for 1h --reason 'being worked on'")}
	}
	if text := mutedOf(d.Incident); text != "" {
		silence.Mark, silence.Lines = checkDone, []string{"Its messages are: " + text + "."}
	}
	out = append(out, silence)
	if !d.Source {
		out = append(out, checkItem{
			Mark: checkDecide, Title: "Freeze deploys", Lines: []string{"A pipeline that asks the gate is stopped while this burns. Ask by hand:"},
			Commands: []string{s.Command("gate --select " + site.ShellWord("service="+d.Service+",function="+d.Function))},
		})
	}
	return out
}

// rollback names the deploy that would be rolled back. slofuse rolls nothing back by
// itself: the pipeline does, and tells.
func (s Handlers) rollback(d *dossier) checkItem {
	item := checkItem{Mark: checkUnknown, Title: "Roll back", Missing: "No deploy of the function is known in the day before: if there was one, the pipeline did not announce it."}
	last := ui.LastDeployOf(d.Deploy, d.OpenedAt)
	if last == nil || d.OpenedAt.Sub(d.Deploy.StartsAt) > ui.Day {
		return item
	}
	item.Missing = ""
	item.Links = []ui.Link{{Name: "Deploy " + last.Name, URL: last.URL}}
	if last.Run != "" {
		item.Links = append(item.Links, ui.Link{Name: "Its run", URL: last.Run})
	}
	if d.Deploy.Status == "rolled_back" {
		item.Mark, item.Lines = checkDone, []string{"Deploy " + last.Name + " was rolled back."}
		return item
	}
	item.Mark = checkDecide
	item.Lines = []string{fmt.Sprintf("Deploy %s began %s before it opened. When your pipeline has rolled it back, say so:", last.Name, last.Before)}
	item.Commands = []string{s.Command("deploy end " + site.ShellWord(d.Deploy.ID) + " --status rolled_back")}
	return item
}
