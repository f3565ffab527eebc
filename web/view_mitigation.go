package web

import "fmt"

// mitigation is what can be done now: nothing of it is done by looking.
func (s *Server) mitigation(d *dossier) []checkItem {
	if !d.Open() {
		return []checkItem{{Mark: checkDecide, Title: "What remains", Lines: []string{"Write down what happened, and who does what until when."}, Links: []link{{Name: "Post-mortem as Markdown", URL: incidentPath(d.ID) + "/postmortem.md"}}}}
	}
	var out []checkItem
	if !d.Source {
		out = append(out, s.rollback(d))
	}
	silence := checkItem{Mark: checkDecide, Title: "Silence it while you work", Links: []link{{Name: "Write a silence", URL: silenceURL(d.Service, d.Function)}}}
	if !d.Source {
		silence.Commands = []string{s.command("silence add " + shellWord(fmt.Sprintf("service=%q", d.Service)) + " " + shellWord(fmt.Sprintf("function=%q", d.Function)) + " --for 1h --reason 'being worked on'")}
	}
	if text := mutedOf(d.Incident); text != "" {
		silence.Mark, silence.Lines = checkDone, []string{"Its messages are: " + text + "."}
	}
	out = append(out, silence)
	if !d.Source {
		out = append(out, checkItem{
			Mark: checkDecide, Title: "Freeze deploys", Lines: []string{"A pipeline that asks the gate is stopped while this burns. Ask by hand:"},
			Commands: []string{s.command("gate --select " + shellWord("service="+d.Service+",function="+d.Function))},
		})
	}
	return out
}

// rollback names the deploy that would be rolled back. slofuse rolls nothing back by
// itself: the pipeline does, and tells.
func (s *Server) rollback(d *dossier) checkItem {
	item := checkItem{Mark: checkUnknown, Title: "Roll back", Missing: "No deploy of the function is known in the day before: if there was one, the pipeline did not announce it."}
	last := lastDeployOf(d.Deploy, d.OpenedAt)
	if last == nil || d.OpenedAt.Sub(d.Deploy.StartsAt) > day {
		return item
	}
	item.Missing = ""
	item.Links = []link{{Name: "Deploy " + last.Name, URL: last.URL}}
	if last.Run != "" {
		item.Links = append(item.Links, link{Name: "Its run", URL: last.Run})
	}
	if d.Deploy.Status == "rolled_back" {
		item.Mark, item.Lines = checkDone, []string{"Deploy " + last.Name + " was rolled back."}
		return item
	}
	item.Mark = checkDecide
	item.Lines = []string{fmt.Sprintf("Deploy %s began %s before it opened. When your pipeline has rolled it back, say so:", last.Name, last.Before)}
	item.Commands = []string{s.command("deploy end " + shellWord(d.Deploy.ID) + " --status rolled_back")}
	return item
}
