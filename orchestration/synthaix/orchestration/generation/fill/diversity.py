"""What makes rows differ when their contexts do not: who speaks, in what tone, at what length.

Attributes come from a low-discrepancy sequence over the candidate index, so that neighbours differ most and every
stretch of rows covers the space; a higher temperature costs validity and gives less.
"""

from dataclasses import dataclass

PERSONAS = (
    "student", "retired teacher", "nurse", "night-shift worker", "parent of twins", "first-time buyer", "engineer",
    "shop owner", "tourist", "farmer", "lawyer", "musician", "coach", "caretaker", "sceptic", "loyal fan", "beginner",
    "expert", "manager", "volunteer", "commuter", "gardener", "gamer", "chef",
)  # fmt: skip
TONES = (
    "plain", "warm", "dry", "annoyed", "enthusiastic", "ironic", "formal", "chatty", "worried", "grateful", "blunt",
)  # fmt: skip
LENGTHS = ("shorter", "usual length", "longer")
# The plastic number's powers: the additive sequence of lowest discrepancy in three dimensions (Roberts, 2018).
STEPS = (0.8191725133961645, 0.6710436067037893, 0.5497004779019703)


@dataclass(frozen=True, slots=True)
class Angle:
    """How one row is to differ."""

    persona: str
    tone: str
    length: str

    def __str__(self) -> str:
        length = "" if self.length == LENGTHS[1] else f", {self.length}"
        return f"{self.persona}, {self.tone}{length}"


def angle(index: int, *, seed: int, shift: int = 0) -> Angle:
    """The angle of a candidate.

    Args:
        index: of the candidate.
        shift: changed when the novelty of a round falls.
    """
    place = index + 1 + seed % 10_007 + 7_919 * shift
    persona, tone, length = (place * step % 1.0 for step in STEPS)
    return Angle(
        PERSONAS[int(persona * len(PERSONAS))], TONES[int(tone * len(TONES))], LENGTHS[int(length * len(LENGTHS))]
    )
