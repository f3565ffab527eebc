package sink

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMrkdwnIsReadAsSlackReadsIt(t *testing.T) {
	for text, want := range map[string][]span{
		"":                         nil,
		"plain":                    {{Text: "plain"}},
		"*bold* text":              {{Text: "bold", Bold: true}, {Text: " text"}},
		"_it_ ~no~":                {{Text: "it", Italic: true}, {Text: " "}, {Text: "no", Strike: true}},
		"*bold _and italic_*":      {{Text: "bold ", Bold: true}, {Text: "and italic", Bold: true, Italic: true}},
		"`*code*`":                 {{Text: "*code*", Code: true}},
		"```a\n*b*```":             {{Text: "a\n*b*", Pre: true}},
		"snake_case_name 2*3*4":    {{Text: "snake_case_name 2*3*4"}},
		"* not bold *":             {{Text: "* not bold *"}},
		"*open":                    {{Text: "*open"}},
		"*over\nlines*":            {{Text: "*over\nlines*"}},
		"`open":                    {{Text: "`open"}},
		"a &lt;b&gt; &amp;amp;":    {{Text: "a <b> &amp;"}},
		"<https://x.test|a page>!": {{Text: "a page", URL: "https://x.test"}, {Text: "!"}},
		"<https://x.test?a=1&amp;b=2>": {
			{Text: "https://x.test?a=1&b=2", URL: "https://x.test?a=1&b=2"},
		},
		"<!here> <@U1> <#C1|ops>":   {{Text: "@here", Bold: true, Rings: true}, {Text: " "}, {Text: "@U1", Bold: true, Rings: true}, {Text: " "}, {Text: "ops", Bold: true}},
		"<!date^1^{time}|noon>":     {{Text: "noon"}},
		"a < b and <":               {{Text: "a < b and <"}},
		"<>":                        {{Text: "<>"}},
		"*<https://x.test|linked>*": {{Text: "linked", URL: "https://x.test", Bold: true}},
	} {
		got := parseMrkdwn(text)
		if diff := cmp.Diff(joined(want), joined(got)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// joined merges neighbours that look alike: where the parser cuts is its own
// affair.
func joined(spans []span) (merged []span) {
	for _, s := range spans {
		if n := len(merged); n > 0 {
			last := merged[n-1]
			last.Text = s.Text
			if last == s {
				merged[n-1].Text += s.Text
				continue
			}
		}
		merged = append(merged, s)
	}
	return merged
}

// FuzzMrkdwn holds the parser to ending, and to losing no letter.
func FuzzMrkdwn(f *testing.F) {
	for _, seed := range []string{"*a* _b_ ~c~ `d` ```e```", "<a|b> <!c> <", "*_~`<>&lt;", "\n*\n_"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var shown strings.Builder
		for _, s := range parseMrkdwn(text) {
			shown.WriteString(s.Text)
		}
		if !strings.ContainsAny(text, "*_~`<>&") && shown.String() != text {
			t.Errorf("%q became %q", text, shown.String())
		}
	})
}

func TestBlocksThatAreUnknownOrBrokenAreShownRaw(t *testing.T) {
	for list, want := range map[string][]block{
		``:                                    nil,
		`{}`:                                  {{Kind: "raw", Raw: `{}`}},
		`[7]`:                                 {{Kind: "raw", Raw: `7`}},
		`[{"type":"video","text":{}}]`:        {{Kind: "raw", Raw: `{"type":"video","text":{}}`}},
		`[{"type":"divider"}]`:                {{Kind: "divider"}},
		`[{"type":"image","alt_text":"cat"}]`: {{Kind: "image", Text: []span{{Text: "cat"}}}},
		`[{"type":"section","text":{"type":"plain_text","text":"*x*"},"accessory":{"type":"button","text":{"type":"plain_text","text":"Go"}}}]`: {
			{Kind: "section", Text: []span{{Text: "*x*"}}, Buttons: []button{{Text: "Go"}}},
		},
		`[{"type":"context","elements":[{"type":"mrkdwn","text":"*a*"},{"type":"image","alt_text":"b"}]}]`: {
			{Kind: "context", Fields: [][]span{{{Text: "a", Bold: true}}, {{Text: "b"}}}},
		},
	} {
		if diff := cmp.Diff(want, parseBlocks([]byte(list))); diff != "" {
			t.Errorf("%s: %s", list, diff)
		}
	}
}
