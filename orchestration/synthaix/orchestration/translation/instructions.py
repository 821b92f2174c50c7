"""Changes in words, made to a schema."""

import re
from datetime import date

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.nearest import did_you_mean
from synthaix.orchestration.translation.amendments import add_columns, change_type, set_columns, set_nulls
from synthaix.orchestration.translation.clauses import clauses, lines_of
from synthaix.orchestration.translation.counts import in_digits, number_of, row_count
from synthaix.orchestration.translation.domains import row_words
from synthaix.orchestration.translation.edits import Working, order, remove_table
from synthaix.orchestration.translation.lookups import column_named, columns_named, not_understood, sketches_of
from synthaix.orchestration.translation.stated_types import type_named
from synthaix.orchestration.translation.wording import sentences, snake, tidy, unquoted

# what people say before they come to the point, and after it
_TALK = frozenset(
    "good great nice fine ok okay looks look looking perfect excellent thanks thank you very much almost nearly there "
    "this that is it its it's that's all i we like love them the schema draft table so far just one two thing things "
    "changes change small few more a please can could would us do also now then however but only quick minor tweak "
    "correction everything else rest as seems well done yes sure cool awesome right correct hi hello hey sorry wait "
    "hmm oh ah still first last and with some couple of follows following requests request edits edit tweaks points "
    "wonderful super agreed works for me good! great! already mostly close lovely brilliant too otherwise except here "
    "are my not quite bad have need let's let me think be want happy keep leave unchanged same stays".split()
)
_SEVERAL = re.compile(r"\b[1-9] (?=(?:small |quick |minor |more )*(?:things?|changes?|edits?|tweaks?|points?)\b)")
_TALK_ENDS = re.compile(r" ?(?:[,;:!.]| -+(?= )|,? (?=but |however |except ))+ ?")
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
_REPLACE = re.compile(
    r"^(?:replace|swap|exchange|substitute)(?: the)? (?P<old>.+?)(?: column| field)? (?:with|for|by) (?P<new>.+)$",
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
    """Make every change that a text asks for."""
    lines = [part for line in sentences(in_digits(tidy(text))) for part in lines_of(re.sub(r"^[-+*] ", "", line))]
    done = 0
    for line in lines:
        told = _without_talk(line)
        columns = [sketch for table in working.tables for sketch in sketches_of(table)]
        for clause in clauses(told, columns):
            plain = _without_talk(_COURTESY.sub("", clause.strip(" ,.")).strip())
            if not plain:
                continue
            done += 1
            if not _clause(working, plain, today):
                raise _refusal(working, plain, done)
    if not done:
        raise not_understood("There is nothing to change.")


def _refusal(working: Working, plain: str, number: int) -> ArgumentInvalid:
    """Which change was not understood, and whether it is for want of a column; its words are not repeated."""
    names = [column.name for table in working.tables for column in table.columns]
    if set(spelled(plain)) & {word for name in names for word in spelled(name)}:
        return not_understood(f"Change number {number} is not understood, so nothing was changed.")
    return ArgumentInvalid(
        f"Change number {number} names no column that there is, so nothing was changed.",
        field="changes",
        allowed=names[:40],
        suggestion="Name a column as the schema does, or add one first: add a notes column.",
    )


def _without_talk(text: str) -> str:
    """A text without what only says that the rest is fine: `Good, but amounts between 5 and 900`."""
    plain = _SEVERAL.sub("", text).strip(" ,.;:!")
    while plain:
        end = _TALK_ENDS.search(plain)
        head = plain[: end.start()] if end else plain
        if not set(re.findall(r"[\w']+", head.casefold())) <= _TALK:
            break
        plain = plain[end.end() :].strip(" ,.;:!") if end else ""
    return re.sub(r"^(?:but|however|except|only that|so)(?: that)?,? (?=\w)", "", plain, flags=re.IGNORECASE)


def _clause(working: Working, plain: str, today: date) -> bool:
    """One change in words; false when it is none that is known."""
    return any(
        reader(working, plain, today)
        for reader in (
            _rename,
            _replace,
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


def _replace(working: Working, plain: str, today: date) -> bool:
    """`replace age with birth date`: another column in the old one's place."""
    found = _REPLACE.match(plain)
    old = column_named(working, found.group("old")) if found else None
    if found is None or old is None:
        return False
    table, column = old
    place = table.names.index(column.name)
    working.remove(table, column)
    names = set(working.table(table.name).names)
    if not add_columns(working, f"add {found.group('new')}", today):
        return False
    current = working.table(table.name)
    fresh = [name for name in current.names if name not in names]
    kept = [name for name in current.names if name in names]
    order(working, current, [*kept[:place], *fresh, *kept[place:]])
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
            "raise lower d like would please could you let".split()
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
