package config

import (
	"time"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

func (r *reader) readAlerting(v strictyaml.Value, a *Alerting) {
	m, _ := v.Map()
	if reopen, ok := m.Take("reopen"); ok {
		if d, ok := reopen.Duration(); ok {
			a.Reopen = d
			if d > 24*time.Hour {
				reopen.Errorf("reopen must be at most 24h: what burns again later is another incident")
			}
		}
	}
	if v, ok := m.Take("ack_expiry"); ok {
		expiry, _ := v.Map()
		a.AckPage = readAckExpiry(expiry, "page", a.AckPage)
		a.AckTicket = readAckExpiry(expiry, "ticket", a.AckTicket)
		expiry.Done()
	}
	if hold, ok := m.Take("deploy_hold"); ok {
		if d, ok := hold.Duration(); ok {
			a.DeployHold = d
			if d < time.Minute || d > 2*time.Hour {
				hold.Errorf("deploy_hold must be between 1m and 2h: a deploy that takes longer is not what burns")
			}
		}
	}
	if longest, ok := m.Take("max_silence"); ok {
		if d, ok := longest.Duration(); ok {
			a.MaxSilence = d
			if d < time.Hour || d > 90*24*time.Hour {
				longest.Errorf("max_silence must be between 1h and 90d: what nobody hears of for longer needs no alert")
			}
		}
	}
	if v, ok := m.Take("source_down_receiver"); ok {
		a.SourceDownReceiver, _ = r.receivers.refer(v)
	}
	m.Done()
}

// maxAckExpiry bounds how long an incident may be forgotten.
const maxAckExpiry = 30 * 24 * time.Hour

func readAckExpiry(m *strictyaml.Map, severity string, otherwise time.Duration) time.Duration {
	v, ok := m.Take(severity)
	if !ok {
		return otherwise
	}
	d, ok := v.Duration()
	if ok && (d < time.Minute || d > maxAckExpiry) {
		v.Errorf("%s must be between 1m and 30d: somebody who forgot is asked again", severity)
	}
	return d
}
