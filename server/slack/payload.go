package slack

import (
	"encoding/json"
	"errors"
	"strings"
)

// ErrPayload is what is no payload of a webhook, or one that says nothing.
var ErrPayload = errors.New("not a webhook's payload with a text")

// Payload is what an incoming webhook is sent. What it does not name is not heeded.
type Payload struct {
	Text        string       `json:"text"`
	Username    string       `json:"username"`
	Attachments []attachment `json:"attachments"`
	Blocks      []block      `json:"blocks"`
}

type attachment struct {
	Fallback  string  `json:"fallback"`
	Pretext   string  `json:"pretext"`
	Author    string  `json:"author_name"`
	Title     string  `json:"title"`
	TitleLink string  `json:"title_link"`
	Text      string  `json:"text"`
	Fields    []field `json:"fields"`
	Blocks    []block `json:"blocks"`
	Footer    string  `json:"footer"`
}

type field struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

type block struct {
	Type     string `json:"type"`
	Text     *text  `json:"text"`
	Fields   []text `json:"fields"`
	Elements []text `json:"elements"` // of a context
	AltText  string `json:"alt_text"` // of an image
	ImageURL string `json:"image_url"`
}

type text struct {
	Type string `json:"type"` // mrkdwn or plain_text
	Text value  `json:"text"`
}

// value is a string, or something else in an element that is no text.
type value string

// UnmarshalJSON implements json.Unmarshaler.
func (v *value) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*v = value(s)
	}
	return nil
}

// ParsePayload reads the JSON of an incoming webhook. Its error is ErrPayload.
func ParsePayload(raw []byte) (Payload, error) {
	var p Payload
	if json.Unmarshal(raw, &p) != nil || strings.TrimSpace(p.Markdown()) == "" {
		return Payload{}, ErrPayload
	}
	return p, nil
}

// Markdown is all that a payload says, as text. Where there are blocks its text is
// what stands for them where they cannot be shown, and is left out.
func (p Payload) Markdown() string {
	var parts []string
	if blocks := readBlocks(p.Blocks); len(blocks) > 0 {
		parts = append(parts, blocks...)
	} else if p.Text != "" {
		parts = append(parts, Markup(p.Text, nil))
	}
	for _, a := range p.Attachments {
		if said := a.markdown(); said != "" {
			parts = append(parts, said)
		}
	}
	return strings.Join(parts, "\n")
}

func (a attachment) markdown() string {
	var parts []string
	add := func(s string) {
		if s != "" {
			parts = append(parts, s)
		}
	}
	add(Markup(a.Pretext, nil))
	add(a.Author)
	title := Markup(a.Title, nil)
	if title != "" && a.TitleLink != "" {
		title = reference(a.TitleLink+"|"+a.Title, func(string) string { return "" })
	}
	add(title)
	add(Markup(a.Text, nil))
	for _, f := range a.Fields {
		add(strings.TrimPrefix(Markup(f.Title, nil)+": "+Markup(f.Value, nil), ": "))
	}
	parts = append(parts, readBlocks(a.Blocks)...)
	add(Markup(a.Footer, nil))
	if len(parts) == 0 {
		return Markup(a.Fallback, nil)
	}
	return strings.Join(parts, "\n")
}

// readBlocks are the texts of blocks, in order.
func readBlocks(blocks []block) []string {
	var parts []string
	for _, b := range blocks {
		texts := b.Fields
		if b.Text != nil {
			texts = append([]text{*b.Text}, texts...)
		}
		if b.Type == "context" {
			texts = append(texts, b.Elements...)
		}
		for _, t := range texts {
			said := string(t.Text)
			if t.Type == "mrkdwn" {
				said = Markup(said, nil)
			}
			if b.Type == "header" && said != "" {
				said = "**" + said + "**"
			}
			if said != "" {
				parts = append(parts, said)
			}
		}
		if b.Type == "image" && b.ImageURL != "" {
			parts = append(parts, strings.TrimSpace(b.AltText+" "+b.ImageURL))
		}
	}
	return parts
}
