"""Streets with their numbers, as each language writes them."""

from functools import cache

from synthaix.orchestration.generation.samplers.lists import listed, words
from synthaix.orchestration.generation.samplers.phrases import Phrases, phrases

NUMBERS = tuple(str(number) for number in range(1, 400))
LOW_NUMBERS = tuple(str(number) for number in range(1, 160))
ENGLISH = words(
    "Maple Oak Cedar Pine Elm Willow Birch Walnut Chestnut Hickory Sycamore Magnolia Juniper Harbor River Lake Hill "
    "Park Church Mill Spring Meadow Forest Garden Orchard Station Market Bridge School College Union Liberty "
    "Franklin Jefferson Madison Lincoln Highland Valley Sunset Prospect Summit Bayview Clifton Fairview Glen "
    "Heritage Kings Queens Rosewood Stone Canal Foundry Quarry Lantern Heather Bramble Falcon Heron Kestrel Swan"
)
SUFFIXES = ("Street", "Avenue", "Road", "Lane", "Drive", "Court", "Place", "Way", "Terrace", "Boulevard")
GERMAN = words(
    "Haupt Schul Garten Bahnhof Berg Kirch Wald Wiesen Linden Birken Eichen Buchen Ahorn Rosen Tulpen Mozart "
    "Beethoven Goethe Schiller Mühlen Brunnen Feld Dorf Ring Post Markt Ufer Kastanien Amsel Lerchen Tannen Sonnen "
    "Weinberg Hafen"
)
FRENCH = listed(
    "de la République|des Lilas|du Moulin|de l'Église|Victor Hugo|des Écoles|de la Gare|Pasteur|des Tilleuls|"
    "du Marché|de la Fontaine|des Acacias|Jean Moulin|de la Paix|du Château|des Vignes|Voltaire|de la Mairie|"
    "du Stade|des Peupliers"
)
SPANISH = listed(
    "Mayor|Real|de la Luna|del Sol|San Miguel|de la Paz|Nueva|de Cervantes|del Carmen|de los Olivos|de la Rosa|"
    "Santa Ana|del Río|de la Iglesia|de Colón|Jardines|del Prado|de las Flores|de Goya|de la Fuente"
)
PORTUGUESE = listed(
    "das Flores|da Liberdade|do Comércio|de Santo António|da Igreja|Direita|do Sol|da Paz|das Oliveiras|do Carmo|"
    "Nova|da Boavista|dos Pescadores|da Alegria|de São João|do Rosário|das Acácias|do Mercado"
)
ITALIAN = listed(
    "Roma|Garibaldi|Mazzini|Dante Alighieri|della Libertà|Verdi|Cavour|dei Mille|San Marco|delle Rose|Manzoni|"
    "Marconi|del Mulino|della Stazione|Leopardi|degli Olivi|Galileo Galilei|della Pace"
)
DUTCH = words(
    "Dorps Kerk School Molen Station Park Linden Beuken Eiken Kastanje Nieuw Hoog Markt Water Haven Wilhelmina "
    "Juliana Tulpen Rozen Vondel Rembrandt Berken"
)
POLISH = listed(
    "Polna|Leśna|Słoneczna|Krótka|Szkolna|Ogrodowa|Lipowa|Brzozowa|Łąkowa|Kwiatowa|Kościelna|Sosnowa|Zielona|"
    "Parkowa|Akacjowa|Mickiewicza|Kościuszki|Sienkiewicza|Długa|Spacerowa"
)
TURKISH = listed(
    "Atatürk|Cumhuriyet|İstiklal|Gazi|Fatih|Bahçe|Çınar|Lale|Gül|Papatya|Menekşe|Zafer|Barış|Okul|Deniz|Güneş|"  # noqa: RUF001 - the Turkish dotless i is meant
    "Yıldız|Orman"  # noqa: RUF001 - the Turkish dotless i is meant
)
NORDIC = words("Stor Kyrko Skol Skogs Park Björk Ek Lind Sol Ängs Sjö Berg Kvarn Hamn Trädgårds Rosen")
DANISH = words("Kirke Skole Mølle Park Birke Linde Ege Sol Strand Skov Eng Bøge Rosen Havne Nørre Vester Øster Sønder")


@cache
def streets(language: str) -> Phrases:
    """Every street and number of a language; the English ones where there are no own."""
    match language:
        case "de":
            return phrases((GERMAN, ("straße ", "weg ", "gasse ", "allee "), LOW_NUMBERS))
        case "fr":
            return phrases((LOW_NUMBERS, (" rue ", " avenue ", " boulevard ", " place "), FRENCH))
        case "es":
            return phrases((("Calle ", "Avenida ", "Paseo ", "Plaza "), SPANISH, ", ", LOW_NUMBERS))
        case "pt":
            return phrases((("Rua ", "Avenida ", "Travessa ", "Largo "), PORTUGUESE, ", ", LOW_NUMBERS))
        case "it":
            return phrases((("Via ", "Viale ", "Corso ", "Piazza "), ITALIAN, ", ", LOW_NUMBERS))
        case "nl":
            return phrases((DUTCH, ("straat ", "laan ", "weg ", "plein "), LOW_NUMBERS))
        case "pl":
            return phrases((("ul. ",), POLISH, " ", LOW_NUMBERS))
        case "tr":
            return phrases((TURKISH, (" Caddesi No: ", " Sokak No: ", " Bulvarı No: "), LOW_NUMBERS))  # noqa: RUF001 - the Turkish dotless i is meant
        case "sv":
            return phrases((NORDIC, ("gatan ", "vägen ", "gränd "), LOW_NUMBERS))
        case "da":
            return phrases((DANISH, ("gade ", "vej ", "stræde "), LOW_NUMBERS))
        case "ja" | "ko":
            return phrases(
                (
                    tuple("123456789"),
                    "-",
                    LOW_NUMBERS[:40],
                    "-",
                    LOW_NUMBERS[:40],
                    " ",
                    ("Chuo", "Minami", "Kita", "Nishi", "Higashi", "Honmachi", "Sakura", "Midori"),
                )
            )
        case _:
            return phrases((NUMBERS, " ", ENGLISH, " ", SUFFIXES))
