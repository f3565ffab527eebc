// Package markdown renders Markdown that others wrote, such as runbooks, for a page of
// ours. Nothing of it runs or is fetched: raw HTML is shown as the text it is, an
// image is named and linked, and links lead to the web, to a mailbox or within the
// text. Headings begin below those of the page around them.
package markdown
