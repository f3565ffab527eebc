package suppression

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// deployForm is what was typed, and what came of it.
type deployForm struct {
	Service, Functions, Version, Run, Hold, By string
	Error                                      string
	Reach                                      *reachView // nil: nobody asked yet
}

func deployFormOf(values url.Values) deployForm {
	text := func(name string) string { return site.Visible(values.Get(name)) }
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
func (s Handlers) previewDeploy(r *http.Request, form *deployForm) {
	d, _, err := s.deployOf(form.asked(), "anybody")
	if err == nil {
		var reach suppress.Reach
		reach, err = s.reach(r, func(o slo.SLO, _ slo.Severity) bool { return d.Of(o.ID.Service, o.ID.Function) })
		if err == nil {
			form.Reach = s.viewReach(deployed, reach)
		}
	}
	if err != nil {
		form.Error = site.MessageOf(err)
	}
}

func (s Handlers) submitDeploy(r *http.Request) (site.Answer, error) {
	if err := site.ParseForm(r); err != nil {
		return site.Answer{}, err
	}
	form := deployFormOf(r.PostForm)
	by, err := whoActs(r, form.By)
	if err == nil {
		var d suppress.Deploy
		if d, err = s.beginDeploy(r, form.asked(), by); err == nil {
			return site.SeeOther(ui.DeployPath(d)), nil
		}
	}
	if site.AsProblem(err).Status != http.StatusBadRequest {
		return site.Answer{}, err
	}
	form.Error = site.MessageOf(err)
	a, err := s.deploysPage(r, form)
	a.Status = http.StatusBadRequest
	return a, err
}

func (s Handlers) beginDeploy(r *http.Request, asked api.DeployRequest, by string) (suppress.Deploy, error) {
	d, hold, err := s.deployOf(asked, by)
	if err != nil {
		return d, site.BadRequest(err.Error())
	}
	d, _, err = s.Deploys.StartDeploy(r.Context(), d, hold)
	return d, err
}

// servicesOfDeployForm is the service of a deploy of the form.
func servicesOfDeployForm(r *http.Request) ([]string, error) {
	_ = site.ParseForm(r) // what cannot be read is about no service
	if form := deployFormOf(r.PostForm); form.Service != "" {
		return []string{form.Service}, nil
	}
	return nil, nil
}

// submitDeployWithdrawal takes a deploy back: it never was.
func (s Handlers) submitDeployWithdrawal(r *http.Request) (site.Answer, error) {
	action, err := site.ReadForm(r)
	if err != nil {
		return site.Answer{}, err
	}
	if _, err := s.Deploys.WithdrawDeploy(r.Context(), site.PathValue(r, "id"), action.By); err != nil {
		return site.Answer{}, err
	}
	return site.SeeOther(ui.PathDeploys), nil
}

func (s Handlers) submitDeployEnd(r *http.Request) (site.Answer, error) {
	action, err := site.ReadForm(r)
	if err != nil {
		return site.Answer{}, err
	}
	status := r.PostForm.Get("status")
	if err := suppress.CheckStatus(status); err != nil {
		return site.Answer{}, site.BadRequest(err.Error())
	}
	if _, err := s.Deploys.EndDeploy(r.Context(), site.PathValue(r, "id"), status, action.By); err != nil {
		return site.Answer{}, err
	}
	return site.SeeOther(ui.PathDeploys), nil
}
