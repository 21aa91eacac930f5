// Package slack reads what programs made for Slack say: the JSON of its incoming
// webhooks, and its markup. It makes text of hobnob of it, and knows nothing of
// rooms, tokens and HTTP. The forms are those of Slack's documentation: "Sending
// messages using incoming webhooks", "Formatting text for app surfaces", and
// "Block Kit".
package slack
