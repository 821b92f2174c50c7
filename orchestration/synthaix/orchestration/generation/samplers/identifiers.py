"""Numbers with check digits and addresses of machines: valid in form, nobody's in fact."""

from collections.abc import Callable, Mapping, Sequence

from synthaix.orchestration.generation.samplers.draw import Builder, Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.samplers.phrases import phrase_maker, phrases
from synthaix.orchestration.generation.samplers.strings import (
    ADJECTIVES,
    NOUNS,
    domain,
    hex_of,
    hostname,
    ipv4,
    ipv6,
    letters_maker,
    mac,
    url,
    uuid_maker,
)
from synthaix.orchestration.generation.seeding import permuted

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CARD_RANGES = ("411111", "424242", "555555", "510510", "378282", "601111")  # test ranges of the card schemes
IBAN_LENGTHS: Mapping[str, int] = {"DE": 18, "AT": 16, "ES": 20, "PT": 21, "PL": 24, "BE": 12, "DK": 14, "CH": 17}
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
VIN_VALUES = {
    letter: int(value) for letter, value in zip(VIN_LETTERS, "123456781234579234567890123456789", strict=True)
}
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)  # ISO 3779 as 49 CFR 565.15 has it
FICTION = tuple(f"{number:02d}" for number in range(100))  # 555-0100 to 555-0199 are kept for fiction
AREAS = tuple(str(number) for number in range(201, 990) if number % 100 != 11 and not 796 < number < 801)
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 "
    "Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0",
    "Mozilla/5.0 (Linux; Android 14; Mobile) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Mobile "
    "Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{0}.0.0.0 "
    "Safari/537.36 Edg/{0}.0.0.0",
)


def counted(size: int, write: Callable[[int], str]) -> Builder:
    """A kind whose cells are numbers below `size`, written down; no candidate has another's."""

    def build(setting: Setting) -> Maker:
        key = setting.key

        def made(draw: Draw) -> Cells:
            return list(map(write, permuted(draw.index, size, key).tolist()))

        return Maker(made, float(size), distinct=True)

    return build


def luhn_digit(digits: str) -> str:
    """The check digit of ISO/IEC 7812-1, annex B."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    return str(-sum(number - 9 if number > 9 else number for number in doubled) % 10)


def ean_digit(digits: str) -> str:
    """The check digit of EAN-13 and ISBN-13: weights 1 and 3 in turn."""
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10)


def card(number: int) -> str:
    """A card number from the test ranges."""
    rest, scheme = divmod(number, len(CARD_RANGES))
    prefix = CARD_RANGES[scheme]
    body = f"{prefix}{rest:0{(14 if prefix[0] == '3' else 15) - 6}d}"
    return body + luhn_digit(body)


def iban(number: int) -> str:
    """An IBAN: ISO 13616, check digits by ISO/IEC 7064 modulo 97."""
    countries = list(IBAN_LENGTHS)
    rest, place = divmod(number, len(countries))
    code = countries[place]
    extra = IBAN_LENGTHS[code] - 12
    account = f"{rest:012d}" + (f"{rest * 7_919 % 10**extra:0{extra}d}" if extra else "")
    value = int(account + "".join(str(LETTERS.index(letter) + 10) for letter in code) + "00")
    return f"{code}{98 - value % 97:02d}{account}"


def routing(number: int) -> str:
    """A routing number: weights 3, 7, 1 of the American Bankers Association."""
    body = f"0{number:07d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, (3, 7, 1) * 3, strict=False))
    return f"{body}{-total % 10}"


def vin(number: int) -> str:
    """A vehicle number with its check digit; the maker code 1ZZ is no one's."""
    letters = []
    for _ in range(5):
        number, place = divmod(number, len(VIN_LETTERS))
        letters.append(VIN_LETTERS[place])
    body = f"1ZZ{''.join(letters)}0RA{number:06d}"
    check = sum(VIN_VALUES[letter] * weight for letter, weight in zip(body, VIN_WEIGHTS, strict=True)) % 11
    return f"{body[:8]}{'X' if check == 10 else check}{body[9:]}"


def imei(number: int) -> str:
    """An IMEI of the test range 00."""
    body = f"00440{number:09d}"
    return body + luhn_digit(body)


def isbn(number: int) -> str:
    """An ISBN-13."""
    body = f"978{number:09d}"
    return body + ean_digit(body)


def ean(number: int) -> str:
    """An EAN-13 of the range for use within a company."""
    body = f"200{number:09d}"
    return body + ean_digit(body)


def hexadecimal(width: int, prefix: str = "") -> Builder:
    """Random hexadecimal digits."""

    def build(setting: Setting) -> Maker:
        name = setting.name
        return Maker(
            lambda draw: [prefix + digits for digits in hex_of(draw, name, width)], 16.0**width, distinct=width >= 24
        )

    return build


