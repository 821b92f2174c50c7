"""Columns added and set anew by words."""

import re
from datetime import date
from typing import Any

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import NUMERIC_TYPES, TEMPORAL_TYPES, Column, ColumnType
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.schema.schema import Table
from synthaix.orchestration.translation.asides import read_phrase
from synthaix.orchestration.translation.choices import value_of
from synthaix.orchestration.translation.conditions import below_zero
from synthaix.orchestration.translation.domains import domain_of
from synthaix.orchestration.translation.edits import Working, changed
from synthaix.orchestration.translation.facts import Facts
from synthaix.orchestration.translation.items import items_in
from synthaix.orchestration.translation.lookups import ON, column_named, columns_named, not_understood, sketches_of
from synthaix.orchestration.translation.meaning import STATED, column_of
from synthaix.orchestration.translation.mentions import Mention, first_mention, meant, mentions_in
from synthaix.orchestration.translation.relations import formula_of
from synthaix.orchestration.translation.sketches import Sketch, sketch_of
from synthaix.orchestration.translation.stated import implied_type, rules_of, unit_name
from synthaix.orchestration.translation.stated_types import type_named
from synthaix.orchestration.translation.wording import snake

_ADD = re.compile(
    r"^(?:add|include|append|insert|put in|throw in|create|we need|i need|need|i want|want|i'd like"
    r"|introduce|give (?:it|them|me)|there should be|it should have|each (?:row|\w+) should (?:also )?have"
    r"|should (?:also )?have) (?:in )?(?P<what>.+)$",
    re.IGNORECASE,
)
_ADD_HEAD = re.compile(
    r"^(?:(?:an?|the|another|one more|a new|new|extra|additional|further|some|more|optional(?= (?:column"
    r"|field)\b)) ){0,9}(?:(?:columns?|fields?|attributes?)(?: (?:for|called|named|with the name|holding"
    r"|containing|with|of))?:? )?",
    re.IGNORECASE,
)
_RETYPE = re.compile(
    r"^(?:change|convert|turn|switch|set|make|cast|treat)?(?: the)?(?: type of(?: the)?)? "
    r"?(?P<what>.+?)(?:'s type)?(?: columns?| fields?)? (?:to(?: be)?|into|as|a|an|should be(?: an?)?|must "
    r"be(?: an?)?|is(?: an?)?|type)(?: of type)?(?: an?)? (?P<type>[\w /-]{2,24})(?: column| field| "
    r"type)?$",
    re.IGNORECASE,
)
_SET = re.compile(
    r"^(?:make|set|change|let|have|keep|mark|constrain|restrict|limit|ensure|update|force|allow|use|turn"
    r"|give)(?: that)?(?: the| all)? ",
    re.IGNORECASE,
)


def change_type(working: Working, plain: str, today: date) -> bool:
    """`change age to integer`, `make notes a text column`."""
    found = _RETYPE.match(plain)
    type_ = type_named(found.group("type")) if found else None
    if found is None or type_ is None:
        return False
    target = column_named(working, found.group("what"))
    if target is None:
        return False
    table, column = target
    working.change(table, column, changed(column, {"type": type_}, {}, "changes"))
    return True


def set_nulls(working: Working, plain: str, today: date) -> bool:
    """`10% missing phone`, `no nulls in email`, `allow nulls in phone`."""
    found = re.match(
        r"^(?:make |have |with |set |about )?(?P<share>\d{1,3}(?:\.\d+)?) ?% (?:of )?(?:(?:missing|nulls?"
        r"|empty|blank)(?: values?)?(?: (?:in|for|of))? (?P<first>.+)|(?P<second>.+?) (?:should |must |to |are "
        r"|is |be ){0,9}(?:missing|null|empty|blank|left out))$",
        plain,
        re.IGNORECASE,
    )
    if found:
        listed = columns_named(working, found.group("first") or found.group("second"))
        share = min(100.0, float(found.group("share"))) / 100
        rules: dict[str, Any] = {"nullable": True, "null_rate": round(share, 4)} if share else {"nullable": False}
        return _set_rules(working, listed, rules)
    found = re.match(
        r"^(?:(?P<no>no|without|remove|forbid|disallow)|allow|permit|add some|some)(?: any)? (?:nulls?|missing "
        r"values?|blanks?|empty values?|null values?)(?: (?:in|for|from|of|on) (?P<what>.+))?$",
        plain,
        re.IGNORECASE,
    )
    if found is None:
        return False
    listed = (
        columns_named(working, found.group("what"))
        if found.group("what")
        else [(table, column) for table in working.tables for column in table.columns]
    )
    return _set_rules(working, listed, {"nullable": not found.group("no")})


