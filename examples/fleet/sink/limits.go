package sink

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"unicode/utf8"
)

// What Slack takes, in characters and elements. The table in limits_test.go names
// where it is written.
const (
	maxBlocks        = 50
	maxBlocksText    = 13_200 // of all texts of the blocks together
	maxHeaderText    = 150
	maxSectionText   = 3000
	maxFields        = 10
	maxFieldText     = 2000
	maxContext       = 10
	maxActions       = 25
	maxID            = 255
	maxButtonText    = 75
	maxButtonValue   = 2000
	maxButtonURL     = 3000
	maxConfirmTitle  = 100
	maxConfirmText   = 300
	maxConfirmButton = 30
	maxUpdateText    = 4000
)

// blockTypes are those that a message may hold.
var blockTypes = []string{
	"actions", "context", "divider", "file", "header", "image", "markdown", "rich_text", "section", "table", "video",
}

// wireText is a text object.
type wireText struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// wireBlock is as much of a block as has limits.
type wireBlock struct {
	Type      string        `json:"type"`
	BlockID   string        `json:"block_id"`
	Text      *wireText     `json:"text"`
	Fields    []wireText    `json:"fields"`
	Elements  []wireElement `json:"elements"`
	Accessory *wireElement  `json:"accessory"`
}

// wireElement is a button, or a text of a context block.
type wireElement struct {
	Type     string          `json:"type"`
	RawText  json.RawMessage `json:"text"`
	ActionID string          `json:"action_id"`
	Value    string          `json:"value"`
	URL      string          `json:"url"`
	Style    string          `json:"style"`
	Confirm  *wireConfirm    `json:"confirm"`
}

type wireConfirm struct {
	Title   wireText `json:"title"`
	Text    wireText `json:"text"`
	Confirm wireText `json:"confirm"`
	Deny    wireText `json:"deny"`
}

// checkBlocks returns the code Slack refuses a layout with, and why; empty when it
// takes it.
func checkBlocks(list json.RawMessage) (code, why string) {
	var blocks []wireBlock
	var items []json.RawMessage
	switch {
	case len(list) == 0:
		return "", ""
	case json.Unmarshal(list, &items) != nil:
		return "invalid_blocks_format", "blocks is no list"
	case len(items) > maxBlocks:
		return "invalid_blocks", fmt.Sprintf("no more than %d items allowed", maxBlocks)
	case json.Unmarshal(list, &blocks) != nil:
		return "invalid_blocks", "a block has keys of another type"
	}
	total := 0
	for i, b := range blocks {
		if why := b.check(); why != "" {
			return "invalid_blocks", fmt.Sprintf("%s [json-pointer:/blocks/%d]", why, i)
		}
		total += b.length()
	}
	if total > maxBlocksText {
		return "msg_blocks_too_long", fmt.Sprintf("%d characters in all blocks", total)
	}
	return "", ""
}

func (b wireBlock) check() string {
	switch {
	case !slices.Contains(blockTypes, b.Type):
		return fmt.Sprintf("unsupported type: %q", b.Type)
	case len(b.BlockID) > maxID:
		return "block_id is too long"
	case b.Type == "header":
		return b.Text.check("plain_text", maxHeaderText)
	case b.Type == "section":
		return b.checkSection()
	case b.Type == "context":
		return b.checkContext()
	case b.Type == "actions":
		return b.checkActions()
	}
	return ""
}

func (t *wireText) check(kind string, limit int) string {
	switch {
	case t == nil || t.Text == "":
		return "a text is missing or empty"
	case kind != "" && t.Type != kind:
		return "must be " + kind
	case t.Type != "plain_text" && t.Type != "mrkdwn":
		return "a text is plain_text or mrkdwn"
	case utf8.RuneCountInString(t.Text) > limit:
		return fmt.Sprintf("must be less than %d characters", limit+1)
	}
	return ""
}

func (b wireBlock) checkSection() string {
	if b.Text == nil && len(b.Fields) == 0 {
		return "a section needs a text or fields"
	}
	if b.Text != nil {
		if why := b.Text.check("", maxSectionText); why != "" {
			return why
		}
	}
	if len(b.Fields) > maxFields {
		return fmt.Sprintf("no more than %d fields", maxFields)
	}
	for _, f := range b.Fields {
		if why := f.check("", maxFieldText); why != "" {
			return why
		}
	}
	if b.Accessory != nil && b.Accessory.Type == "button" {
		return b.Accessory.checkButton()
	}
	return ""
}

func (b wireBlock) checkContext() string {
	if len(b.Elements) == 0 || len(b.Elements) > maxContext {
		return fmt.Sprintf("a context takes 1 to %d elements", maxContext)
	}
	for _, e := range b.Elements {
		if e.Type == "image" {
			continue
		}
		if why := e.contextText().check("", maxSectionText); why != "" {
			return why
		}
	}
	return ""
}

// contextText is the text of a context element, which holds it directly.
func (e wireElement) contextText() *wireText {
	var text string
	if json.Unmarshal(e.RawText, &text) != nil {
		return nil
	}
	return &wireText{Type: e.Type, Text: text}
}

func (b wireBlock) checkActions() string {
	if len(b.Elements) == 0 || len(b.Elements) > maxActions {
		return fmt.Sprintf("actions take 1 to %d elements", maxActions)
	}
	seen := map[string]bool{}
	for _, e := range b.Elements {
		if e.ActionID != "" && seen[e.ActionID] {
			return fmt.Sprintf("action_id %q is used twice", e.ActionID)
		}
		seen[e.ActionID] = true
		if e.Type == "button" {
			if why := e.checkButton(); why != "" {
				return why
			}
		}
	}
	return ""
}

// label is the text of a button.
func (e wireElement) label() *wireText {
	var text wireText
	if json.Unmarshal(e.RawText, &text) != nil {
		return nil
	}
	return &text
}

func (e wireElement) checkButton() string {
	link, err := url.Parse(e.URL)
	switch {
	case e.label().check("plain_text", maxButtonText) != "":
		return "button: " + e.label().check("plain_text", maxButtonText)
	case utf8.RuneCountInString(e.Value) > maxButtonValue:
		return "value is too long"
	case len(e.ActionID) > maxID:
		return "action_id is too long"
	case e.URL != "" && (err != nil || link.Scheme == "javascript" || len(e.URL) > maxButtonURL):
		return "url is no address, or too long"
	case !slices.Contains([]string{"", "primary", "danger"}, e.Style):
		return "style is primary or danger"
	case e.Confirm != nil:
		return e.Confirm.check()
	}
	return ""
}

func (c wireConfirm) check() string {
	for _, part := range []struct {
		text  wireText
		kind  string
		limit int
	}{{c.Title, "plain_text", maxConfirmTitle}, {c.Text, "", maxConfirmText}, {c.Confirm, "plain_text", maxConfirmButton}, {c.Deny, "plain_text", maxConfirmButton}} {
		if why := part.text.check(part.kind, part.limit); why != "" {
			return "confirm: " + why
		}
	}
	return ""
}

// length is how many characters of text a block holds.
func (b wireBlock) length() int {
	n := 0
	if b.Text != nil {
		n += utf8.RuneCountInString(b.Text.Text)
	}
	for _, f := range b.Fields {
		n += utf8.RuneCountInString(f.Text)
	}
	for _, e := range b.Elements {
		if text := e.contextText(); text != nil {
			n += utf8.RuneCountInString(text.Text)
		}
	}
	return n
}
