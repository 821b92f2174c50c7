"""The commonest words of four further languages, each as the English word that the rules read.

Only what requests for tables are made of: verbs of asking, joints, nouns of rows and columns. A request in such a
language is read word by word; longer terms come first. Whatever else it says stays as it is and is told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

_WORDS: Mapping[str, str] = MappingProxyType({
    "Spanish": """
        genera|generar|crea|crear|dame|quiero|necesito|haz=generate, con|incluyendo=with, y|e=and, o=or, de|del=of, entre=between,
        para=for, único|única|únicos=unique, opcional=optional, después de|posterior a=after, antes de=before, filas|registros=rows,
        clientes=customers, usuarios=users, empleados=employees, pedidos=orders, productos=products, pacientes=patients,
        estudiantes|alumnos=students, facturas=invoices, ventas=sales, transacciones=transactions, vuelos=flights, libros=books,
        nombre completo=full name, nombre=name, apellido|apellidos=last name, correo electrónico|correo=email, teléfono=phone,
        dirección=address, ciudad=city, país=country, código postal=postal code, fecha de nacimiento=birth date,
        fecha de alta=signup date, fecha de contratación=hire date, fecha de ingreso=admission date, fecha=date, hora=time,
        edad=age, sexo|género=gender, precio=price, importe|monto=amount, total=total, cantidad=quantity, moneda=currency,
        salario|sueldo=salary, empresa=company, departamento=department, puesto|cargo=job title, estado=status, categoría=category,
        descripción=description, título=title, autor=author, identificador=id, número=number, producto=product, cliente=customer,
        activo=active, marca=brand, peso=weight, diagnóstico=diagnosis, mil=thousand, cien=hundred""",
    "German": """
        erzeuge|erstelle|generiere|erstell|gib mir|ich brauche|ich möchte|bitte=generate, mit|inklusive=with, und=and, oder=or,
        von|vom=of, zwischen=between, bis=to, für=for, eindeutig|eindeutige=unique, nach=after, vor=before, zeilen|datensätze=rows,
        kunden=customers, benutzer|nutzer=users, mitarbeiter|angestellte=employees, bestellungen|aufträge=orders, produkte|artikel=products,
        patienten=patients, studenten|schüler=students, rechnungen=invoices, verkäufe=sales, transaktionen=transactions,
        flüge=flights, bücher=books, vorname=first name, nachname|familienname=last name, name=name, e-mail|email=email,
        telefon|telefonnummer=phone, adresse|anschrift=address, straße=street, stadt|ort=city, land=country, postleitzahl|plz=postal code,
        geburtsdatum=birth date, bestelldatum=order date, eintrittsdatum|einstellungsdatum=hire date, rechnungsdatum=invoice date,
        datum=date, uhrzeit=time, alter=age, geschlecht=gender, preis=price, betrag=amount, summe|gesamt=total,
        menge|anzahl=quantity, währung=currency, gehalt=salary, firma|unternehmen=company, abteilung=department,
        beruf|position=job title, status=status, kategorie=category, beschreibung=description, titel=title, autor=author,
        kundennummer=customer number, rechnungsnummer=invoice number, nummer=number, produkt=product, kunde=customer, aktiv=active, marke=brand,
        gewicht=weight, diagnose=diagnosis, tausend=thousand, hundert=hundred""",
    "French": """
        génère|générer|générez|crée|créer|donne-moi|je veux|il me faut|j'ai besoin de=generate, avec=with, et=and, ou=or, de|du|des|d'=of,
        entre=between, pour=for, unique|uniques=unique, après=after, avant=before, lignes|enregistrements=rows, clients=customers,
        utilisateurs=users, employés|salariés=employees, commandes=orders, produits=products, patients=patients,
        étudiants|élèves=students, factures=invoices, ventes=sales, transactions=transactions, vols=flights, livres=books,
        prénom=first name, nom de famille=last name, nom complet=full name, nom=name, adresse e-mail|e-mail|courriel=email,
        téléphone=phone, adresse=address, ville=city, pays=country, code postal=postal code, date de naissance=birth date,
        date de commande=order date, date d'embauche=hire date, date=date, heure=time, âge=age, sexe|genre=gender, prix=price,
        montant=amount, total=total, quantité=quantity, devise|monnaie=currency, salaire=salary, entreprise|société=company,
        département|service=department, poste|métier=job title, statut=status, catégorie=category, titre=title, auteur=author,
        identifiant=id, numéro=number, produit=product, client=customer, actif=active, marque=brand, poids=weight,
        diagnostic=diagnosis, mille=thousand, cent=hundred, à=to""",
    "Portuguese": """
        gere|gerar|crie|criar|quero|preciso de|preciso|me dê=generate, com|incluindo=with, e=and, ou=or, de|do|da=of, entre=between,
        para=for, único|única=unique, depois de|após=after, antes de=before, linhas|registros|registos=rows, clientes=customers,
        usuários|utilizadores=users, funcionários|empregados=employees, pedidos|encomendas=orders, produtos=products, pacientes=patients,
        estudantes|alunos=students, faturas=invoices, vendas=sales, transações=transactions, voos=flights, livros=books,
        nome completo=full name, nome=name, sobrenome|apelido=last name, e-mail|email=email, telefone=phone,
        endereço|morada=address, cidade=city, país=country, código postal|cep=postal code, data de nascimento=birth date,
        data de cadastro=signup date, data de contratação|data de admissão=hire date, data=date, hora=time, idade=age, sexo|gênero=gender, preço=price,
        valor|montante=amount, total=total, quantidade=quantity, moeda=currency, salário=salary, empresa=company,
        departamento=department, cargo=job title, estado=state, situação=status, categoria=category, descrição=description,
        título=title, autor=author, identificador=id, número=number, produto=product, cliente=customer, ativo=active,
        marca=brand, peso=weight, diagnóstico=diagnosis, mil=thousand, cem=hundred""",
})  # fmt: skip
_ENGLISH = frozenset(  # that the lists share with English, or that English requests hold for other reasons
    "total date name status email position patients transactions unique position autor client clients service e o y do da de "
    "com des data land total mil cent cargo mit position poste genre marque code for before after alter vol e-mail".split()
)
_SCALE = re.compile(r"(?<!\d )\b(?=(?:thousand|hundred)\b)")  # `mil pedidos` is a thousand of them
LEAST = 3  # words of a language, none of them English, before a request is taken to be written in it


@dataclass(frozen=True, slots=True)
class Reading:
    """A request as the rules read it.

    Attributes:
        language: what it is written in, None for English.
    """

    text: str
    language: str | None


def in_english(text: str) -> Reading:
    """The request with the known words of its language in English; unchanged when it is English already."""
    found = {language: _telling(text, language) for language in _WORDS}
    language = max(found, key=lambda each: found[each])
    if found[language] < LEAST:
        return Reading(text, None)
    english = _english(language)
    read = _pattern(language).sub(lambda match: english[match.group().casefold()], text)
    return Reading(_SCALE.sub("a ", read.replace("generate generate", "generate")), language)


def _telling(text: str, language: str) -> int:
    """How many words of a text belong to a language and to no English request."""
    hits = {match.group().casefold() for match in _pattern(language).finditer(text)}
    return sum(len(hit) > 1 and hit not in _ENGLISH for hit in hits)


@cache
def _english(language: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for entry in _WORDS[language].split(","):
        words, _, english = entry.strip().partition("=")
        found.update({word.strip().casefold(): english for word in words.split("|")})
    return MappingProxyType(found)


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = sorted(_english(language), key=len, reverse=True)
    return re.compile(rf"(?<![\w@.-])(?:{'|'.join(map(re.escape, words))})(?![\w@-])(?!\.\w)", re.IGNORECASE)