def _set_rules(working: Working, listed: list[tuple[Table, Column]] | None, rules: dict[str, Any]) -> bool:
    for table, column in listed or []:
        current = working.table(table.name)
        own = current.column(column.name)
        working.change(current, own, changed(own, {}, rules, "changes"))
    return bool(listed)


def add_columns(working: Working, plain: str, today: date) -> bool:
    found = _ADD.match(plain)
    if found is None:
        return False
    what = found.group("what")
    table = working.tables[0]
    scoped = ON.search(what)
    if scoped:
        named = next((each for each in working.tables if spelled(each.name) == spelled(scoped.group("table"))), None)
        if named is not None:
            table, what = named, what[: scoped.start()]
    what = re.sub(r"(?: columns?| fields?)$", "", _ADD_HEAD.sub("", what.strip()).strip())
    side = re.search(
        r" (?:columns? |fields? )?(?P<side>before|after|right after|next to|at the (?:start|beginning|end)"
        r"|first|last)(?: (?:the )?(?P<other>[\w ]+?))?(?: column)?$",
        what,
    )
    place: dict[str, str | None] = {"before": None, "after": None}
    items = [re.sub(r"(?: columns?| fields?)(?= |$)", "", item) for item in items_in(what)]
    sketches = [sketch_of(item, today) for item in items]
    if not sketches or not all(sketch.name for sketch in sketches):
        return False
    about, known = _about(table)
    if any(sketch.facts.condition or sketch.facts.rate is not None for sketch in sketches):
        raise not_understood("A share of another column is said as a formula: add tax = net * 0.19.")
    for sketch in sketches:
        column = column_of(sketch, about, known)
        column = (
            _linked(working.table(table.name), sketch, column, place)
            if sketch.facts.after or sketch.facts.before or sketch.facts.formula
            else column
        )
        if (
            side
            and len(sketches) == 1
            and not sketch.facts.after
            and not sketch.facts.before
            and side.group("side") in ("first", "at the start", "at the beginning")
        ):
            place["before"] = working.table(table.name).names[0]
        working.add(working.table(table.name), column, **place)
    return True


def _about(table: Table) -> tuple[str, dict[str, str | None]]:
    domain, _ = domain_of(table.name.replace("_", " "))
    known = {snake(phrase.partition(" ")[0]): kind for phrase, kind in domain.columns} if domain else {}
    return f"{domain.about if domain else ''} {table.name.replace('_', ' ')} {' '.join(table.names[:8])}", known


def _linked(table: Table, sketch: Sketch, column: Column, place: dict[str, str | None]) -> Column:
    """What a column says about others of the table; what compares nothing says where to put it."""
    others = sketches_of(table)
    if sketch.facts.formula:
        text = formula_of(sketch.facts.formula, others)
        if text is None:
            raise not_understood("A formula names columns that the table does not have.")
        type_ = column.type if column.type in NUMERIC_TYPES else "decimal"
        return changed(
            column.model_copy(update={"type": type_, "kind": column.kind if type_ == column.type else None}),
            {},
            {"expression": text},
            "changes",
        )
    for side in ("after", "before"):
        words = getattr(sketch.facts, side)
        other = meant(words, others) if words else None
        if words and other is None:
            raise not_understood("It names a column that the table does not have.")
        if other is None:
            continue
        target = table.column(other.name)
        if (
            target.type in TEMPORAL_TYPES
            and column.type in TEMPORAL_TYPES
            and (target.type == "time") == (column.type == "time")
        ):
            column = changed(column, {}, {side: other.name}, "changes")
        else:
            place[side] = other.name
    return column


def set_columns(working: Working, plain: str, today: date) -> bool:
    """`make email unique`, `amount between 5 and 100`, `status should be active or inactive`."""
    said = _SET.sub("", plain)
    for table in working.tables:
        targets = _targets(table, said)
        if not targets:
            continue
        facts = _facts_about(said, targets, today)
        if facts is None:
            return False
        if facts.empty:
            continue
        for mention in targets:
            current = working.table(table.name)
            own = current.column(mention.sketch.name)
            _apply_facts(working, current, own, facts)
        return True
    return False


_IT = "cells"  # stands for the columns while what is said about them is read
_LINKING = frozenset(
    "value values only always column columns field fields be to the also now set with from its it as use new go goes "
    "run runs range ranges lie lies fall falls stay stays have has come comes must should is are all a an of by for "
    "in on at please cells cell that and".split()
)
_ALWAYS = re.compile(
    rf"^(?:(?:the|all|every|each) +)?{_IT}(?: (?:must|should|is|are|be|always|only|to|set|fixed|equals?|just|have|has|the|value))* ?[:=]? ?"
    r"(?P<value>[\w.+-]+(?: [\w.+-]+)?)$"
)