def phone(setting: Setting) -> Maker:
    """`+1-212-555-0147`; a unique column goes on with extensions when the numbers are used up."""
    wording = phrases((("+1-",), AREAS, "-555-01", FICTION))
    if not setting.rules.unique:
        return phrase_maker(setting, wording)
    size, key = wording.size, setting.key

    def made(draw: Draw) -> Cells:
        plain = wording.nth(permuted(draw.index, size, key))
        rounds = (draw.index // size).tolist()
        return [text if not turn else f"{text} x{turn}" for text, turn in zip(plain, rounds, strict=True)]

    return Maker(made, distinct=True)


def slug(setting: Setting) -> Maker:
    """`quiet-harbor-guide`."""
    lower = [tuple(word.lower() for word in words) for words in (ADJECTIVES, NOUNS)]
    ends = (
        "guide",
        "notes",
        "story",
        "review",
        "list",
        "ideas",
        "tips",
        "recipes",
        "plans",
        "update",
        "faq",
        "history",
    )
    return phrase_maker(setting, phrases((lower[0], "-", lower[1], "-", ends)))


def path(setting: Setting) -> Maker:
    """The path of a request."""
    things = ("orders", "products", "users", "invoices", "carts", "sessions", "reports", "reviews", "files", "messages")
    numbers = tuple(str(number) for number in range(1, 5_000))
    return phrase_maker(
        setting,
        phrases(
            (("/api/v1/", "/api/v2/", "/"), things, "/", numbers),
            (("/", "/en/", "/de/"), (*things, "about", "help", "search", "login")),
        ),
    )


def version(setting: Setting) -> Maker:
    """`2.14.3`."""
    return phrase_maker(setting, phrases((tuple("012345678"), ".", _numbers(0, 40), ".", _numbers(0, 25))))


def hashtag(setting: Setting) -> Maker:
    """`#quietharbor`."""
    lower = [tuple(word.lower() for word in words) for words in (ADJECTIVES, NOUNS)]
    return phrase_maker(setting, phrases(("#", lower[0], lower[1])))


def user_agent(setting: Setting) -> Maker:
    """Strings as browsers send them."""
    return phrase_maker(
        setting, phrases((tuple(agent.format(number) for agent in AGENTS for number in range(100, 140)),))
    )


def file_name(setting: Setting) -> Maker:
    """`quarterly-report-0482.pdf`."""
    lower = tuple(word.lower() for word in NOUNS)
    topics = ("report", "invoice", "photo", "notes", "contract", "budget", "slides", "backup", "summary", "draft")
    endings = (".pdf", ".csv", ".xlsx", ".docx", ".png", ".jpg", ".txt", ".json", ".zip")
    return phrase_maker(setting, phrases((lower, "-", topics, ("-", "_"), _numbers(1, 500, 3), endings)))


def file_path(setting: Setting) -> Maker:
    """`/var/data/reports/summary-014.csv`."""
    roots = ("/var/data/", "/home/shared/", "/srv/files/", "/mnt/archive/", "/opt/exports/")
    folders = ("reports/", "images/", "backups/", "logs/", "invoices/", "uploads/", "2024/", "2025/")
    names = ("summary", "export", "batch", "scan", "record", "snapshot")
    return phrase_maker(
        setting, phrases((roots, folders, names, "-", _numbers(1, 1_000, 3), (".csv", ".json", ".log", ".gz", ".pdf")))
    )


def password(setting: Setting) -> Maker:
    """Fourteen letters, digits and signs; as long as the column says."""
    if setting.rules.min_length is not None or setting.rules.max_length is not None:
        return letters_maker(setting)
    upper, lower = tuple("ABCDEFGHJKLMNPQRSTUVWXYZ"), tuple("abcdefghijkmnpqrstuvwxyz")
    digits, signs = tuple("23456789"), tuple("!#%+-_?@")
    return phrase_maker(
        setting,
        phrases((lower, upper, digits, signs, lower, lower, digits, upper, lower, digits, upper, lower, signs, lower)),
    )


def bic(setting: Setting) -> Maker:
    """Bank codes whose bank does not exist."""
    country = ("DE", "FR", "ES", "NL", "AT", "IT", "BE", "PT", "PL", "DK")
    letters = tuple(LETTERS)
    return phrase_maker(
        setting, phrases((("Q", "X", "Z"), letters, letters, ("Q", "X", "Z"), country, letters, letters, ("", "XXX")))
    )


def ticker(setting: Setting) -> Maker:
    """Made-up symbols: they begin with a Q, X or Z and have no vowel."""
    letters = tuple("BCDFGHJKLMNPRSTVWXZ")
    return phrase_maker(setting, phrases((("Q", "X", "Z"), letters, letters, ("", *letters))))


def password_hash(setting: Setting) -> Maker:
    """The form of a bcrypt hash."""
    name = setting.name
    return Maker(
        lambda draw: [f"$2b$12${digits[:22]}{digits[22:53]}" for digits in hex_of(draw, name, 54)],
        16.0**53,
        distinct=True,
    )


def _numbers(first: int, stop: int, width: int = 1) -> Sequence[str]:
    return tuple(f"{number:0{width}d}" for number in range(first, stop))


MAKERS: Mapping[str, Builder] = {
    "id.uuid": uuid_maker,
    "id.hash": hexadecimal(64),
    "it.git_sha": hexadecimal(40),
    "internet.session_id": hexadecimal(32),
    "internet.password_hash": password_hash,
    "internet.password": password,
    "internet.url": url,
    "internet.domain": domain,
    "internet.ipv4": ipv4,
    "internet.ipv6": ipv6,
    "internet.mac": mac,
    "internet.slug": slug,
    "internet.path": path,
    "internet.hashtag": hashtag,
    "internet.user_agent": user_agent,
    "it.hostname": hostname,
    "it.version": version,
    "it.file_name": file_name,
    "it.file_path": file_path,
    "phone.number": phone,
    "phone.mobile": phone,
    "phone.imei": counted(10**9, imei),
    "finance.iban": counted(10**12 * 8, iban),
    "finance.bic": bic,
    "finance.credit_card": counted(10**8 * len(CARD_RANGES), card),
    "finance.routing_number": counted(10**7, routing),
    "finance.stock_symbol": ticker,
    "media.isbn": counted(10**9, isbn),
    "product.ean13": counted(10**9, ean),
    "vehicle.vin": counted(33**5 * 10**6, vin),
}
