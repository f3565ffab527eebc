package suppress_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
)

func TestARepeatedTimeIsSaidAsItIsAskedFor(t *testing.T) {
	sunday := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) // and the clocks of Berlin change on the 29th
	for _, tt := range []struct {
		repeat suppress.Repeat
		words  string
		next   string // the first three after noon of Sunday, 1 March, in UTC
	}{
		{suppress.Repeat{Days: "every day", From: "02:00", Until: "04:00"}, "every day 02:00–04:00 UTC", "2 02:00 to 04:00, 3 02:00 to 04:00, 4 02:00 to 04:00"},
		{suppress.Repeat{Days: "every Sunday", From: "02:00", Until: "04:00", Zone: "Europe/Berlin"}, "every Sunday 02:00–04:00 Europe/Berlin", "8 01:00 to 03:00, 15 01:00 to 03:00, 22 01:00 to 03:00"},
		{suppress.Repeat{Days: "Monday to Friday", From: "18:00", Until: "00:00"}, "every Monday to Friday 18:00–24:00 UTC", "2 18:00 to 00:00, 3 18:00 to 00:00, 4 18:00 to 00:00"},
		{suppress.Repeat{Days: "every Saturday", From: "22:00", Until: "04:00"}, "every Saturday 22:00–04:00 UTC, over midnight", "7 22:00 to 04:00, 14 22:00 to 04:00, 21 22:00 to 04:00"},
		{suppress.Repeat{Days: "Monday to Friday", From: "23:00", Until: "01:00"}, "every Monday to Friday 23:00–01:00 UTC, over midnight", "2 23:00 to 01:00, 3 23:00 to 01:00, 4 23:00 to 01:00"},
		{suppress.Repeat{Days: "last day of the month", From: "23:30", Until: "00:30"}, "on the last day of the month 23:30–00:30 UTC, over midnight", "31 23:30 to 00:30, 30 23:30 to 00:30, 31 23:30 to 00:30"},
		{suppress.Repeat{Days: "first day of the month", From: "00:00", Until: "00:00"}, "on day 1 of the month 00:00–24:00 UTC", "1 00:00 to 00:00, 1 00:00 to 00:00, 1 00:00 to 00:00"},
	} {
		recurring, err := tt.repeat.Recurring()
		if err != nil {
			t.Fatalf("%+v: %v", tt.repeat, err)
		}
		if got := recurring.Words(); got != tt.words {
			t.Errorf("%+v is %q, want %q", tt.repeat, got, tt.words)
		}
		m := suppress.Maintenance{StartsAt: sunday, Recurring: recurring}
		var next []string
		for at := sunday.Add(12 * time.Hour); len(next) < 3; {
			span, ok := m.Next(at)
			if !ok {
				t.Fatalf("%+v never goes on", tt.repeat)
			}
			next, at = append(next, span.From.UTC().Format("2 15:04")+" to "+span.To.UTC().Format("15:04")), span.From
		}
		if got := strings.Join(next, ", "); got != tt.next {
			t.Errorf("%+v goes on at %s, want %s", tt.repeat, got, tt.next)
		}
	}
}

func TestARepeatedTimeThatSaysTooLittleIsRefused(t *testing.T) {
	for want, r := range map[string]suppress.Repeat{
		"none of the days":    {Days: "now and then", From: "02:00", Until: "04:00"},
		"such as 02:00":       {Days: "every day", From: "2 am", Until: "04:00"},
		"from and until":      {Days: "every day", From: "02:00"},
		"name of a time zone": {Days: "every day", From: "02:00", Until: "04:00", Zone: "Mars"},
	} {
		if _, err := r.Recurring(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", r, err, want)
		}
	}
}

func TestAnyRecurringTimeHasWords(t *testing.T) {
	for intervals, want := range map[string]string{
		`[]`: "",
		`[{"weekdays":["monday:wednesday","friday"]}]`:                                                                               "every Monday to Wednesday, Friday all day UTC",
		`[{"days_of_month":["1:7"],"weekdays":["sunday"],"times":[{"start_time":"02:00","end_time":"04:00"}]}]`:                      "every Sunday that is day 1 to day 7 of the month 02:00–04:00 UTC",
		`[{"months":["december"],"days_of_month":["-3:-1"]}]`:                                                                        "on day 3 from the end to the last day of the month in December all day UTC",
		`[{"years":["2027"],"times":[{"start_time":"00:00","end_time":"24:00"}]},{"weekdays":["saturday"],"location":"Asia/Tokyo"}]`: "every day of 2027 00:00–24:00 UTC and every Saturday all day Asia/Tokyo",
	} {
		var r suppress.Recurring
		if err := json.Unmarshal([]byte(intervals), &r); err != nil {
			t.Fatalf("%s: %v", intervals, err)
		}
		if got := r.Words(); got != want {
			t.Errorf("%s is %q, want %q", intervals, got, want)
		}
	}
}

// Every choice of the form can be announced, and is the same after it was kept.
func TestEveryDayThatAFormOffersCanBeKept(t *testing.T) {
	for _, day := range suppress.RepeatDays() {
		recurring, err := suppress.Repeat{Days: day, From: "23:00", Until: "02:00", Zone: "Europe/Berlin"}.Recurring()
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(recurring)
		if err != nil {
			t.Fatal(err)
		}
		var kept suppress.Recurring
		if err := json.Unmarshal(text, &kept); err != nil || kept.Words() != recurring.Words() || !strings.HasSuffix(kept.Words(), "over midnight") {
			t.Errorf("%s: %q after %q, %v", day, kept.Words(), recurring.Words(), err)
		}
	}
}
