package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/evaluator/revision"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
	"github.com/slofuse/slofuse/web/live"
	"github.com/slofuse/slofuse/web/site"
)

// apply puts settings in force: first all that can fail, then the swap.
func (s *service) apply(ctx context.Context, next *settings) error {
	list, err := buildTargets(next.config.Receivers, targetTools{slackAPI: s.slackAPI, now: s.now, limits: s.limits, unworded: s.unworded})
	if err != nil {
		return err
	}
	targets, err := notify.NewTargets(list...)
	if err != nil {
		return err
	}
	decides, err := engineSettings(next.config, list)
	if err != nil {
		return err
	}
	routes, err := routesOf(next, list)
	if err != nil {
		return err
	}
	beats, err := buildHeartbeats(next.config.Heartbeats)
	if err != nil {
		return err
	}
	if err := s.revise(ctx, next); err != nil { // last, for what it writes is in force
		return err
	}
	s.sender.SetTargets(targets)
	s.buttons.configure(next.config.Receivers)
	s.engine.Configure(decides)
	s.routing.inForce.Store(routes)
	s.announced.configure(next.config.Alerting)
	s.heart.Configure(beats)
	s.guard.Configure(accessRules(next.config, s.listener.Addr(), s.webFile))
	s.evaluator.SetSLOs(next.set)
	s.applied = next
	s.live.Publish(live.SLO, live.All)
	return nil
}

// revise opens revisions for what the settings promise anew, and writes down what else
// they say differently.
func (s *service) revise(ctx context.Context, next *settings) error {
	now := s.now()
	slos, changes, err := s.revisions.Apply(ctx, now, next.set.SLOs)
	if err != nil {
		return err
	}
	next.set.SLOs = slos
	s.logRevisions(changes)
	s.recordEdits(ctx, now, next, changes)
	return nil
}

// reviseFound does the same for objectives that appear while slofuse runs. What
// cannot be written down is evaluated all the same, and tried again.
func (s *service) reviseFound(slos []slo.SLO) []slo.SLO {
	now := s.now()
	revised, changes, err := s.revisions.Apply(context.Background(), now, slos)
	if err != nil {
		s.log.Error("revisions are not recorded", "err", err)
		return slos
	}
	s.logRevisions(changes)
	s.recordFound(now, revised, changes)
	return revised
}

func (s *service) logRevisions(changes []revision.Change) {
	for _, c := range changes {
		switch {
		case !c.RenamedFrom.IsZero():
			s.log.Info("SLO renamed", "slo", c.ID, "from", c.RenamedFrom, "change", c.Text)
		case c.Text != "":
			s.log.Info("SLO changed", "slo", c.ID, "revision", c.Number, "change", c.Text)
		}
	}
}

// Reload reads the files again. A file with a mistake changes nothing: the old
// settings stay in force, and the log, a metric and the pages say so.
func (s *service) Reload(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.reloadLocked(ctx)
	outcome := &site.Reload{At: s.now()}
	if err != nil {
		outcome.Err = err.Error()
		s.log.Error("reload failed, the old settings stay in force", "err", err)
	} else {
		s.log.Info("settings reloaded", "objectives", len(s.SLOs()))
	}
	s.reload.Store(outcome)
	s.metrics.reloaded(outcome.At, err)
	return err
}

func (s *service) reloadLocked(ctx context.Context) error {
	next, err := s.settings()
	if err != nil {
		return err
	}
	if err := s.webFile.Check(s.now()); err != nil {
		return fmt.Errorf("--web.config.file, which nobody gets past until it is mended: %w", err)
	}
	s.warnOfFile()
	if names := needsRestart(s.applied.config, next.config); len(names) > 0 {
		return errors.New("a restart is needed for changes of " + strings.Join(names, ", "))
	}
	return s.apply(ctx, next)
}

// filePoll is how often the files are compared with what is in force.
const filePoll = 30 * time.Second

// watchFiles reloads on SIGHUP and when the content of a file changes. Content
// is compared, not times or events: a mounted ConfigMap swaps links.
func (s *service) watchFiles(ctx context.Context) error {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	ticker := time.NewTicker(filePoll)
	defer ticker.Stop()
	before := s.fingerprint()
	for {
		var via string
		select {
		case <-ctx.Done():
			return nil
		case <-hangup:
			via = "signal"
		case <-ticker.C:
			if s.fingerprint() == before {
				continue
			}
			via = "file"
		}
		before = s.fingerprint()
		s.recordOwn(ctx, via, "reload", s.Reload(ctx)) // it has told whoever can mend it
	}
}

// fingerprint is a hash of everything the settings are read from. What cannot be
// read is left out; the reload says what is wrong with it.
func (s *service) fingerprint() [sha256.Size]byte {
	s.mu.Lock()
	own, sloPaths := append([]string{s.applied.file}, s.applied.config.TemplateFiles...), s.applied.config.SLOFiles
	s.mu.Unlock()
	own = append(own, s.webFile.Files()...)
	hash := sha256.New()
	for _, file := range own {
		if data, err := os.ReadFile(file); err == nil {
			fmt.Fprintf(hash, "%q %d\n", file, len(data))
			hash.Write(data)
		}
	}
	files, _ := spec.Read(sloPaths)
	for _, f := range files {
		fmt.Fprintf(hash, "%q %d\n", f.Name, len(f.Data))
		hash.Write(f.Data)
	}
	return [sha256.Size]byte(hash.Sum(nil))
}