def _facts_about(said: str, targets: list[Mention], today: date) -> Facts | None:
    """What is said about columns; None when it is said in words that nobody here understands."""
    text = f"{said[: targets[0].start]} {_IT}{said[targets[-1].stop :]}".strip()
    rest, facts = read_phrase(text, today)
    unread = set(re.findall(r"[\w']+", f"{rest} {' '.join(facts.unread)}".casefold())) - _LINKING
    if facts.empty and unread:
        only = _ALWAYS.match(text)
        if only is None or only.group("value").islower():
            return None
        return Facts(choices=[value_of(only.group("value"))])
    return None if unread and not (facts.choices or facts.after or facts.before) else facts


def _targets(table: Table, plain: str) -> list[Mention]:
    sketches = sketches_of(table)
    named = mentions_in(plain, sketches)
    first = first_mention(plain, sketches)
    if first is None:
        return []
    if not named or first.start < named[0].start:
        return [first]
    targets = [named[0]]
    for mention in named[1:]:
        if not re.fullmatch(r"s?(?:,| and|, and| &|/| or)+ (?:the |their )?", plain[targets[-1].stop : mention.start]):
            break
        targets.append(mention)
    return targets


def _apply_facts(working: Working, table: Table, column: Column, facts: Facts) -> None:
    """Put what was said onto a column."""
    if facts.notes or facts.condition or facts.rate is not None:
        raise not_understood("A column cannot depend on others so; a formula or an order of dates can be said.")
    changes: dict[str, Any] = {}
    type_ = _type_after(column, facts)
    if type_ != column.type:
        changes["type"] = type_
    rules = rules_of(facts, type_) | {name: False for name in ("unique", "nullable") if facts.rules.get(name) is False}
    rules |= _links(table, column, facts, type_)
    if "below_zero" in facts.rules and type_ in NUMERIC_TYPES:
        rules = {**below_zero(kinds().get(column.kind or "")), **rules}
    unit = unit_name(facts.unit)
    if unit and type_ in NUMERIC_TYPES:
        changes["description"] = f"{re.sub(r' ?[Ii]n [^ ]+$', '', column.description)} In {unit}".strip()
    if facts.locale:
        changes["locale"] = facts.locale
    if not rules and not changes:
        raise not_understood("What was said does not apply to a column of this type.")
    kind = kinds().get(column.kind or "")
    if "enum" in rules and kind is not None and (kind.text or kind.type not in ("category", "string", "integer")):
        changes["kind"] = None
    new = changed(column, changes, rules, "changes")
    working.change(table, column, new.model_copy(update={"confidence": STATED}))


def _links(table: Table, column: Column, facts: Facts, type_: ColumnType) -> dict[str, Any]:
    """The formula and the order that were said, over the table's columns."""
    others = [sketch for sketch in sketches_of(table) if sketch.name != column.name]
    found: dict[str, Any] = {}
    if facts.formula:
        text = formula_of(facts.formula, others)
        if text is None:
            raise not_understood("A formula names columns that the table does not have.")
        found["expression"] = text
    for side in ("after", "before"):
        words = getattr(facts, side)
        if not words:
            continue
        other = meant(words, others)
        both = {type_, table.column(other.name).type} if other is not None else set()
        if other is None or not (both <= {"date", "datetime"} or both == {"time"}):
            raise not_understood("Only columns that hold dates or times come after one another.")
        found[side] = other.name
    return found


def _type_after(column: Column, facts: Facts) -> Any:
    """The type that a column has once the facts are true of it."""
    implied = implied_type(facts)
    if facts.type is not None:
        return facts.type
    if implied is None or implied == column.type:
        return column.type
    if implied == "category":
        return column.type if column.type in ("string", "category") else "category"
    if implied in NUMERIC_TYPES and column.type in NUMERIC_TYPES:
        bounds = [bound for bound in (facts.low, facts.high) if bound is not None]
        return (
            "float"
            if column.type == "integer" and (facts.fractions or any(bound != int(bound) for bound in bounds))
            else column.type
        )
    if implied in NUMERIC_TYPES and column.type in TEMPORAL_TYPES:
        return column.type
    if implied in ("date", "datetime") and column.type in ("date", "datetime"):
        return column.type
    if implied == "string" and column.type in ("string", "text"):
        return column.type
    return "integer" if implied == "float" and not facts.fractions else implied
