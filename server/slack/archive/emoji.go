package archive

import (
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// emoji is the reaction that Slack calls by a name: one of those that are used most, or
// else the name between colons, as hobnob has emoji of a team's own. It is "" for what
// cannot be one.
func emoji(name string) string {
	base, tone, _ := strings.Cut(name, "::")
	if e := names[base]; e != "" {
		if i := strings.Index("23456", strings.TrimPrefix(tone, "skin-tone-")); tone != "" && i >= 0 {
			return e + string(rune(0x1f3fb+i))
		}
		return e
	}
	if base == "" || len(base)+2 > chat.MaxEmoji || strings.Trim(base, "abcdefghijklmnopqrstuvwxyz0123456789_+-") != "" {
		return ""
	}
	return ":" + base + ":"
}

// names are Slack's for the emoji that people react with.
var names = map[string]string{
	"+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎", "ok_hand": "👌", "clap": "👏", "raised_hands": "🙌",
	"pray": "🙏", "muscle": "💪", "wave": "👋", "fist": "✊", "facepunch": "👊", "punch": "👊", "crossed_fingers": "🤞",
	"v": "✌️", "point_up": "☝️", "point_up_2": "👆", "point_down": "👇", "point_left": "👈", "point_right": "👉",
	"raised_hand": "✋", "hand": "✋", "handshake": "🤝", "writing_hand": "✍️", "eyes": "👀", "brain": "🧠", "shrug": "🤷",
	"facepalm": "🤦", "face_palm": "🤦", "bow": "🙇", "raising_hand": "🙋", "salute": "🫡", "saluting_face": "🫡",
	"heart": "❤️", "orange_heart": "🧡", "yellow_heart": "💛", "green_heart": "💚", "blue_heart": "💙", "purple_heart": "💜",
	"black_heart": "🖤", "white_heart": "🤍", "broken_heart": "💔", "sparkling_heart": "💖", "two_hearts": "💕", "heartpulse": "💗",
	"grinning": "😀", "smiley": "😃", "smile": "😄", "grin": "😁", "laughing": "😆", "satisfied": "😆", "sweat_smile": "😅",
	"rolling_on_the_floor_laughing": "🤣", "rofl": "🤣", "joy": "😂", "slightly_smiling_face": "🙂", "upside_down_face": "🙃",
	"wink": "😉", "blush": "😊", "innocent": "😇", "heart_eyes": "😍", "star-struck": "🤩", "kissing_heart": "😘", "yum": "😋",
	"stuck_out_tongue": "😛", "stuck_out_tongue_winking_eye": "😜", "zany_face": "🤪", "hugging_face": "🤗", "thinking_face": "🤔",
	"neutral_face": "😐", "expressionless": "😑", "no_mouth": "😶", "smirk": "😏", "unamused": "😒", "face_with_rolling_eyes": "🙄",
	"grimacing": "😬", "relieved": "😌", "pensive": "😔", "sleepy": "😪", "sleeping": "😴", "mask": "😷", "exploding_head": "🤯",
	"partying_face": "🥳", "sunglasses": "😎", "nerd_face": "🤓", "confused": "😕", "worried": "😟", "slightly_frowning_face": "🙁",
	"open_mouth": "😮", "astonished": "😲", "flushed": "😳", "fearful": "😨", "cold_sweat": "😰", "cry": "😢", "sob": "😭",
	"scream": "😱", "confounded": "😖", "disappointed": "😞", "sweat": "😓", "weary": "😩", "tired_face": "😫", "angry": "😠",
	"rage": "😡", "skull": "💀", "ghost": "👻", "robot_face": "🤖", "see_no_evil": "🙈", "hear_no_evil": "🙉", "speak_no_evil": "🙊",
	"melting_face": "🫠", "pleading_face": "🥺", "face_holding_back_tears": "🥹", "relaxed": "☺️",
	"tada": "🎉", "confetti_ball": "🎊", "balloon": "🎈", "birthday": "🎂", "gift": "🎁", "trophy": "🏆", "medal": "🏅",
	"first_place_medal": "🥇", "star": "⭐", "star2": "🌟", "sparkles": "✨", "dizzy": "💫", "boom": "💥", "collision": "💥",
	"fire": "🔥", "100": "💯", "rocket": "🚀", "zap": "⚡", "rainbow": "🌈", "sunny": "☀️", "snowflake": "❄️",
	"white_check_mark": "✅", "heavy_check_mark": "✔️", "ballot_box_with_check": "☑️", "x": "❌", "heavy_multiplication_x": "✖️",
	"heavy_plus_sign": "➕", "heavy_minus_sign": "➖", "question": "❓", "exclamation": "❗", "heavy_exclamation_mark": "❗",
	"bangbang": "‼️", "interrobang": "⁉️", "warning": "⚠️", "no_entry": "⛔", "no_entry_sign": "🚫", "rotating_light": "🚨",
	"construction": "🚧", "bulb": "💡", "memo": "📝", "pencil": "📝", "pushpin": "📌", "round_pushpin": "📍", "paperclip": "📎",
	"link": "🔗", "lock": "🔒", "unlock": "🔓", "key": "🔑", "mag": "🔍", "calendar": "📆", "date": "📅", "email": "📧",
	"envelope": "✉️", "package": "📦", "chart_with_upwards_trend": "📈", "chart_with_downwards_trend": "📉", "hourglass": "⌛",
	"hourglass_flowing_sand": "⏳", "alarm_clock": "⏰", "stopwatch": "⏱️", "bell": "🔔", "no_bell": "🔕", "mega": "📣",
	"loudspeaker": "📢", "speech_balloon": "💬", "thought_balloon": "💭", "zzz": "💤", "arrow_up": "⬆️", "arrow_down": "⬇️",
	"arrow_left": "⬅️", "arrow_right": "➡️", "arrows_counterclockwise": "🔄", "repeat": "🔁", "recycle": "♻️", "new": "🆕", "ok": "🆗",
	"cool": "🆒", "sos": "🆘", "red_circle": "🔴", "large_green_circle": "🟢", "large_yellow_circle": "🟡", "large_orange_circle": "🟠",
	"large_blue_circle": "🔵", "white_circle": "⚪", "black_circle": "⚫", "bug": "🐛", "beetle": "🪲", "ant": "🐜", "snail": "🐌", "turtle": "🐢",
	"cat": "🐱", "dog": "🐶", "unicorn_face": "🦄", "panda_face": "🐼", "parrot": "🦜", "penguin": "🐧", "octopus": "🐙",
	"coffee": "☕", "tea": "🍵", "beer": "🍺", "beers": "🍻", "wine_glass": "🍷", "champagne": "🍾", "pizza": "🍕", "cake": "🍰",
	"cookie": "🍪", "doughnut": "🍩", "popcorn": "🍿", "hamburger": "🍔", "taco": "🌮", "avocado": "🥑", "banana": "🍌",
	"computer": "💻", "hammer": "🔨", "wrench": "🔧", "gear": "⚙️", "hammer_and_wrench": "🛠️", "test_tube": "🧪", "microscope": "🔬",
	"moneybag": "💰", "money_with_wings": "💸", "gem": "💎", "crown": "👑", "house": "🏠", "palm_tree": "🌴", "deciduous_tree": "🌳",
	"seedling": "🌱", "four_leaf_clover": "🍀", "rose": "🌹", "sunflower": "🌻", "earth_americas": "🌎", "earth_africa": "🌍",
	"car": "🚗", "bike": "🚲", "airplane": "✈️", "ship": "🚢", "train": "🚆", "soccer": "⚽", "basketball": "🏀", "dart": "🎯",
	"game_die": "🎲", "musical_note": "🎵", "headphones": "🎧", "guitar": "🎸", "art": "🎨", "books": "📚", "book": "📖",
	"one": "1️⃣", "two": "2️⃣", "three": "3️⃣", "four": "4️⃣", "five": "5️⃣", "hundred_points": "💯", "poop": "💩", "hankey": "💩",
}
