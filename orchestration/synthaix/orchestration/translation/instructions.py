"""Changes in words, made to a schema."""

import re
from datetime import date

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.nearest import did_you_mean
from synthaix.orchestration.translation.amendments import add_columns, change_type, set_columns, set_nulls
from synthaix.orchestration.translation.counts import in_digits, number_of, row_count
from synthaix.orchestration.translation.domains import row_words
from synthaix.orchestration.translation.edits import Working, order, remove_table
from synthaix.orchestration.translation.lookups import column_named, columns_named, not_understood
from synthaix.orchestration.translation.qualifiers import type_named
from synthaix.orchestration.translation.wording import cut, sentences, snake, tidy, unquoted

_SPLIT = re.compile(
    r"(?:,? (?:and then|then|and also|and|also)|,) (?=(?:add|include|remove|drop|delete|rename|make|set"
    r"|change|move|put|reorder|also add|mark|swap|replace|get rid of|insert)\b)",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^(?:(?:please|pls|could you|can you|would you|i want you to|i would like you to|let's|and|also|then"
    r"|ok|okay|yes|no(?=,)|actually|now|finally|next|we should|we need to|you should|i'd like to|i want "
    r"to),? )+",
    re.IGNORECASE,
)
_REMOVE = re.compile(
    r"^(?:remove|drop|delete|exclude|get rid of|take out|leave out|strip|omit|lose|without|ditch|kill|skip"
    r"|no need for|(?:we |i )?(?:don't|do not) (?:need|want)|no more|no) (?P<what>.+)$",
    re.IGNORECASE,
)
_RENAME = re.compile(
    r"^(?:rename|call|relabel|change the name of|change name of)(?: the)?(?: columns?| fields?)? "
    r"(?P<old>.+?) (?:to|as|into|->|=>|be called|instead of it|simply|just) (?P<new>[\w \"'`-]{1,64})$",
    re.IGNORECASE,
)
_CALL = re.compile(r"^(?:call|name)(?: the)? (?P<old>\w+)(?: column| field)? (?P<new>\w+)$", re.IGNORECASE)
_CALLED = re.compile(
    r"^(?:the )?(?P<old>[\w \"'`-]+?)(?: columns?| fields?)? (?:should|must|shall|is to) be (?:called"
    r"|named|renamed(?: to)?) (?P<new>[\w \"'`-]{1,64})$",
    re.IGNORECASE,
)
_MOVE = re.compile(
    r"^(?:move|put|place|shift|show|bring)(?: the)? (?P<what>.+?)(?: columns?| fields?)? (?:(?:to )?(?:the "
    r")?(?:be )?(?P<edge>first|last|front|start|beginning|top|end|bottom)(?: place| position| column)?"
    r"|(?P<side>before|after|behind|in front of|next to|right after|right before|just after|just "
    r"before)(?: the)? (?P<other>.+))$",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"^(?:reorder|re-order|order|sort|arrange)(?: the)?(?: columns?| fields?)?(?: as| like(?: this)?| so "
    r"that| by| in this order| to)?:? (?P<what>.+)$|^(?:the )?(?:column )?order(?: should be| is| of "
    r"columns)?:? (?P<more>.+)$",
    re.IGNORECASE,
)
_TABLE = re.compile(r"^(?:the )?(?:whole )?(?:table (?P<name>\w+)|(?P<named>\w+) table)$", re.IGNORECASE)
_COUNT = re.compile(r"\b(?:rows|records|entries|row count|number of rows)\b", re.IGNORECASE)
_PER = re.compile(
    r"^(?:each|every|per) (?P<parent>\w+) (?:should |must )?(?:has|have|gets?|places?|with)? ?(?:exactly "
    r"|about |between )?(?P<low>\d{1,4})(?: ?(?:-|to|and) ?(?P<high>\d{1,4}))? (?P<child>\w+)$|^(?:between "
    r")?(?P<low2>\d{1,4})(?: ?(?:-|to|and) ?(?P<high2>\d{1,4}))? (?P<child2>\w+) (?:per|for each) "
    r"(?P<parent2>\w+)$",
    re.IGNORECASE,
)


def _unknown_column(working: Working, name: str) -> ArgumentInvalid:
    names = [column.name for table in working.tables for column in table.columns]
    return ArgumentInvalid(
        "There is no column of the name to change, so nothing was changed.",
        field="changes",
        allowed=names[:40],
        suggestion=did_you_mean(snake(name), names),
    )


def by_words(working: Working, text: str, today: date) -> None:
    clauses = [
        clause
        for line in sentences(in_digits(tidy(text)))
        for part in cut(re.sub(r"^[-+] ", "", line), ";")
        for clause in _SPLIT.split(part)
        if clause.strip(" ,.")
    ]
    if not clauses:
        raise not_understood("There is nothing to change.")
    for place, clause in enumerate(clauses):
        plain = _COURTESY.sub("", clause.strip(" ,.")).strip()
        if not plain:
            continue
        if not _clause(working, plain, today):
            raise not_understood(f"Change number {place + 1} is not understood, so nothing was changed.")


def _clause(working: Working, plain: str, today: date) -> bool:
    """One change in words; false when it is none that is known."""
    return any(
        reader(working, plain, today)
        for reader in (
            _rename,
            _move,
            _order,
            _remove,
            _per_parent,
            _count,
            change_type,
            set_nulls,
            add_columns,
            set_columns,
        )
    )


def _rename(working: Working, plain: str, today: date) -> bool:
    found = _RENAME.match(plain) or _CALLED.match(plain) or _CALL.match(plain)
    if found is None:
        return False
    old = column_named(working, found.group("old"))
    if old is None and plain.casefold().startswith("rename"):
        raise _unknown_column(working, found.group("old"))
    new = unquoted(found.group("new")).strip()
    if old is None or (type_named(new) is not None and plain.casefold().startswith("change")):
        return False
    working.rename(*old, new if re.fullmatch(r"[A-Za-z_]\w*", new) else snake(new))
    return True


def _move(working: Working, plain: str, today: date) -> bool:
    found = _MOVE.match(plain)
    if found is None:
        return False
    moved = columns_named(working, found.group("what"))
    if not moved:
        return False
    for table, column in moved:
        current = working.table(table.name)
        own = current.column(column.name)
        if found.group("edge"):
            working.move(
                current, own, first=found.group("edge").casefold() in ("first", "front", "start", "beginning", "top")
            )
            continue
        other = column_named(working, found.group("other"))
        if other is None:
            return False
        early = "before" in found.group("side").casefold() or "front" in found.group("side").casefold()
        working.move(current, own, before=other[1].name if early else None, after=None if early else other[1].name)
    return True


def _order(working: Working, plain: str, today: date) -> bool:
    found = _ORDER.match(plain)
    listed = columns_named(working, found.group("what") or found.group("more")) if found else None
    if not listed or len(listed) < 2 or len({table.name for table, _ in listed}) != 1:
        return False
    order(working, working.table(listed[0][0].name), [column.name for _, column in listed])
    return True


def _remove(working: Working, plain: str, today: date) -> bool:
    found = _REMOVE.match(plain)
    if found is None:
        return False
    what = found.group("what")
    whole = _TABLE.match(what)
    if whole:
        name = whole.group("name") or whole.group("named")
        table = next((each for each in working.tables if each.name.casefold() == name.casefold()), None)
        if table is not None:
            remove_table(working, table)
            return True
    if re.match(r"(?:nulls?|missing|blanks?|empty|duplicates?)\b", what, re.IGNORECASE):
        return False
    listed = columns_named(working, what)
    if not listed:
        if re.match(r"(?:remove|drop|delete|exclude|get rid of)\b", plain, re.IGNORECASE) and len(what.split()) < 4:
            raise _unknown_column(working, what)
        return False
    for table, column in listed:
        current = working.table(table.name)
        if column.name in current.names:
            working.remove(current, current.column(column.name))
    return True


def _per_parent(working: Working, plain: str, today: date) -> bool:
    found = _PER.match(plain)
    if found is None:
        return False
    said = (found.group("child") or found.group("child2") or "").casefold()
    child = next((table for table in working.tables if spelled(table.name)[-1:] == spelled(said)[-1:]), None)
    if child is None or child.parent is None:
        return False
    low = int(found.group("low") or found.group("low2"))
    high = int(found.group("high") or found.group("high2") or low)
    many: object = max(low, 1) if low == high else {"min": min(low, high), "max": max(low, high)}
    working.replace(child, rows_per_parent=many, rows=None)
    return True


def _count(working: Working, plain: str, today: date) -> bool:
    """`500 rows`, `make it 2,000 rows`."""
    found = row_count(plain, row_words())
    rest = re.sub(r"[\d,.]+[kKmM]?\b", " ", plain)
    only = (
        not set(re.findall(r"[a-z]+", rest.casefold()))
        - set(
            "make it change set the row rows count to number of records entries instead use generate total please "
            "i want need we just only exactly about in there should be records for table increase decrease reduce "
            "raise lower".split()
        )
        - {noun for table in working.tables for noun in (table.name,)}
    )
    if found is None:
        numbers = re.findall(r"\d[\d,]*[kKmM]?", plain)
        if not (only and len(numbers) == 1 and _COUNT.search(plain)):
            return False
        value = number_of(numbers[0])
        if not value or value < 1:
            return False
        working.count = int(value)
        return True
    if not only:
        return False
    working.count = found.rows
    return True
