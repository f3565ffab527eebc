package sink

import (
	"encoding/json"
)

// block is one block of a message as the page shows it.
type block struct {
	Kind    string // header, section, context, actions, divider, image or raw
	Text    []span
	Fields  [][]span
	Buttons []button
	Raw     string // of what the page cannot show
}

// button is a link, or something to press.
type button struct {
	Text, URL, Style string
	Action           string // the id it is pressed by; empty for what cannot be pressed
	Question         string // asked back before it counts; empty: it counts at once
	Detail, Yes      string // of the question
}

// textObject is text in Slack's JSON.
type textObject struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

func (t textObject) spans() []span {
	if t.Text == "" {
		return nil
	}
	if t.Type == "mrkdwn" {
		return parseMrkdwn(t.Text)
	}
	return []span{{Text: entities.Replace(t.Text)}}
}

// element is part of a block: text, an image or a button.
type element struct {
	Type    string          `json:"type"`
	Text    json.RawMessage `json:"text"`
	AltText string          `json:"alt_text"`
	URL     string          `json:"url"`
	Style   string          `json:"style"`
	Action  string          `json:"action_id"`
	Confirm *struct {
		Title, Text, Confirm textObject
	} `json:"confirm"`
}

// asText is the element's text: a string in context blocks, an object in
// buttons.
func (e element) asText() []span {
	var plain string
	if json.Unmarshal(e.Text, &plain) == nil {
		return textObject{e.Type, plain}.spans()
	}
	var object textObject
	if json.Unmarshal(e.Text, &object) == nil && object.Text != "" {
		return object.spans()
	}
	return []span{{Text: e.AltText}}
}

func (e element) button() button {
	b := button{URL: e.URL, Style: e.Style, Action: e.Action}
	if e.Confirm != nil {
		b.Question, b.Detail, b.Yes = e.Confirm.Title.Text, e.Confirm.Text.Text, e.Confirm.Confirm.Text
	}
	for _, s := range e.asText() {
		b.Text += s.Text
	}
	return b
}

// parseBlocks reads a list of blocks. What it does not know, it shows raw.
func parseBlocks(list json.RawMessage) []block {
	if len(list) == 0 {
		return nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(list, &items); err != nil {
		return []block{{Kind: "raw", Raw: string(list)}}
	}
	blocks := make([]block, 0, len(items))
	for _, item := range items {
		blocks = append(blocks, parseBlock(item))
	}
	return blocks
}

func parseBlock(item json.RawMessage) block {
	var b struct {
		Type      string       `json:"type"`
		Text      textObject   `json:"text"`
		Fields    []textObject `json:"fields"`
		Elements  []element    `json:"elements"`
		Accessory *element     `json:"accessory"`
		AltText   string       `json:"alt_text"`
	}
	if err := json.Unmarshal(item, &b); err != nil {
		return block{Kind: "raw", Raw: string(item)}
	}
	shown := block{Kind: b.Type, Text: b.Text.spans()}
	switch b.Type {
	case "header", "divider":
	case "section":
		for _, f := range b.Fields {
			shown.Fields = append(shown.Fields, f.spans())
		}
		if b.Accessory != nil {
			shown.Buttons = []button{b.Accessory.button()}
		}
	case "context":
		for _, e := range b.Elements {
			shown.Fields = append(shown.Fields, e.asText())
		}
	case "actions":
		for _, e := range b.Elements {
			shown.Buttons = append(shown.Buttons, e.button())
		}
	case "image":
		shown.Text = []span{{Text: b.AltText}}
	default:
		return block{Kind: "raw", Raw: string(item)}
	}
	return shown
}

// parseAttachments reads the older form, whose parts may hold blocks.
func parseAttachments(list json.RawMessage) []block {
	if len(list) == 0 {
		return nil
	}
	var items []struct {
		Title    string          `json:"title"`
		Text     string          `json:"text"`
		Fallback string          `json:"fallback"`
		Blocks   json.RawMessage `json:"blocks"`
	}
	if err := json.Unmarshal(list, &items); err != nil {
		return []block{{Kind: "raw", Raw: string(list)}}
	}
	var blocks []block
	for _, item := range items {
		if item.Title != "" {
			blocks = append(blocks, block{Kind: "header", Text: parseMrkdwn(item.Title)})
		}
		text := item.Text
		if text == "" && len(item.Blocks) == 0 {
			text = item.Fallback
		}
		if text != "" {
			blocks = append(blocks, block{Kind: "section", Text: parseMrkdwn(text)})
		}
		blocks = append(blocks, parseBlocks(item.Blocks)...)
	}
	return blocks
}
