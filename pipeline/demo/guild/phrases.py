"""What people of a clan write, as templates. A slot in braces is filled from `SLOTS`."""

from collections.abc import Mapping
from typing import Final

SLOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "boss": (
        "zulrah", "vorkath", "cerberus", "hydra", "corp", "nex", "muspah", "kree", "graardor", "zilyana", "kril",
        "callisto", "vetion", "sarachnis", "araxxor", "duke", "vardorvis", "the leviathan", "the whisperer", "kraken",
        "thermy", "abyssal sire", "grotesque guardians", "king black dragon", "kalphite queen", "the nightmare",
        "dagannoth rex", "scurrius", "hespori", "tempoross", "wintertodt", "jad", "zuk", "sol heredit", "amoxliatl",
    ),
    "raid": ("cox", "tob", "toa", "cox cm", "hmt", "toa 300", "toa 150", "chambers", "theatre of blood", "tombs"),
    "skill": (
        "slayer", "fishing", "agility", "runecrafting", "mining", "woodcutting", "farming", "herblore", "hunter",
        "construction", "smithing", "crafting", "thieving", "prayer", "magic", "ranged", "firemaking", "cooking",
        "fletching", "sailing", "defence",
    ),
    "item": (
        "a whip", "trident", "blowpipe", "bandos tassets", "fang", "tbow", "a dragon warhammer", "lightbearer",
        "void", "barrows gloves", "a rune pouch", "ancestral", "zammy hasta", "bgs", "ghrazi rapier", "torva",
        "dragon boots", "an occult", "the anguish", "crystal armour", "bowfa", "a bludgeon", "fire cape",
        "infernal cape", "graceful", "imbued heart", "avernic", "a ranger boots pair", "the bond", "colossal blade",
    ),
    "place": (
        "wintertodt", "the motherlode mine", "the gauntlet", "barbarian assault", "castle wars", "pest control",
        "the blast furnace", "guardians of the rift", "tithe farm", "priff", "zeah", "catacombs", "varlamore",
        "the fight caves", "the inferno", "the hallowed sepulchre", "mahogany homes", "volcanic mine", "lms",
    ),
    "monster": (
        "abyssal demons", "gargoyles", "nechs", "bloodvelds", "dust devils", "wyverns", "kurasks", "smoke devils",
        "dark beasts", "drakes", "wyrms", "trolls", "black demons", "hellhounds", "araxytes", "basilisks",
    ),
    "food": ("sharks", "karambwans", "anglers", "mantas", "brews", "pizza", "cold noodles", "coffee", "toast"),
    "kc": ("3", "12", "37", "50", "84", "112", "156", "200", "311", "450", "487", "633", "800", "1k", "1.4k", "2k"),
    "level": ("60", "65", "70", "75", "77", "80", "82", "85", "87", "90", "92", "94", "95", "98", "99"),
    "gp": ("400k", "2m", "7m", "12m", "28m", "45m", "110m", "300m", "1b"),
    "world": ("302", "330", "416", "444", "465", "467", "507", "518", "522"),
    "day": ("tonight", "tomorrow", "on saturday", "after work", "this weekend", "later", "in an hour", "on friday"),
    "thing": ("the cat", "work", "my internet", "the dog", "the baby", "this weather", "my back", "the new laptop"),
}  # fmt: skip

STATEMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "general": (
        "morning all", "evening everyone", "back from work, time to log in", "good luck with the {skill} grind",
        "event {day} for those who missed the last one", "gratz on {level} {skill}", "grats!", "gz mate", "huge gz",
        "finally {level} {skill}, that took forever", "i need a break from {skill}", "gonna try {boss} {day}",
        "new update looks good", "the servers feel slow tonight", "logging off, gn all", "gn", "hi hi",
        "bank is a mess, spent an hour sorting tabs", "just bought {item}, broke again", "my {item} is paid off",
        "w{world} is packed", "thanks for the runs last night", "that was fun, same time {day}",
        "welcome back, we missed you", "only {kc} to go", "i will be on {day}", "count me in", "sounds good to me",
        "lets do {place} {day}", "bonds went up to {gp} again", "we got second in the event, so close",
        "lost my streak because of {thing}", "down to {gp} after that purchase", "on my way", "brb, {thing}",
    ),
    "bossing": (
        "{kc} {boss} kc and nothing", "{boss} is so much better with {item}", "finally learned {boss} without dying",
        "got {boss} down to 1:{level} per kill", "dry at {kc} kc {boss}, send help", "i camp {boss} with {food}",
        "{boss} trip {day}, w{world}", "bring {food} and {item} for {boss}", "ranged setup works fine at {boss}",
        "pb at {boss}!", "died at {boss} again, {gp} gone", "my {boss} task was {kc}, painful",
        "flicking at {boss} saves so much prayer", "no more {boss} for me today", "{boss} mass {day} at w{world}",
        "swapped {boss} for {boss}, way more gp", "salve on {boss} task and it melts", "that spec hit {level}",
        "{item} made {boss} trivial", "task of {monster}, skipping it", "{kc} down, {kc} to go at {boss}",
    ),
    "raids": (
        "{raid} at {level} past, need one more", "running {raid} {day}", "scouted a good {raid}, w{world}",
        "{kc} {raid} kc and one purple", "purple!!", "white light again", "olm head got me",
        "learner {raid} {day}, all welcome", "solo {raid} is pure pain", "we wiped at verzik p3",
        "good run, {level} minutes", "i can bring {item} to {raid}", "left my {item} in the bank, one sec",
        "chugging {food} at every room", "{raid} with randoms was a mistake", "max points that run",
        "warden took three tries", "akkha memory is the worst room", "full team for {raid}, thanks",
    ),
    "skilling": (
        "{level} {skill} done", "{skill} is so chill with a film on", "{place} for the outfit first",
        "{gp} xp this week in {skill}", "burned through {gp} of planks", "{skill} pet at {level}!!",
        "tick manip at {skill} hurts my wrist", "afk {skill} all day at work", "{level} to 99 {skill} begins",
        "birdhouse runs and herb runs every morning", "bought supplies for 99 {skill}, {gp} gone",
        "{place} rates are decent now", "not a fan of {skill}", "{skill} contracts are underrated",
        "redwoods it is", "stuck at {level} {skill} since last month", "sorted the {skill} cape at last",
    ),
    "drops": (
        "{item} at {kc} kc!", "finally {item}", "{item} from my first {boss} kill lol", "back to back {item}",
        "spooned {item} on task", "pet!!! {kc} kc {boss}", "clue gave me {gp}, new record", "{gp} from one elite",
        "got {item} and split it three ways", "{boss} paid for the month", "{kc} dry but i got it", "3rd age pls",
        "master clue done, {gp} in junk", "dupe {item}, selling", "look at this thing", "worth the {kc} hours",
    ),
    "off-topic": (
        "{thing} kept me up all night", "having {food} for dinner", "started the gym again, legs are gone",
        "{food} is the best thing this week", "watching the game {day}", "the new season is great so far",
        "my commute was {kc} minutes of pain", "holiday booked, two weeks away", "{thing} is driving me mad",
        "it is 30 degrees here", "rain all week", "new pc arrives {day}", "played some other game, felt wrong",
        "my kid asked me to name the cat {boss}", "exam {day}, wish me luck", "moved house, boxes all over",
    ),
}  # fmt: skip

REACTIONS: Final = (
    "lol", "lmao", "haha", "nice", "nice one", "true", "same", "oof", "rip", "gz", "gzz", "f", "big", "sick", "damn",
    "haha same here", "no way", "thats huge", "yeah", "yep", "nah", "ok", "oh well", "unlucky", "so true", "fair",
    "love it", "😂", "🎉", "🔥🔥", "💀", "👍", "<:zuk:846012345678901234>", "<:gz:846012345678901235> <:gz:846012345678901235>",
    "<a:dance:846012345678901236>", "big if true", "jealous", "you love to see it", "next time", "ty", "cheers",
)  # fmt: skip

ANSWERS: Final = (
    "yes, {item} is enough", "no, go for {item} first", "about {kc} kc", "use {item} and {food}", "bring {food}",
    "yep, w{world}", "{level} {skill} should do", "i would do {place} until {level}", "me, give me five minutes",
    "i can {day}", "not worth it, do {boss} instead", "wiki has it, look for the {boss} strategy page",
    "around {gp}", "at {place}, bring {item}", "the second one", "east side, next to the bank", "both work fine",
    "depends on your {skill}, above {level} yes", "after the quest, before that you cannot", "nope, patched",
    "protect from magic, then swap on the third hit", "thralls and {item}, nothing else changes much",
    "{boss} at {level} defence is fine", "yes but do {place} first", "the officers can, ping one of them",
    "saturday at 20 utc", "it is pinned in this channel", "sure, join w{world}", "took me {kc} tries, keep going",
    "kourend diary makes it easier", "{item} > {item} there", "no idea, sorry", "1 in {kc} or so", "{gp} an hour",
)  # fmt: skip

