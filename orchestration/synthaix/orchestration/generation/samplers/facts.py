"""Values from the world's lists: diagnoses, drugs, languages, jobs, airports; and pairs of numbers."""

from collections.abc import Callable, Mapping

import numpy as np

from synthaix.orchestration.generation import vocabulary
from synthaix.orchestration.generation.samplers.categories import choice_maker
from synthaix.orchestration.generation.samplers.draw import Builder, Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.samplers.lists import listed, words
from synthaix.orchestration.generation.samplers.phrases import phrase_maker, phrases
from synthaix.orchestration.generation.samplers.times import TODAY

DIAGNOSES = tuple(
    (line.partition("|")[0], line.partition("|")[2])
    for line in """E11.9|Type 2 diabetes mellitus without complications
I10|Essential (primary) hypertension
J06.9|Acute upper respiratory infection
M54.5|Low back pain
F32.9|Major depressive disorder, single episode
J45.909|Unspecified asthma
K21.9|Gastro-esophageal reflux disease
N39.0|Urinary tract infection
E78.5|Hyperlipidemia
G43.909|Migraine
F41.1|Generalized anxiety disorder
J20.9|Acute bronchitis
L20.9|Atopic dermatitis
M17.11|Osteoarthritis of the right knee
E03.9|Hypothyroidism
J30.9|Allergic rhinitis
K58.9|Irritable bowel syndrome
D50.9|Iron deficiency anemia
H10.9|Conjunctivitis
I48.91|Atrial fibrillation
I25.10|Coronary artery disease
N18.3|Chronic kidney disease, stage 3
G47.33|Obstructive sleep apnea
B34.9|Viral infection
R51.9|Headache
M79.7|Fibromyalgia
J18.9|Pneumonia
K80.20|Gallstones
L40.0|Psoriasis vulgaris
G40.909|Epilepsy
S93.401|Ankle sprain
H66.90|Otitis media
E66.9|Obesity
I50.9|Heart failure
J44.9|Chronic obstructive pulmonary disease
K29.70|Gastritis
M10.9|Gout
N20.0|Kidney stone
R42|Dizziness
T78.40|Allergy""".splitlines()
)
SYMPTOMS = listed(
    "headache|fever|cough|fatigue|nausea|dizziness|shortness of breath|chest pain|back pain|sore throat|"
    "abdominal pain|rash|joint pain|palpitations|insomnia|blurred vision|loss of appetite|vomiting|runny nose|"
    "muscle weakness|swollen ankles|numbness|heartburn|night sweats|earache"
)
DRUGS: Mapping[str, str] = {
    "Metformin": "500 mg twice daily", "Lisinopril": "10 mg once daily", "Atorvastatin": "20 mg at bedtime",
    "Amoxicillin": "500 mg three times daily", "Ibuprofen": "400 mg as needed", "Levothyroxine": "75 mcg once daily",
    "Omeprazole": "20 mg before breakfast", "Sertraline": "50 mg once daily", "Salbutamol": "2 puffs as needed",
    "Amlodipine": "5 mg once daily", "Losartan": "50 mg once daily", "Paracetamol": "500 mg every 6 hours",
    "Prednisone": "10 mg once daily", "Cetirizine": "10 mg once daily", "Metoprolol": "25 mg twice daily",
    "Gabapentin": "300 mg three times daily", "Simvastatin": "40 mg at bedtime", "Azithromycin": "250 mg once daily",
    "Fluoxetine": "20 mg once daily", "Warfarin": "5 mg once daily", "Insulin glargine": "18 units at bedtime",
    "Naproxen": "250 mg twice daily", "Montelukast": "10 mg at bedtime", "Furosemide": "40 mg once daily",
    "Tamsulosin": "0.4 mg once daily", "Diclofenac": "50 mg twice daily", "Clopidogrel": "75 mg once daily",
    "Doxycycline": "100 mg twice daily", "Allopurinol": "100 mg once daily", "Pantoprazole": "40 mg once daily",
}  # fmt: skip
AIRPORTS = words(
    "ATL LHR CDG FRA AMS MAD BCN FCO MXP MUC VIE ZRH IST WAW LIS OPO DUB CPH ARN OSL HEL BRU JFK LAX ORD DFW DEN "
    "SFO SEA MIA BOS EWR YYZ YVR YUL MEX GRU GIG EZE SCL BOG LIM HND NRT KIX ICN SIN BKK KUL HKG DEL BOM BLR SYD "
    "MEL BNE PER AKL JNB CPT CAI DXB DOH BER HAM STR NCE LYS MAN EDI GLA PRG BUD ATH"
)
TAGS = words(
    "new sale gift travel home work outdoor health music food design family sport books summer winter local premium "
    "seasonal handmade organic digital weekend popular limited"
)


