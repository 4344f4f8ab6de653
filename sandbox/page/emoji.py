"""Which picture is meant by :construction:, and what is a picture called?"""

from __future__ import annotations

import re

# Slack's names for the pictures people really use at work; an unknown name stays as it was typed.
_TABLE = """
+1 👍 | thumbsup 👍 | -1 👎 | thumbsdown 👎 | 100 💯 | 1234 🔢 | abc 🔤 | airplane ✈️ | alarm_clock ⏰
ambulance 🚑 | anger 💢 | angry 😠 | arrow_down ⬇️ | arrow_forward ▶️ | arrow_backward ◀️
arrow_left ⬅️ | arrow_right ➡️ | arrow_up ⬆️ | arrows_counterclockwise 🔄 | arrow_upper_right ↗️
arrow_lower_right ↘️ | arrow_right_hook ↪️ | leftwards_arrow_with_hook ↩️ | fast_forward ⏩
rewind ⏪ | ballot_box_with_check ☑️ | bar_chart 📊 | battery 🔋 | beach_with_umbrella 🏖️ | beers 🍻
bell 🔔 | no_bell 🔕 | birthday 🎂 | black_circle ⚫ | black_large_square ⬛ | black_small_square ▪️
white_small_square ▫️ | blossom 🌼 | blue_heart 💙 | boom 💥 | collision 💥 | book 📖 | books 📚
bookmark 🔖 | bow 🙇 | brain 🧠 | briefcase 💼 | bug 🐛 | building_construction 🏗️ | bulb 💡
bust_in_silhouette 👤 | busts_in_silhouette 👥 | cake 🍰 | calendar 📅 | date 📅
spiral_calendar_pad 🗓️ | calendar_spiral 🗓️ | calling 📲 | camera 📷 | card_index 📇
card_file_box 🗃️ | chart_with_downwards_trend 📉 | chart_with_upwards_trend 📈 | checkered_flag 🏁
clap 👏 | clipboard 📋 | clock1 🕐 | clock3 🕒 | clock9 🕘 | clock12 🕛 | cloud ☁️ | coffee ☕
computer 💻 | confetti_ball 🎊 | confused 😕 | construction 🚧 | construction_worker 👷 | cry 😢
crystal_ball 🔮 | dart 🎯 | dash 💨 | disappointed 😞 | dizzy 💫 | dizzy_face 😵 | dollar 💵 | door 🚪
doctor 🧑‍⚕️ | droplet 💧 | ear 👂 | electric_plug 🔌 | email 📧 | e-mail 📧 | envelope ✉️
envelope_with_arrow 📩 | exclamation ❗ | heavy_exclamation_mark ❗ | bangbang ‼️ | eye 👁️ | eyes 👀
face_with_rolling_eyes 🙄 | facepalm 🤦 | fearful 😨 | file_cabinet 🗄️ | file_folder 📁
open_file_folder 📂 | fire 🔥 | fire_engine 🚒 | fireworks 🎆 | flag-us 🇺🇸 | flag-de 🇩🇪 | flag-fr 🇫🇷
flag-es 🇪🇸 | flag-gb 🇬🇧 | floppy_disk 💾 | four 4️⃣ | gear ⚙️ | gem 💎 | ghost 👻 | gift 🎁
globe_with_meridians 🌐 | earth_americas 🌎 | green_heart 💚 | grey_question ❔ | grey_exclamation ❕
grin 😁 | grinning 😀 | hammer 🔨 | hammer_and_wrench 🛠️ | handshake 🤝 | heart ❤️ | heart_eyes 😍
heavy_check_mark ✔️ | heavy_minus_sign ➖ | heavy_multiplication_x ✖️ | heavy_plus_sign ➕
hospital 🏥 | hourglass ⌛ | hourglass_flowing_sand ⏳ | house 🏠 | hugging_face 🤗 | inbox_tray 📥
outbox_tray 📤 | information_source ℹ️ | innocent 😇 | joy 😂 | key 🔑 | keycap_ten 🔟 | label 🏷️
large_blue_circle 🔵 | large_green_circle 🟢 | large_orange_circle 🟠 | large_purple_circle 🟣
large_red_square 🟥 | large_yellow_circle 🟡 | large_green_square 🟩 | large_yellow_square 🟨
large_blue_diamond 🔷 | small_blue_diamond 🔹 | small_orange_diamond 🔸 | laughing 😆 | link 🔗 | lock 🔒
unlock 🔓 | closed_lock_with_key 🔐 | loudspeaker 📢 | mega 📣 | mag 🔍 | mag_right 🔎 | mailbox 📫
mailbox_with_mail 📬 | male-doctor 👨‍⚕️ | female-doctor 👩‍⚕️ | mantelpiece_clock 🕰️ | mask 😷
medal 🏅 | memo 📝 | pencil 📝 | pencil2 ✏️ | microscope 🔬 | money_with_wings 💸 | moneybag 💰
muscle 💪 | negative_squared_cross_mark ❎ | nerd_face 🤓 | neutral_face 😐 | new 🆕 | newspaper 📰
no_entry ⛔ | no_entry_sign 🚫 | no_good 🙅 | no_mouth 😶 | o ⭕ | ok 🆗 | ok_hand 👌 | one 1️⃣
two 2️⃣ | three 3️⃣ | five 5️⃣ | six 6️⃣ | seven 7️⃣ | eight 8️⃣ | nine 9️⃣ | zero 0️⃣
open_mouth 😮 | orange_circle 🟠 | orange_heart 🧡 | package 📦 | page_facing_up 📄 | page_with_curl 📃
palm_tree 🌴 | paperclip 📎 | partly_sunny ⛅ | partying_face 🥳 | pause_button ⏸️
double_vertical_bar ⏸️ | pensive 😔 | phone ☎️ | telephone ☎️ | telephone_receiver 📞 | pill 💊
point_down 👇 | point_left 👈 | point_right 👉 | point_up ☝️ | point_up_2 👆 | pray 🙏 | printer 🖨️
purple_heart 💜 | pushpin 📌 | round_pushpin 📍 | puzzle_piece 🧩 | question ❓ | rage 😡 | rainbow 🌈
raised_hand ✋ | hand ✋ | raised_hands 🙌 | raising_hand 🙋 | radio_button 🔘 | receipt 🧾 | recycle ♻️
red_circle 🔴 | relaxed ☺️ | relieved 😌 | repeat 🔁 | robot_face 🤖 | robot 🤖 | rocket 🚀
rotating_light 🚨 | runner 🏃 | running 🏃 | saluting_face 🫡 | satellite_antenna 📡 | scales ⚖️
scream 😱 | seedling 🌱 | see_no_evil 🙈 | shield 🛡️ | ship 🚢 | shipit 🐿️ | shrug 🤷
simple_smile 🙂 | slightly_smiling_face 🙂 | slightly_frowning_face 🙁 | sleeping 😴 | smile 😄
smiley 😃 | smirk 😏 | snail 🐌 | snowflake ❄️ | sob 😭 | soon 🔜 | sos 🆘 | sparkles ✨
speech_balloon 💬 | thought_balloon 💭 | spock-hand 🖖 | star ⭐ | star2 🌟 | stethoscope 🩺
stopwatch ⏱️ | stop_sign 🛑 | octagonal_sign 🛑 | sunglasses 😎 | sunny ☀️ | sunrise 🌅 | sweat 😓
sweat_smile 😅 | syringe 💉 | dna 🧬 | tada 🎉 | test_tube 🧪 | thermometer 🌡️ | thinking_face 🤔
timer_clock ⏲️ | tools 🛠️ | traffic_light 🚥 | vertical_traffic_light 🚦 | triangular_flag_on_post 🚩
trophy 🏆 | turtle 🐢 | umbrella ☔ | unamused 😒 | up 🆙 | upside_down_face 🙃 | v ✌️ | warning ⚠️
wastebasket 🗑️ | watch ⌚ | wave 👋 | waving_white_flag 🏳️ | weary 😩 | white_check_mark ✅
white_circle ⚪ | white_heart 🤍 | white_large_square ⬜ | wink 😉 | wrench 🔧 | writing_hand ✍️ | x ❌
yellow_heart 💛 | yum 😋 | zap ⚡ | zipper_mouth_face 🤐 | zzz 💤
"""

