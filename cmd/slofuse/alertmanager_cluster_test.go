package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify/alertmanager"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/alerting/notify/webhook"
	"github.com/slofuse/slofuse/internal/testbin"
)

// TestE2EAClusterOfAlertmanagersTellsOnce hands an incident and its end to both
// instances of a real cluster, which agree on who tells of it.
func TestE2EAClusterOfAlertmanagersTellsOnce(t *testing.T) {
	binary := testbin.Alertmanager(t)
	told := make(chan webhook.Body, 100)
	sink := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var body webhook.Body
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		told <- body
	}))
	t.Cleanup(sink.Close)
	cluster, err := alertmanager.New(alertmanager.Config{URLs: runCluster(t, binary, sink.URL), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	page := notifytest.Page()
	page.DecidedAt, page.Incident.OpenedAt = time.Now(), time.Now()
	ref, err := cluster.Notify(t.Context(), page)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	if got := await(t, told, &log); got.Status != "firing" || len(got.Alerts) != 1 {
		t.Errorf("it tells %+v", got)
	}
	quiet(t, told, 2*clusterPatience) // the other one has waited for its turn by then

	end := page
	end.Status, end.Ref, end.DecidedAt = alerting.StatusResolved, ref, time.Now()
	end.Incident.State, end.Incident.ResolvedAt = alerting.IncidentResolved, time.Now()
	if _, err := cluster.Notify(t.Context(), end); err != nil {
		t.Fatal(err)
	}
	if got := await(t, told, &log); got.Status != "resolved" {
		t.Errorf("it tells %+v", got)
	}
	quiet(t, told, 2*clusterPatience)
}

// clusterPatience is how long an instance leaves the telling to the one before it.
// The cluster has to know of itself before, and group_interval has to be longer.
const clusterPatience = 2 * time.Second

// runCluster starts two instances of one cluster, each of which would tell the
// webhook, and returns their URLs when they have found each other.
func runCluster(t *testing.T, binary, sink string) (urls []string) {
	t.Helper()
	gossip := []string{strings.TrimPrefix(nobody(t), "http://"), strings.TrimPrefix(nobody(t), "http://")}
	for i := range gossip {
		dir := t.TempDir()
		config := filepath.Join(dir, "alertmanager.yml")
		writeFile(t, config, fmt.Sprintf("route: {receiver: sink, group_by: [incident], group_wait: 1s, group_interval: 5s, repeat_interval: 1h}\n"+
			"receivers: [{name: sink, webhook_configs: [{url: %q}]}]\n", sink))
		listen := strings.TrimPrefix(nobody(t), "http://")
		p := run(t, binary, nil, "--config.file="+config, "--storage.path="+filepath.Join(dir, "data"), "--web.listen-address="+listen,
			"--cluster.listen-address="+gossip[i], "--cluster.peer="+gossip[1-i], "--cluster.peer-timeout="+clusterPatience.String(),
			"--cluster.gossip-interval=50ms", "--cluster.settle-timeout=5s", "--cluster.reconnect-interval=200ms")
		p.log.await(t, "Listening on")
		urls = append(urls, "http://"+listen)
	}
	for _, u := range urls {
		awaitCluster(t, u)
	}
	return urls
}

// awaitCluster waits until an instance has settled and sees both.
func awaitCluster(t *testing.T, url string) {
	t.Helper()
	deadline := time.After(patience)
	for {
		_, body := get(t, url+"/api/v2/status")
		var status struct {
			Cluster struct {
				Status string
				Peers  []struct{ Name string }
			}
		}
		if err := json.Unmarshal([]byte(body), &status); err == nil && status.Cluster.Status == "ready" && len(status.Cluster.Peers) == 2 {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("the cluster does not settle: %s", body)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
