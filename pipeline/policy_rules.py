"""Formulas, ranks and alerts of clan.toml that cannot be, and why: they are read when the file is, not when the night needs them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pipeline.marts import facts
from pipeline.marts.formula_language import parsed, value_keys
from pipeline.marts.formulas import FormulaError, Formulas, compile_formula, compile_rule
from pipeline.policy_faults import Where
from pipeline.policy_tables import AlertTable, RankTable


def bad_ranks(ranks: Sequence[RankTable]) -> Iterator[tuple[Where, str]]:
    """Ranks that stand twice, or that everybody would have earned at once."""
    for number, name in _repeated(ranks):
        yield ("rank", number, "name"), f"{name!r} stands in two [[rank]] tables; a rank stands once, the lowest first"
    for number, rank in enumerate(ranks):
        if number and not rank.all_of and not rank.any_of:
            yield (
                ("rank", number),
                f"{rank.name!r} has no rule, so that everybody has earned it; write what it takes into 'all' or 'any'",
            )


def bad_alerts(alerts: Sequence[AlertTable]) -> Iterator[tuple[Where, str]]:
    """Alerts that stand twice: only one card can bear the name."""
    for number, name in _repeated(alerts):
        yield ("alert", number, "name"), f"{name!r} stands in two [[alert]] tables; give each a name of its own"


def _repeated(tables: Sequence[RankTable] | Sequence[AlertTable]) -> Iterator[tuple[int, str]]:
    """Place and name of each of *tables* whose name stands before it already."""
    names = [table.name for table in tables]
    return ((number, name) for number, name in enumerate(names) if name in names[:number])


def metrics_by_key(texts: Iterable[str]) -> frozenset[str]:
    """The metrics that expressions, which were found good, ask for by their keys."""
    return frozenset(facts.split(key)[0] for text in texts for key in value_keys(parsed(" ".join(text.split()))))


def bad_rules(
    formulas: Mapping[str, str], ranks: Sequence[RankTable], alerts: Sequence[AlertTable]
) -> Iterator[tuple[Where, str]]:
    """Formulas, rules and alerts that cannot be, and why."""
    names = {*facts.of_person(), *formulas}
    yield from _bad_formulas(formulas, names)
    for number, rank in enumerate(ranks):
        for key, texts in (("all", rank.all_of), ("any", rank.any_of)):
            yield from (
                (("rank", number, key, at), told) for at, text in enumerate(texts) if (told := _wrong_rule(text, names))
            )
    of_clan = facts.of_clan(formulas)
    for number, alert in enumerate(alerts):
        if told := _wrong_rule(alert.when, of_clan):
            yield ("alert", number, "when"), told


def _bad_formulas(formulas: Mapping[str, str], names: Collection[str]) -> Iterator[tuple[Where, str]]:
    """Each formula by itself; if all are well, whether they go together."""
    all_well = True
    for name, text in formulas.items():
        try:
            compile_formula(text, names)
        except FormulaError as error:
            all_well = False
            yield ("formulas", name), str(error)
    if not all_well:
        return
    try:
        Formulas(formulas, facts.of_person())
    except FormulaError as error:
        name, _, told = str(error).partition(": ")
        yield ("formulas", name), told


def _wrong_rule(text: str, names: Collection[str]) -> str | None:
    """What is wrong with a rule, None if nothing is."""
    try:
        compile_rule(text, names)
    except FormulaError as error:
        return str(error)
    return None
