"""Requests in Spanish, German, French and Portuguese, read word by word."""

import pytest

from synthaix.orchestration.translation.languages import in_english
from synthaix.orchestration.translation.rules import by_rules


@pytest.mark.parametrize(
    ("prompt", "rows", "names"),
    [
        ("Genera 500 clientes con nombre, correo y ciudad", 500, "name email city"),
        (
            "Necesito 200 empleados con nombre completo, departamento, salario entre 20000 y 60000 y fecha de contratación",
            200,
            "full_name department salary hire_date",
        ),
        ("Dame mil pedidos con número, fecha, cliente y producto", 1_000, "number date customer product"),
        ("Crear 50 pacientes: nombre, edad, sexo, diagnóstico, fecha de ingreso", 50, "name age gender diagnosis admission_date"),
        ("300 ventas con fecha, producto, importe y moneda", 300, "date product amount currency"),
        ("Erzeuge 100 Kunden mit Vorname, Nachname, E-Mail und Stadt", 100, "first_name last_name email city"),
        (
            "Ich brauche 2.000 Rechnungen mit Rechnungsnummer, Datum, Betrag zwischen 10 und 5000 und Währung",
            2_000,
            "invoice_number date amount currency",
        ),
        ("Erstelle 40 Mitarbeiter mit Name, Abteilung, Gehalt und Eintrittsdatum", 40, "name department salary hire_date"),
        ("500 Produkte mit Name, Preis, Kategorie und Gewicht", 500, "name price category weight"),
        ("Bitte generiere 80 Patienten: Name, Geburtsdatum, Geschlecht, Diagnose", 80, "name birth_date gender diagnosis"),
        ("Génère 300 clients avec prénom, nom de famille, e-mail et ville", 300, "first_name last_name email city"),
        (
            "Il me faut 1000 commandes avec date de commande, produit, quantité et montant",
            1_000,
            "order_date product quantity amount",
        ),
        ("Crée 60 employés avec nom, poste, salaire et date d'embauche", 60, "name job_title salary hire_date"),
        ("50 livres avec titre, auteur, prix et catégorie", 50, "title author price category"),
        ("Je veux 120 étudiants: prénom, nom, âge, ville, pays", 120, "first_name name age city country"),
        ("Gere 400 clientes com nome, email, telefone e cidade", 400, "name email phone city"),
        (
            "Preciso de 250 funcionários com nome completo, cargo, salário e data de admissão",
            250,
            "full_name job_title salary hire_date",
        ),
        ("Crie mil pedidos com data, cliente, produto e valor", 1_000, "date customer product amount"),
        ("90 produtos com nome, preço, quantidade e marca", 90, "name price quantity brand"),
        ("Quero 70 pacientes: nome, idade, sexo, diagnóstico", 70, "name age gender diagnosis"),
    ],
)
def test_the_commonest_words_are_read(prompt: str, rows: int, names: str) -> None:
    """Five requests a language: the count, and every column by its English name."""
    draft = by_rules(prompt)
    assert (draft.inferred_count, list(draft.schema.root.names)) == (rows, names.split())
    assert any("is read as" in note for note in draft.assumptions)


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        (
            "1000 Rechnungen mit Rechnungsnummer, Kunde, Nettobetrag, MwSt 19% und Faelligkeitsdatum",
            "invoice_number customer net_amount vat due_date",
        ),
        (
            "500 Kunden mit Vorname, Geburtsdatum, Postleitzahl, Telefonnummer, Kundennummer und Rechnungsbetrag",
            "first_name birth_date postal_code phone_number customer_number invoice_amount",
        ),
        (
            "200 Vertraege mit Vertragsnummer, Vertragsbeginn, Monatsmiete, Kuendigungsfrist, Stueckpreis",
            "contract_number contract_start_date monthly_rent cancellation_deadline unit_price",
        ),
        (
            "Genera 300 pedidos con numero de pedido, cliente, fecha de entrega, importe total, pagado si/no",
            "order_number customer delivery_date total_amount paid",
        ),
        ("Crée 60 commandes avec numéro de commande, date d'échéance, prix unitaire", "order_number due_date unit_price"),
        (
            "Cria 60 faturas com número da fatura, valor líquido, IVA 23%, data de vencimento",
            "invoice_number net_amount vat due_date",
        ),
    ],
)
def test_terms_of_several_parts_are_read(prompt: str, names: str) -> None:
    """German compounds part by part, Romance terms in English order, both also without their accents."""
    assert list(by_rules(prompt).schema.root.names) == names.split()


@pytest.mark.parametrize("word", ["Export", "Transport", "Sport", "Wort", "Monat", "Kunde", "Prozent"])
def test_no_compound_is_taken_apart_by_chance(word: str) -> None:
    """A short last part counts only behind a part that is known."""
    assert word in in_english(f"500 Kunden mit {word}, Vorname, Nachname, Geburtsdatum").text or word == "Kunde"


@pytest.mark.parametrize(
    ("prompt", "locale"),
    [
        ("500 Kunden mit Vorname, Nachname und Telefonnummer", "de-DE"),
        ("500 Kunden in Österreich mit Vorname, Nachname und Telefonnummer", "de-AT"),
        ("500 Kunden aus Frankreich mit Vorname, Nachname und Telefonnummer", "fr-FR"),
        ("Genera 500 clientes con nombre, correo y ciudad", "es-ES"),
        ("Crie 400 usuários com nome, sobrenome, email e cidade", "pt-BR"),
    ],
)
def test_people_are_where_the_language_is_spoken(prompt: str, locale: str) -> None:
    """Unless the request names another country."""
    assert by_rules(prompt).schema.root.columns[0].locale == locale


@pytest.mark.parametrize(
    ("prompt", "low", "high"),
    [
        ("500 Kunden mit Name und Umsatz zwischen 0 und 10.000 Euro", 0, 10_000),
        ("500 Kunden mit Name und Umsatz von 1.500,50 bis 20.000,75 Euro", 1_500.5, 20_000.75),
        ("100 Produkte mit Name und Gewicht von 0,5 bis 2,75", 0.5, 2.75),
        ("50 livres avec titre, auteur et prix entre 5,90 et 1 250", 5.9, 1_250),
        ("Genera 500 clientes con nombre, correo y salario entre 1.000.000 y 2.500.000", 1_000_000, 2_500_000),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(prompt: str, low: float, high: float) -> None:
    """A point stands between thousands there, and a comma before decimals."""
    draft = by_rules(prompt)
    (bounds,) = [
        (column.rules.min, column.rules.max) for column in draft.schema.root.columns if column.rules.max is not None
    ]
    assert bounds == (low, high)


def test_values_in_brackets_stay_as_they_are_written() -> None:
    """Only what joins them is read."""
    draft = by_rules("Erstelle 80 Bestellungen mit Bestellnummer, Lieferdatum und Zahlungsart (Rechnung, PayPal oder Karte)")
    assert draft.schema.root.column("payment_method").rules.enum == ["Rechnung", "PayPal", "Karte"]


@pytest.mark.parametrize(
    "prompt",
    [
        "500 customers with name, email and city",
        "90 wines: nombre, con, region",
        "200 clients of a data land total: position, name, status",
        "300 employees in Genera (a town) com example.com addresses",
    ],
)
def test_english_stays_english(prompt: str) -> None:
    """A word or two of another language make no request in it."""
    assert in_english(prompt).text == prompt


def test_what_nobody_reads_is_doubted() -> None:
    """A language without a word list gives a guess that says so."""
    draft = by_rules("Maak 300 klanten aan met achternaam en woonplaats")
    assert draft.confidence <= 0.5
    assert draft.questions
