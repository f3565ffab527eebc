package promtest

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
)

// ScrapePrometheus starts a Prometheus that scrapes a target every second, with more
// arguments than it takes by itself. It ends with the test.
func ScrapePrometheus(tb testing.TB, binary, target string, args ...string) (address string) {
	tb.Helper()
	u, err := url.Parse(target)
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	text := fmt.Sprintf("global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs: [{job_name: test, static_configs: [{targets: [%q]}]}]\n", u.Host)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	server := run(tb, binary, "/-/ready", func(address string) []string {
		return append([]string{
			"--config.file=" + config, "--storage.tsdb.path=" + filepath.Join(dir, "data"), "--web.listen-address=" + address, "--log.level=error",
		}, args...)
	})
	return server.URL
}
