"""Which message answers which question: the one rule by which the guild's truth is told."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from pipeline.demo.guild.model import DEFAULT, REPLY, Post


def with_answers(posts: Sequence[Post], thread_ids: Collection[int], bot_ids: Collection[int], now: int) -> list[Post]:
    """*posts*, each with the question it is the first to answer, of those that exist at *now*.

    Answered is a question by a reply of a different human; in a thread by the next message of one; and when a thread was begun
    from it, by the first message of one in there.
    """
    there = [post for post in posts if post.exists(now) and is_by_person(post, bot_ids)]
    questions = {post.id: post for post in there if post.meant_as_question}
    answered: dict[int, int] = {}
    waiting: dict[int, list[Post]] = {}
    for post in there:
        for question in _answered_by(post, questions, waiting.get(post.room_id, ())):
            answered.setdefault(question.id, post.id)
        if post.room_id in thread_ids:
            waiting[post.room_id] = _still_waiting(post, waiting.get(post.room_id, ()), questions)
    answers = {answer: question for question, answer in answered.items()}
    return [replace(post, answers=answers[post.id]) if post.id in answers else post for post in posts]


def is_by_person(post: Post, bot_ids: Collection[int]) -> bool:
    """Whether *post* is an ordinary message or a reply, and neither a bot's nor a webhook's."""
    return post.type in (DEFAULT, REPLY) and post.webhook_name is None and post.author_id not in bot_ids


def _answered_by(post: Post, questions: dict[int, Post], waiting: Iterable[Post]) -> list[Post]:
    named = [questions.get(id_) for id_ in (post.reply_to, post.room_id) if id_ is not None]
    return [
        question
        for question in [*named, *waiting]
        if question is not None and question.id != post.id and question.author_id != post.author_id
    ]


def _still_waiting(post: Post, waiting: Iterable[Post], questions: dict[int, Post]) -> list[Post]:
    left = [question for question in waiting if question.author_id == post.author_id]
    return [*left, post] if post.id in questions else left
