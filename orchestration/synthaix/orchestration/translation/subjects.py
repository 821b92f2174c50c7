"""What rows are about: the noun phrase of a request."""

import re

from synthaix.orchestration.translation.counts import Count

VERBS = re.compile(
    r"\b(?:please|kindly|so|my boss|my manager|my teacher|our client|the client|hi|hello|hey|thanks|thank "
    r"you|would you mind|could you|can you|would you|will you|i would like|i'd like|i want|i need|we need|we want|we'd "
    r"like|i'm looking for|looking for|i am looking for|let's|let us|help me|go ahead and|"
    r"generate|requires?|creating|generating|making|producing|create|make(?! ?,)|build|produce|give|provide|get|write|prepare|simulate|synthesi[sz]e|fabricate"
    r"|mock up|mock|output|return|spit out|come up with|populate|fill|invent|draft|whip up|cook up|set up"
    r"|export|emit|show|need|want|send|deliver|put together|design|knock up|knock together|rustle up|throw "
    r"together|drum up|hiya|hullo|wants|boss wants|fetch|assemble|compile|curate|"
    r"me|us|to have|to get|you to|you)\b",
    re.IGNORECASE,
)
FILLERS = frozenset(
    "a an the my our your some any synthetic fake mock dummy sample test testing random randomly "
    "randomised randomized realistic realistic-looking plausible artificial made-up made fictional "
    "fictitious fabricated data dataset datasets data-set set csv json jsonl excel xlsx parquet sheet "
    "spreadsheet "
    "table tables file files list lists database db records record rows row entries entry lines of about "
    "for containing simulated demo example examples samples collection batch bunch following new just "
    "simple small large big huge tiny number "
    "around approximately roughly exactly ca total different distinct unique anonymised anonymized "
    "high-quality good nice which that with and is are as in to on from using worth generated clean quick "
    "full complete whole typical usual standard basic "
    "dataframe pandas sql tabular structured dump seed input document documents it i we so now then also "
    "only at least please pls plz based per each every few several couple lots lot many various plain raw "
    "stuff things kind type sort format want need like would be have use "
    "could one single generator request here there what where who i'm its it's their them these those "
    "this relational schema bogus synth nothing everything something anything instances tuples columns "
    "column fields field attributes up observations datapoints points".split()
)
HEAD_END = re.compile(
    r" (?:in|from|at|on|by|during|over|across|between|within|located|living|based|aged|ages|per|who|that"
    r"|which|where|whose|via|through|since|after|before|spanning|covering|made|placed|about|using|under|around"
    r"|working|buying|born|against|as|without|and their|when|because|so that|to (?:test|train|use|populate"
    r"|seed|demo|load)|such as|is|are|should|must) .*$",
    re.IGNORECASE,
)


def subject_in(text: str) -> str:
    """The noun phrase that rows are about: without verbs, articles and words such as dataset."""
    plain = " ".join(VERBS.sub(" ", re.sub(r"[\"'`()\[\]{}]", " ", text)).split())
    ahead, word, behind = plain.partition(" for ")
    if word:
        first = _content(HEAD_END.sub("", f" {ahead}"))
        return first or _content(HEAD_END.sub("", f" {behind}"))
    return _content(HEAD_END.sub("", f" {plain}"))


def _content(text: str) -> str:
    """The content words of a noun phrase, the head last; `orders of a shop` is about orders."""
    head = text
    if " of " in text:
        before, _, after = text.partition(" of ")
        head = before if _content_words(before) else after
    return " ".join(_content_words(head)[-4:])


def _content_words(text: str) -> list[str]:
    words = [re.sub(r"['’]s?$", "", word.strip(" ,.;:!?-|/\"'")) for word in text.split()]
    return [
        word
        for word in words
        if word
        and word.casefold() not in FILLERS
        and any(letter.isalpha() for letter in word)
        and not re.fullmatch(r"\d.*", word)
    ]


def around_count(text: str, count: Count | None) -> str:
    if count is None:
        return ""
    return re.split(
        r"[,.;:\n(]|->| - | (?:and|with|including|that|where|having|who|which|containing) ",
        text[count.stop : count.stop + 80],
        maxsplit=1,
    )[0]