def from_list(words: Callable[[Setting], tuple[str, ...]]) -> Builder:
    """A kind whose cells come from a list."""
    return lambda setting: choice_maker(setting, words(setting))


def sibling(setting: Setting, kind_name: str) -> str | None:
    """The row's column of this kind whose cells come from the same list."""
    for column in setting.table.columns:
        plain = column.rules.enum is None and column.values is None and column.template is None
        if column.kind == kind_name and column.name != setting.name and plain and column.strategy in (None, "sampler"):
            return column.name
    return None


def matching(kind_name: str, pairs: Mapping[str, str]) -> Builder:
    """A kind whose cells belong to those of another kind in the row, such as a diagnosis to its code."""

    def build(setting: Setting) -> Maker:
        other = sibling(setting, kind_name)
        if other is None or setting.rules.unique:
            return choice_maker(setting, list(dict.fromkeys(pairs.values())))
        ways = list(pairs.values())
        return Maker(
            lambda draw: [pairs.get(str(cell), ways[0]) for cell in draw.raw[other]],
            float(len(set(ways))),
            frozenset({other}),
        )

    return build


def blood_pressure(setting: Setting) -> Maker:
    """Systolic over diastolic, the second below the first."""
    name = setting.name

    def made(draw: Draw) -> Cells:
        rng, count = draw.rng(name), len(draw.index)
        upper = np.clip(rng.normal(126, 14, count), 90, 200).astype(np.int64)
        lower = np.clip(upper * 0.45 + rng.normal(24, 6, count), 50, upper - 20).astype(np.int64)
        return [f"{high}/{low}" for high, low in zip(upper.tolist(), lower.tolist(), strict=True)]

    return Maker(made, 2_500.0)


def dimensions(setting: Setting) -> Maker:
    """`30 x 20 x 12 cm`."""
    sides = tuple(str(number) for number in range(2, 121))
    return phrase_maker(setting, phrases((sides, " x ", sides, " x ", sides[:60], " cm")))


def secondary(setting: Setting) -> Maker:
    """A flat or suite."""
    numbers = tuple(str(number) for number in range(1, 400))
    return phrase_maker(
        setting,
        phrases((("Apt. ", "Suite ", "Unit ", "Floor "), numbers), (("Apt. ", "Flat "), numbers[:60], tuple("ABCDEF"))),
    )


def age(setting: Setting, plain: Builder) -> Maker:
    """Whole years; those since the birth date where the row has one."""
    born = sibling(setting, "person.birth_date")
    if born is None or setting.rules.unique or setting.column.type not in ("integer", "float", "decimal"):
        return plain(setting)
    today = TODAY.isoformat()
    rules = setting.stated
    least = rules.min if isinstance(rules.min, int | float) else 0
    most = rules.max if isinstance(rules.max, int | float) else 130

    def made(draw: Draw) -> Cells:
        return [
            max(least, min(most, TODAY.year - int(cell[:4]) - (cell[5:] > today[5:])))
            if isinstance(cell, str)
            else least
            for cell in draw.raw[born]
        ]

    return Maker(made, 100.0, frozenset({born}))


MAKERS: Mapping[str, Builder] = {
    "medical.icd10": from_list(lambda setting: tuple(code for code, _ in DIAGNOSES)),
    "medical.diagnosis": matching("medical.icd10", dict(DIAGNOSES)),
    "medical.symptom": from_list(lambda setting: SYMPTOMS),
    "medical.medication": from_list(lambda setting: tuple(DRUGS)),
    "medical.dosage": matching("medical.medication", DRUGS),
    "medical.blood_pressure": blood_pressure,
    "travel.airport": from_list(lambda setting: AIRPORTS),
    "person.occupation": from_list(lambda setting: vocabulary.occupations(vocabulary.language_of(setting.locale))),
    "person.language": from_list(lambda setting: vocabulary.spoken_languages(vocabulary.language_of(setting.locale))),
    "food.ingredient": from_list(lambda setting: vocabulary.ingredients("en")),
    "product.dimensions": dimensions,
    "address.secondary": secondary,
}