PICTURES: dict[str, str] = {
    name: picture
    for entry in re.split(r"[|\n]", _TABLE)
    if entry.strip()
    for name, picture in [entry.split()]
}
_NAMES = {picture: name for name, picture in reversed(PICTURES.items())}

# What the reaction menu offers, most wanted first.
OFFERED = (
    "construction",
    "white_check_mark",
    "eyes",
    "+1",
    "tada",
    "raised_hands",
    "pray",
    "heart",
    "question",
    "x",
)

_SKIN_TONES = {f"skin-tone-{number}": chr(0x1F3F9 + number) for number in range(2, 7)}


def picture(name: str) -> str | None:
    """The picture of a short name (`wave` or `wave::skin-tone-3`); None when the table does not have it."""
    base, _, tone = name.partition("::")
    found = PICTURES.get(base)
    return found + _SKIN_TONES.get(tone, "") if found else None


def in_words(text: str) -> str:
    """The text with every known :name: as its picture, where no markup can be."""
    return re.sub(
        r":([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):", lambda found: picture(found[1]) or found[0], text
    )


def name_of(picture: str) -> str | None:
    """The short name of a picture somebody typed, as the reactions API wants it."""
    return _NAMES.get(picture) or _NAMES.get(picture.rstrip("\ufe0f")) or _NAMES.get(picture + "\ufe0f")
