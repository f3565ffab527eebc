package markdown_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/slofuse/slofuse/web/markdown"
)

func render(t *testing.T, source string) string {
	t.Helper()
	out, err := markdown.Render([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func TestRender(t *testing.T) {
	for source, want := range map[string]string{
		"# One gateway\n\n1. Look\n2. Send **all**": "<h3 id=\"runbook-one-gateway\">One gateway</h3>\n<ol>\n<li>Look</li>\n<li>Send <strong>all</strong></li>\n</ol>",
		"##### deep":                              `<h6 id="runbook-deep">deep</h6>`,
		"# a\n# a":                                "<h3 id=\"runbook-a\">a</h3>\n<h3>a</h3>",
		"# 松":                                     "<h3>松</h3>",
		"# a {onclick=x}":                         `<h3 id="runbook-a-onclickx">a {onclick=x}</h3>`,
		"[b](#two)":                               `<p><a href="#runbook-two">b</a></p>`,
		"[b](https://a.b/c?d \"t\")":              `<p><a href="https://a.b/c?d" rel="noopener noreferrer">b</a></p>`,
		"[b](mailto:a@b.example)":                 `<p><a href="mailto:a@b.example" rel="noopener noreferrer">b</a></p>`,
		"see [**b**](../other.md)":                `<p>see <strong>b</strong> (../other.md)</p>`,
		"[b](javascript:alert(1))":                `<p>b (javascript:alert(1))</p>`,
		"[b](//evil.example)":                     `<p>b (//evil.example)</p>`,
		"[b](data:text/html,x)":                   `<p>b (data:text/html,x)</p>`,
		"<https://a.b>":                           `<p><a href="https://a.b" rel="noopener noreferrer">https://a.b</a></p>`,
		"<javascript:alert(1)>":                   `<p>javascript:alert(1)</p>`,
		"<a@b.example>":                           `<p><a href="mailto:a@b.example" rel="noopener noreferrer">a@b.example</a></p>`,
		"![the graph](https://a.b/c.png)":         `<p><a href="https://a.b/c.png" rel="noopener noreferrer">image: the graph</a></p>`,
		"![the graph](c.png)":                     `<p>image: the graph (c.png)</p>`,
		"[![x](https://a.b/c.png)](javascript:1)": `<p><a href="https://a.b/c.png" rel="noopener noreferrer">image: x</a> (javascript:1)</p>`,
		"- [ ] look\n- [x] sent":                  "<ul>\n<li><span role=\"img\" aria-label=\"to do\">☐</span> look</li>\n<li><span role=\"img\" aria-label=\"done\">☑</span> sent</li>\n</ul>",
		"| a | b |\n|:-|-:|\n| 1 | 2 |":           "<table>\n<thead>\n<tr>\n<th align=\"left\">a</th>\n<th align=\"right\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align=\"left\">1</td>\n<td align=\"right\">2</td>\n</tr>\n</tbody>\n</table>",
		"a <b onclick=x>b</b>":                    "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>",
		"<script>\nalert(1)\n</script>":           "<pre>&lt;script&gt;\nalert(1)\n&lt;/script&gt;</pre>",
		"~~gone~~ `<b>`":                          "<p><del>gone</del> <code>&lt;b&gt;</code></p>",
		"a\xffb":                                  "<p>a\uFFFDb</p>",
		"":                                        "",
	} {
		if got := render(t, source); got != want {
			t.Errorf("%q:\n got %s\nwant %s", source, got, want)
		}
	}
}

// TestRender_makes_only_what_is_harmless reads what is rendered as a browser does.
func TestRender_makes_only_what_is_harmless(t *testing.T) {
	allowed := strings.Fields("h3 h4 h5 h6 p ul ol li a strong em del code pre table thead tbody tr th td blockquote hr br span")
	attributes := map[string][]string{"a": {"href", "rel"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}, "span": {"role", "aria-label"}, "code": {"class"}}
	for _, source := range []string{
		"<img src=x onerror=alert(1)>", "<div style=x>\n\n<p>", "<!-- x --><iframe src=//x>", "<?php x ?>", "<![CDATA[x]]>", "<!DOCTYPE x>", "[a]: javascript:x\n\n[a]", "[a]: <data:x> 'b\" onclick=\"x'\n\n[a]",
		"[x](https://a.b/\"onclick=x)", "[x](https://a.b 'y\" onclick=\"x')", "![\"><script>](https://a.b/\"><script>)", "<https://a.b/\"onclick=x>", "``` \"><script>\nx\n```", "```js onclick=x\nx\n```",
		"# <script>x</script>", "| <script> | onclick=x |\n|-|-|\n| <svg onload=x> | [x](vbscript:x) |", "&lt;script&gt;&#60;script&#62;", "[x](&#106;avascript:alert(1))", "[x](java\nscript:x)", "[x](\x01javascript:x)", "[x](https:javascript:x)", "[x](HTTPS://ok.example)",
		"<style>*{display:none}</style>", "</pre></main><h1>x", "<textarea>", "- [ ] <input>", "\u202e[x](https://a.b)",
	} {
		tokens := html.NewTokenizer(strings.NewReader(render(t, source)))
		for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
			token := tokens.Token()
			if kind == html.CommentToken || kind == html.DoctypeToken || (kind == html.StartTagToken || kind == html.SelfClosingTagToken) && !slices.Contains(allowed, token.Data) {
				t.Errorf("%q becomes %s", source, token)
			}
			for _, a := range token.Attr {
				heading := token.Data[0] == 'h' && a.Key == "id" && strings.HasPrefix(a.Val, "runbook-")
				if !heading && !slices.Contains(attributes[token.Data], a.Key) {
					t.Errorf("%q has an attribute: %s", source, token)
				}
				web := strings.HasPrefix(strings.ToLower(a.Val), "https://") || strings.HasPrefix(a.Val, "http://") || strings.HasPrefix(a.Val, "mailto:") || strings.HasPrefix(a.Val, "#runbook-")
				if a.Key == "href" && !web {
					t.Errorf("%q links to %q", source, a.Val)
				}
			}
		}
	}
}

// A quarter of a megabyte of whatever a parser dislikes must not hold up a page.
func TestRender_of_what_is_nested_beyond_reason_ends_soon(t *testing.T) {
	for _, piece := range []string{">", "> ", "- ", "* ", "+ ", "1. ", "[", "![", "](", "*", "**a", "_a", "`", "~", "~~", "<", "<a ", "&", "\\", "|", "| a\n|-", "#", "[a](", "[a]: b\n", "a*b_", "[[]", "  ", "\t", "- [ ] ", "***a", "(", "<!--", "]"} {
		for _, source := range []string{strings.Repeat(piece, 256<<10/len(piece)), strings.Repeat(strings.Repeat(piece, 40)+"\n", 256<<10/(40*len(piece)+1))} {
			began := time.Now()
			render(t, source)
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("%q: %s", source[:20], took)
			}
		}
	}
}
