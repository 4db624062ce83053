"""What people ask, and what only looks like asking, as templates with the slots of `phrases.SLOTS`.

Nine in ten who ask can be told by a question mark or by the first word; the rest, and those who mislead, are here on purpose.
"""

from typing import Final

MARKED: Final = (
    "anyone for {raid} {day}?", "how do you do {boss} at {level} defence?", "what gear for {boss}?",
    "is {item} worth it for {boss}?", "can i do {raid} with {item}?", "where do you train {skill} after {level}?",
    "which one first, {item} or {item}?", "does salve work at {boss}?", "who is hosting {day}?",
    "when is the next mass?", "why is my kc not counted?", "should i sell {item} now?", "got room for one more?",
    "best xp for {skill} at {level}?", "{place} or {place} for {skill}?", "ok so what do i bring to {raid}?",
    "hey, quick one: {item} or {item}?", "@here {raid} anyone?", "so {boss} needs {level} {skill} or not?",
    "and the prayer flick there, is it needed?", "any tips for {boss}?", "do you use {food} at {boss}?",
    "are we still doing {raid} {day}?", "how long did {level} {skill} take you?", "what world are you on?",
    "has anybody done the new {skill} method?", "could somebody check my {boss} setup?", "sorry, which channel for drops?",
    "would you buy {item} at {gp}?", "did the {boss} event end already?", "how much is {item} these days?",
    "thoughts on {item} for {monster}?", "is there a limit on {place}?", "what is the drop rate of {item}?",
    "how's {boss} after the update?", "what's a good {skill} setup?", "how many {food} for a {boss} trip?",
    "you on {day}?", "is {boss} fine on mobile?", "mind if i join the {raid} run?",
)  # fmt: skip
UNMARKED: Final = (
    "how do i get to {boss}", "what do you bring to {raid}", "where is the best spot for {monster}",
    "anyone up for {raid} {day}", "does anyone have a spare {item}", "is {item} still good for {boss}",
    "can someone help me with {boss}", "which prayer for {boss}", "who wants to do {raid}",
    "why does {boss} heal in the middle", "should i do {place} before {level}", "when does the event start",
    "how much is {item} right now", "what level for {boss}", "are {monster} worth doing on task",
    "do i need {item} for {raid}", "Where can I buy {item} without being ripped off", "How long is {boss} on average",
)  # fmt: skip
SHORT: Final = (
    "wb?",
    "u on?",
    "kc?",
    "price?",
    "gear?",
    "world?",
    "tob?",
    "still on?",
    "{raid}?",
    "really, how?",
    "eta?",
)
MANY_LINES: Final = (
    "ok i have {gp} and {level} {skill}.\nmy gear is {item} and {item}.\nwhat would you upgrade first?",
    "tried {boss} {kc} times today\nalways die in the last phase\nany ideas?",
    "two things:\n- is {item} enough for {raid}?\n- who leads {day}?",
)  # fmt: skip
LINKED: Final = (
    "https://oldschool.runescape.wiki/w/Special:Search?search={world} is this page right?",
    "saw this https://www.youtube.com/watch?v=k{world}x{kc} does it still work?",
    "https://secure.runescape.com/m=hiscore_oldschool/overall?table={kc} why am i not on there?",
    "thoughts on https://dps.osrs.wiki/?id={world} ?",
)  # fmt: skip
QUOTED: Final = (
    "> {raid} {day}, all welcome\nis this still on?", "`{item} + {item}` or `{item} + {food}` for {boss}?",
    "```\n{item}\n{food} x{kc}\n```\nis that fine for {raid}?", "> bring {item}\nwhy not {item} instead?",
)  # fmt: skip
UNSEEN: Final = (
    "looking for someone to teach me {boss}", "need help with {boss} pls", "need a hand at {place} {day}",
    "i wonder if {item} beats {item} there", "not sure whether to get {item} or {item} first, advice welcome",
    "someone explain {boss} to me please", "lf2m {raid} {day}, msg me", "tips for {boss} would be great",
    "hey guys how do i start {raid}", "<@{world}00000000000001> how does {boss} work with {item}",
    "i still do not get how {boss} works, please explain", "is this it https://oldschool.runescape.wiki/w/Zulrah?x={kc}",
    "pls tell me where {monster} are", "idk which one to buy, {item} or {item}",
)  # fmt: skip

LOOKS_ONLY: Final = (
    "https://oldschool.runescape.wiki/w/Special:Search?search={world}", "here https://dps.osrs.wiki/?id={world}",
    "guide: https://www.youtube.com/watch?v=a{world}b{kc}", "`kc > {kc} ? bank : stay` and that is my plan",
    "```\nif kc ? {kc} : 0\n```", "> anyone for {raid}?\nme, in ten minutes", "> how much is {item}?\n{gp} last i saw",
    "how nice", "is good", "what luck", "who knows", "why not", "can do", "will do", "<:what:846012345678901237>",
    "<:how:846012345678901238> nice", "look https://prices.runescape.wiki/osrs/item/{world}?range=1y",
    "`{item} ?? {item}` in the calculator, works", "> what world?\n{world}",
)  # fmt: skip
MISLEADING: Final = (
    "lol what?", "??", "???", "who even does that?", "what a drop!", "can confirm it works", "what a {boss} run that was",
    "when i finally get {item} i am done", "you call that luck?", "how nice of {boss} to give me nothing",
    "is what it is", "why do i even try {boss}", "who would have thought", "seriously?", "a pet at {kc}, are you kidding me?",
    "can recommend {place} for {skill}", "should be fine now", "when in doubt bring {food}", "what did i tell you?",
)  # fmt: skip