THANKS: Final = ("ty", "thanks", "cheers mate", "thank you, that worked", "ah ok, thanks", "legend", "perfect, ty")

WELCOMES: Final = (
    "welcome!", "welcome to the clan", "hey, welcome in", "welcome mate, ask if you need anything", "welcome 🎉",
    "o/ welcome", "glad to have you here", "welcome! events are in announcements", "hi and welcome", "wb, good to see you",
)  # fmt: skip

ANNOUNCEMENTS: Final = (
    "Skill of the week starts {day}: {skill}. Sign up with an officer.", "Boss of the week: {boss}. Good luck all.",
    "Mass at {boss} {day}, world {world}. Bring {food}.", "Clan meeting {day}, voice chat, all welcome.",
    "Learner {raid} runs {day}. Wear {item} if you have it.", "Rank ups are done for this month, well earned.",
    "Bingo board is final. Teams will be drawn {day}.", "Please put your RSN into your nickname here.",
    "Congratulations to our winners, {gp} each has been paid out.", "The drop party moved to world {world}.",
)  # fmt: skip

OFFICER_TALK: Final = (
    "two applications {day}, i will look", "we should rank up the sergeants", "{kc} days inactive, kick or keep",
    "event budget is {gp} now", "can someone check the roster", "no complaints this week", "agreed", "fine by me",
    "i will message them", "needs a vote {day}", "the rota for {raid} is up",
)  # fmt: skip

COMMANDS: Final = ("!kc {boss}", "!lvl {skill}", "!price {item}", "!gains", "!pb {raid}", "!clue")
BOT_ANSWERS: Final = (
    "**{boss}**: {kc} kills", "**{skill}**: level {level}", "Price: {gp}", "Gains this week: {gp} xp",
    "Personal best: {level}:12", "Nothing found. Did you mean {boss}?", "How to use this bot: /help",
)  # fmt: skip
BROADCASTS: Final = (
    "{name} has reached {skill} level {level}.", "{name} received a drop: {item} ({gp} coins).",
    "{name} has a funny feeling like they're being followed: {boss} at {kc} completions.",
    "{name} has completed a quest.", "To talk in your clan's channel, start each line of chat with //.",
)  # fmt: skip
RELAYED: Final = (
    "hi all", "gz", "gzz {level}", "anyone for {raid}", "w{world} {boss}", "ty", "brb", "lol", "need one more {raid}",
    "{level} {skill}!", "finally {item}", "what world?", "how much is {item} now", "gl", "dead", "same", "np",
    "at {place} if you want to join", "{kc} kc dry", "on task, {monster}", "does {boss} count for the event?", "gn",
    "selling {item}, {gp}", "nice drop", "back", "pet :)", "bank sale is over", "who is hosting", "yes", "no",
)  # fmt: skip

TITLES: Final = (
    "{boss} for beginners", "{raid} roles and gear", "cheap {skill} to {level}", "{boss} with {item}",
    "{raid} learner night", "{skill} money makers", "my {place} notes", "{boss} without {item}", "gear up to {gp}",
)  # fmt: skip
GUIDE_OPENERS: Final = (
    "My notes on {boss}: bring {item}, eat {food}, leave at low prayer. Comments welcome.",
    "{raid} gear in order of worth:\n1. {item}\n2. {item}\n3. {item}",
    "A cheap way to {level} {skill}: {place} for the outfit, then {monster} for the gp.",
    "Collected timings for {boss}. Corrections are welcome, I play on high ping.",
    "Checklist for {raid}: {food}, {item}, thralls, a full rune pouch.",
)  # fmt: skip
GUIDE_QUESTIONS: Final = (
    "Which gear first for {boss} with {gp}?", "How do you survive {boss} at {level} defence?",
    "Is {place} still worth it after {level} {skill}?", "{raid} without {item}, possible?",
    "Best order of {skill} training for an iron?", "What do I bring to my first {raid}",
)  # fmt: skip
GUIDE_TITLE_LIKE: Final = ("{boss} setup with {gp} budget, advice please", "first {raid}, tips wanted")
