"""What the workbook contains, sheet by sheet, in order. A sheet more is one `Chapter` in the list."""

from typing import Final

from pipeline.outputs.excel.activity import draw_activity
from pipeline.outputs.excel.chapter import Chapter, described, described_talk, of_talk
from pipeline.outputs.excel.contests import contests_sheet
from pipeline.outputs.excel.gains import gains_sheet
from pipeline.outputs.excel.helping import helpers_sheet
from pipeline.outputs.excel.identities import identities_sheet
from pipeline.outputs.excel.inactivity import inactivity_sheet
from pipeline.outputs.excel.matrix import bosses_sheet, skills_sheet
from pipeline.outputs.excel.members import members_sheet
from pipeline.outputs.excel.milestones import milestones_sheet
from pipeline.outputs.excel.policy_replay import policy_replay_sheet
from pipeline.outputs.excel.promotions import promotions_sheet
from pipeline.outputs.excel.retention import draw_retention
from pipeline.outputs.excel.roster import roster_sheet
from pipeline.outputs.excel.runs import runs_sheet
from pipeline.outputs.excel.summary import draw_summary
from pipeline.outputs.excel.todo import todo_sheet

CHAPTERS: Final = (
    Chapter(
        "Summary", "answers", "How is the clan, and what stands out tonight?", "Read it first. One page to print.", draw_summary
    ),
    Chapter(
        "To do", "answers", "What should we do tonight, with whom and why?", "Work through it; write what you decide beside it.",
        described(todo_sheet),
    ),
    Chapter(
        "Members", "people", "Who is in the clan, and how does everybody do?", "Look somebody up, sort by what matters to you.",
        described(members_sheet),
    ),
    Chapter(
        "Promotions", "people", "Whom should we promote?", "Give those who are due their rank in the game.",
        described(promotions_sheet),
    ),
    Chapter(
        "Inactivity", "people", "Who takes part, who is away, and of whom can nobody tell?",
        "Make room; look at the proof before you remove somebody.", described(inactivity_sheet),
    ),
    Chapter(
        "Gains", "play", "Who gained most, of what, in which time?", "Pick a time and a skill, boss or activity; praise who stands on top.",
        described(gains_sheet),
    ),
    Chapter("Bosses", "play", "Which bosses fall, and who leads in each?", "Plan masses, praise leaders.", described(bosses_sheet)),
    Chapter("Skills", "play", "Which skills are trained, and who leads in each?", "Plan skilling events, praise leaders.", described(skills_sheet)),
    Chapter(
        "Activity", "play", "When, where and how much do people talk, and are officers there then?",
        "Put events where people are; find somebody for hours without officers.", of_talk(draw_activity), needs_talk=True,
    ),
    Chapter(
        "Helpers", "people", "Who waits for an answer, who helps, who greets newcomers?", "Answer who waits; thank who helps.",
        described_talk(helpers_sheet), needs_talk=True,
    ),
    Chapter(
        "Identities", "people", "Which Discord account is whose?", "Confirm the unsure ones; mend roles that do not fit.",
        described_talk(identities_sheet), needs_talk=True,
    ),
    Chapter(
        "Retention", "people", "Do those who join stay, and who needs a word now?", "Speak to those who slip away.", draw_retention
    ),
    Chapter(
        "Policy replay", "people", "Are our rules for removing and promoting good ones?",
        "Choose a threshold of which few would have been missed.", described(policy_replay_sheet),
    ),
    Chapter(
        "Competitions", "records", "Who won what, and what comes next?", "Announce winners; plan the next contest.",
        described(contests_sheet),
    ),
    Chapter(
        "Roster log", "records", "Who came, who left, and whose rank changed?", "Look up what happened, and when.",
        described(roster_sheet),
    ),
    Chapter(
        "Milestones", "records", "Whom can we congratulate soon, and on what?", "Be there when it happens.",
        described(milestones_sheet),
    ),
    Chapter("Runs", "records", "Did the last nights go well?", "Call for help when nights fail.", described(runs_sheet)),
)  # fmt: skip
"""The sheets after Read me, in order; those of Discord are not there while none is set up."""
