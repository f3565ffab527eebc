package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// deployForm is what was typed, and what came of it.
type deployForm struct {
	Service, Functions, Version, Run, Hold, By string
	Error                                      string
	Reach                                      *reachView // nil: nobody asked yet
}

func deployFormOf(values url.Values) deployForm {
	text := func(name string) string { return visible(values.Get(name)) }
	return deployForm{Service: text("service"), Functions: text("functions"), Version: text("version"), Run: text("url"), Hold: text("hold"), By: text("by")}
}

// asked is the deploy that the form asks for. Functions stand between commas.
func (f deployForm) asked() api.DeployRequest {
	out := api.DeployRequest{Service: f.Service, Version: f.Version, URL: f.Run, Hold: f.Hold}
	for name := range strings.SplitSeq(f.Functions, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out.Functions = append(out.Functions, name)
		}
	}
	return out
}

// previewDeploy looks at what the deploy of a form would hold back.
func (s *Server) previewDeploy(r *http.Request, form *deployForm) {
	d, _, err := s.deployOf(form.asked(), "anybody")
	if err == nil {
		var reach suppress.Reach
		reach, err = s.reach(r, func(o slo.SLO, _ slo.Severity) bool { return d.Of(o.ID.Service, o.ID.Function) })
		if err == nil {
			form.Reach = s.viewReach(deployed, reach)
		}
	}
	if err != nil {
		form.Error = messageOf(err)
	}
}

func (s *Server) submitDeploy(r *http.Request) (answer, error) {
	if err := parseForm(r); err != nil {
		return answer{}, err
	}
	form := deployFormOf(r.PostForm)
	by, err := whoActs(r, form.By)
	if err == nil {
		var d suppress.Deploy
		if d, err = s.beginDeploy(r, form.asked(), by); err == nil {
			return seeOther(deployPath(d)), nil
		}
	}
	if asProblem(err).status != http.StatusBadRequest {
		return answer{}, err
	}
	form.Error = messageOf(err)
	a, err := s.deploysPage(r, form)
	a.status = http.StatusBadRequest
	return a, err
}

func (s *Server) beginDeploy(r *http.Request, asked api.DeployRequest, by string) (suppress.Deploy, error) {
	d, hold, err := s.deployOf(asked, by)
	if err != nil {
		return d, badRequest(err.Error())
	}
	d, _, err = s.Deploys.StartDeploy(r.Context(), d, hold)
	return d, err
}

// servicesOfDeployForm is the service of a deploy of the form.
func servicesOfDeployForm(r *http.Request) ([]string, error) {
	_ = parseForm(r) // what cannot be read is about no service
	if form := deployFormOf(r.PostForm); form.Service != "" {
		return []string{form.Service}, nil
	}
	return nil, nil
}

// submitDeployWithdrawal takes a deploy back: it never was.
func (s *Server) submitDeployWithdrawal(r *http.Request) (answer, error) {
	action, err := readForm(r)
	if err != nil {
		return answer{}, err
	}
	if _, err := s.Deploys.WithdrawDeploy(r.Context(), pathValue(r, "id"), action.By); err != nil {
		return answer{}, err
	}
	return seeOther(pathDeploys), nil
}

func (s *Server) submitDeployEnd(r *http.Request) (answer, error) {
	action, err := readForm(r)
	if err != nil {
		return answer{}, err
	}
	status := r.PostForm.Get("status")
	if err := suppress.CheckStatus(status); err != nil {
		return answer{}, badRequest(err.Error())
	}
	if _, err := s.Deploys.EndDeploy(r.Context(), pathValue(r, "id"), status, action.By); err != nil {
		return answer{}, err
	}
	return seeOther(pathDeploys), nil
}
