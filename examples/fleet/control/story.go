package control

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/slofuse/slofuse/examples/fleet"
)

// Story is something that goes wrong in several functions or several steps, and
// what there is to see of it.
type Story struct {
	Name  string
	About string // what happens, and what to look at
	Steps []Step
}

// Step is one button of a story. What it says is done in this order: functions
// are mended, a deploy begins or ends, faults begin.
type Step struct {
	Button string
	Then   string        // what to expect, and when
	Mends  []string      // service/function: all their lasting faults stop
	Deploy *Deploy       // is announced
	Ends   string        // how the deploy of the step before ended: "succeeded", "failed" or "rolled_back"
	Faults []fleet.Fault // start
	Link   string        // a path of the dashboard: there is something to do there, instead of a button
}

// Deploy is what a pipeline would announce.
type Deploy struct {
	Service   string
	Functions []string
	Version   string
}

// Announcer tells slofuse of deploys, as a pipeline does.
type Announcer interface {
	// Start announces one and returns its id.
	Start(ctx context.Context, d Deploy) (id string, err error)
	// End says how it ended.
	End(ctx context.Context, id, status string) error
}

var errNoStory = errors.New("no such step of a story")

// tell does one step of a story.
func (c *control) tell(ctx context.Context, story, step string) error {
	s, err := c.step(story, step)
	if err != nil {
		return err
	}
	if err := c.mend(s.Mends); err != nil {
		return err
	}
	if err := c.announce(ctx, story, s); err != nil {
		return err
	}
	for _, fault := range s.Faults {
		if _, err := c.Fleet.Start(fault, c.Now()); err != nil {
			return err
		}
	}
	return nil
}

func (c *control) step(story, step string) (Step, error) {
	i, err := strconv.Atoi(story)
	j, err2 := strconv.Atoi(step)
	if errors.Join(err, err2) != nil || i < 0 || i >= len(c.Stories) || j < 0 || j >= len(c.Stories[i].Steps) {
		return Step{}, fmt.Errorf("step %q of story %q: %w", step, story, errNoStory)
	}
	return c.Stories[i].Steps[j], nil
}

// mend stops every lasting fault of some functions; of all when it is asked for
// "*".
func (c *control) mend(functions []string) error {
	for _, name := range functions {
		for _, fault := range lasting(c.Fleet.Faults()) {
			if name != everything && name != fault.Service+"/"+fault.Function {
				continue
			}
			if _, err := c.Fleet.Stop(fault.ID, c.Now()); err != nil && !errors.Is(err, fleet.ErrNoFault) {
				return err
			}
		}
	}
	return nil
}

// everything is every function of the fleet.
const everything = "*"

// announce begins or ends the deploy of a step. The last one of each story is
// remembered, so that its end is that of the one that began.
func (c *control) announce(ctx context.Context, story string, s Step) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if id := c.deploys[story]; s.Ends != "" && id != "" {
		if err := c.Announcer.End(ctx, id, s.Ends); err != nil {
			return fmt.Errorf("end the deploy: %w", err)
		}
		delete(c.deploys, story)
	}
	if s.Deploy == nil {
		return nil
	}
	id, err := c.Announcer.Start(ctx, *s.Deploy)
	if err != nil {
		return fmt.Errorf("announce the deploy: %w", err)
	}
	c.deploys[story] = id
	return nil
}

// storyForm is a step's button: it leads back to the page.
func (c *control) storyForm(w http.ResponseWriter, r *http.Request) {
	err := c.tell(r.Context(), r.PathValue("story"), r.PathValue("step"))
	c.back(w, r, http.StatusUnprocessableEntity, err)
}

// mendForm stops everything.
func (c *control) mendForm(w http.ResponseWriter, r *http.Request) {
	c.back(w, r, http.StatusUnprocessableEntity, c.mend([]string{everything}))
}
