package config_test

import (
	"fmt"
	"testing"

	"github.com/slofuse/slofuse/internal/config"
)

func TestAWebhookMayHaveALimit(t *testing.T) {
	hook := func(limit string) (*config.Config, config.Problems) {
		return config.Parse("c.yaml", []byte(fmt.Sprintf(`
backends: [{name: main, url: http://localhost:9090}]
route: {receiver: r}
receivers: [{name: r, webhook_configs: [{url: "https://example.com/hook"%s}]}]
`, limit)))
	}
	for text, want := range map[string]float64{"": 0, ", max_per_second: 5": 5, ", max_per_second: 0.2": 0.2} {
		c, problems := hook(text)
		if err := problems.Err(); err != nil {
			t.Fatal(err)
		}
		if got := c.Receivers[0].Webhooks[0].MaxPerSecond; got != want {
			t.Errorf("%q: %v a second, want %v", text, got, want)
		}
	}
	for _, text := range []string{"0", "-1", "fast"} {
		if _, problems := hook(", max_per_second: " + text); problems.Err() == nil {
			t.Errorf("max_per_second: %s is taken", text)
		}
	}
}
