"""Reviews and paraphrases in Spanish, German and Japanese, made as the English ones are; written for this benchmark."""

import random
from collections.abc import Iterator

from dedup_families.dataset import Dataset, Offered, interleaved
from dedup_families.paraphrases import placed

# aspect by aspect: three wordings for, three against
SPANISH = (
    (("Llegó dos días antes de lo previsto.", "El envío fue rapidísimo.", "Recibí el paquete mucho antes de la fecha."),
     ("Llegó con casi una semana de retraso.", "El envío tardó una eternidad.", "Esperé el paquete mucho más de lo anunciado.")),
    (("Muy buena relación calidad precio.", "Por lo que cuesta ofrece muchísimo.", "Vale cada euro que pagué."),
     ("Demasiado caro para lo que es.", "El precio no está justificado.", "Los hay más baratos e igual de buenos.")),
    (("Está muy bien hecho y es resistente.", "Los materiales son de primera.", "Se nota sólido, nada se mueve."),
     ("Parece frágil y mal acabado.", "Los materiales son pésimos.", "Se rompió una pieza a los pocos días.")),
    (("Apenas hace ruido.", "Es muy silencioso.", "Ni de noche se oye."),
     ("Hace un ruido horrible.", "Es insoportablemente ruidoso.", "El zumbido me pone de los nervios.")),
    (("Es facilísimo de usar.", "En cinco minutos ya funcionaba.", "No hizo falta leer las instrucciones."),
     ("Es muy complicado de usar.", "Tardé toda la tarde en ponerlo en marcha.", "Las instrucciones no se entienden.")),
    (("La atención al cliente fue excelente.", "Me resolvieron el problema enseguida.", "El personal fue muy amable."),
     ("La atención al cliente fue nefasta.", "Nadie respondió a mis mensajes.", "El personal fue muy grosero.")),
)  # fmt: skip
GERMAN = (
    (("Es kam zwei Tage früher als angekündigt.", "Die Lieferung ging erstaunlich schnell.", "Das Paket war lange vor dem Termin da."),
     ("Es kam fast eine Woche zu spät.", "Die Lieferung zog sich ewig hin.", "Auf das Paket musste ich viel länger warten als versprochen.")),
    (("Das Preis-Leistungs-Verhältnis ist sehr gut.", "Man bekommt viel für sein Geld.", "Es ist jeden Cent wert."),
     ("Viel zu teuer für das, was es ist.", "Der Preis ist nicht gerechtfertigt.", "Es gibt billigere, die genauso gut sind.")),
    (("Alles wirkt stabil und gut verarbeitet.", "Die Verarbeitung ist hervorragend.", "Nichts wackelt, sehr robust."),
     ("Es wirkt klapprig und billig.", "Die Verarbeitung ist schlecht.", "Nach wenigen Tagen ist ein Teil abgebrochen.")),
    (("Man hört es kaum.", "Es ist angenehm leise.", "Selbst nachts stört kein Geräusch."),
     ("Es macht furchtbaren Krach.", "Es ist unerträglich laut.", "Das Brummen geht mir auf die Nerven.")),
    (("Die Bedienung ist kinderleicht.", "Nach fünf Minuten lief alles.", "Die Anleitung brauchte ich gar nicht."),
     ("Die Bedienung ist sehr umständlich.", "Es hat den ganzen Abend gedauert, bis es lief.", "Die Anleitung versteht kein Mensch.")),
    (("Der Kundendienst war ausgezeichnet.", "Mein Problem wurde sofort gelöst.", "Die Mitarbeiter waren sehr freundlich."),
     ("Der Kundendienst war miserabel.", "Auf meine Nachrichten hat niemand geantwortet.", "Die Mitarbeiter waren unverschämt.")),
)  # fmt: skip
JAPANESE = (
    (("予定より二日早く届きました。", "配送がとても速かったです。", "思っていたよりずっと早く荷物を受け取れました。"),
     ("一週間近く遅れて届きました。", "配送にとても時間がかかりました。", "荷物が来るまでずいぶん待たされました。")),
    (("値段の割にとても良いです。", "コストパフォーマンスが最高です。", "払った金額以上の価値があります。"),
     ("この内容では高すぎます。", "値段に見合っていません。", "もっと安くて同じくらい良い物があります。")),
    (("作りがしっかりしています。", "品質が素晴らしいです。", "丈夫でまったくぐらつきません。"),
     ("作りが雑で安っぽいです。", "品質がひどいです。", "数日で部品が壊れました。")),
    (("音がほとんどしません。", "とても静かです。", "夜中でも音が気になりません。"),
     ("音がものすごくうるさいです。", "耐えられないほど騒がしいです。", "ブーンという音が気になって仕方ありません。")),
    (("使い方がとても簡単です。", "五分で使えるようになりました。", "説明書を読む必要がありませんでした。"),
     ("使い方がとても複雑です。", "動かすまでに一晩かかりました。", "説明書の意味がわかりません。")),
    (("お客様対応が素晴らしかったです。", "すぐに問題を解決してくれました。", "スタッフがとても親切でした。"),
     ("お客様対応が最悪でした。", "問い合わせても返事がありません。", "スタッフの態度が失礼でした。")),
)  # fmt: skip
TRIPLES = {
    "spanish": (
        ("Las ventas crecieron un 12 % este año.", "Este año se vendió un doce por ciento más.", "Las ventas cayeron un 12 % este año."),
        ("El museo cierra los lunes.", "Los lunes no se puede visitar el museo.", "El museo abre los lunes."),
        ("El vuelo se retrasó por la niebla.", "La niebla hizo que saliéramos más tarde.", "El vuelo se canceló por la niebla."),
        ("Devolví los zapatos porque me apretaban.", "Los zapatos me quedaban pequeños y los mandé de vuelta.", "Compré los zapatos porque me gustaban."),
        ("Nadie contestó al teléfono en la farmacia.", "Llamé a la farmacia y no respondió nadie.", "Nadie abrió la puerta de la farmacia."),
        ("La batería dura dos días.", "Hay que cargarla cada dos días.", "La batería dura dos horas."),
        ("La sopa estaba demasiado salada.", "La sopa tenía demasiada sal.", "La sopa estaba demasiado dulce."),
        ("El contrato termina el 30 de junio.", "El acuerdo vence a finales de junio.", "El contrato termina el 30 de julio."),
    ),
    "german": (
        ("Der Umsatz stieg im dritten Quartal um 12 %.", "Im dritten Quartal wurde zwölf Prozent mehr verkauft.", "Der Umsatz sank im dritten Quartal um 12 %."),
        ("Das Museum ist montags geschlossen.", "Am Montag kann man das Museum nicht besuchen.", "Das Museum ist montags geöffnet."),
        ("Der Flug hatte wegen Nebels Verspätung.", "Nebel hat unseren Abflug verzögert.", "Der Flug fiel wegen Nebels aus."),
        ("Ich habe die Schuhe zurückgegeben, weil sie zu eng waren.", "Die Schuhe drückten, also schickte ich sie zurück.", "Ich habe die Schuhe behalten, obwohl sie zu eng waren."),
        ("In der Apotheke ging niemand ans Telefon.", "Ich rief in der Apotheke an, aber keiner nahm ab.", "In der Apotheke öffnete niemand die Tür."),
        ("Der Akku hält zwei Tage.", "Man muss ihn nur jeden zweiten Tag laden.", "Der Akku hält zwei Stunden."),
        ("Die Suppe war mir zu salzig.", "Für mich war zu viel Salz in der Suppe.", "Die Suppe war mir zu süß."),
        ("Der Vertrag endet am 30. Juni.", "Ende Juni läuft die Vereinbarung aus.", "Der Vertrag endet am 30. Juli."),
    ),
    "japanese": (
        ("売り上げは今年12%増えました。", "今年の売上高は12パーセント伸びた。", "売り上げは今年12%減りました。"),
        ("博物館は月曜日に休みます。", "月曜日は博物館に入れません。", "博物館は月曜日に開いています。"),
        ("霧のため飛行機が遅れました。", "霧で出発が遅くなった。", "霧のため飛行機が欠航しました。"),
        ("靴がきつかったので返品しました。", "サイズが小さくて靴を送り返した。", "靴がきつかったけれど返品しませんでした。"),
        ("薬局に電話しても誰も出ませんでした。", "薬局に電話をかけたが応答がなかった。", "薬局に行っても誰もいませんでした。"),
        ("電池は二日もちます。", "充電は二日に一度で足ります。", "電池は二時間もちます。"),
        ("スープは塩辛すぎました。", "スープに塩が入りすぎていた。", "スープは甘すぎました。"),
        ("契約は6月30日に終わります。", "6月末で契約が切れる。", "契約は7月30日に終わります。"),
    ),
}  # fmt: skip
_GRAMMARS = {"spanish": (SPANISH, " "), "german": (GERMAN, " "), "japanese": (JAPANESE, "")}


def languages(seed: int) -> Iterator[Dataset]:
    """A data set of reviews and one of paraphrases for each language."""
    for name in _GRAMMARS:
        rng = random.Random(f"{name} {seed}")
        text = {"name": "text", "type": "text", "strategy": "llm"}
        yield Dataset(f"{name} reviews", "other languages", [
            {"name": "product", "type": "integer", "constraints": {"min": 1, "max": 400}}, text], _reviews(name, rng),
        )  # fmt: skip
        yield Dataset(f"{name} paraphrases", "other languages", [text], placed(TRIPLES[name], rng))


def _reviews(language: str, rng: random.Random) -> list[Offered]:
    """Each three aspects of six; the same in other words and order, misspelt, or with one aspect turned."""
    grammar, space = _GRAMMARS[language]

    def row(product: int, parts: list[tuple[int, int, int]]) -> dict[str, object]:
        return {"product": product, "text": space.join(grammar[aspect][side][way] for aspect, side, way in parts)}

    base, derived = [], []
    known: set[frozenset[tuple[int, int]]] = set()
    for group in range(150):
        product = rng.randint(1, 12)
        parts = [(aspect, rng.randrange(2), rng.randrange(3)) for aspect in rng.sample(range(6), 3)]
        meaning = frozenset([(-1, product), *((aspect, side) for aspect, side, _ in parts)])
        if meaning in known:
            continue
        known.add(meaning)
        base.append(Offered(row(product, parts), "base", group))
        place, turn = len(base) - 1, rng.random()
        if turn < 0.35:
            other = [(aspect, side, (way + rng.choice([1, 2])) % 3) for aspect, side, way in parts]
            derived.append((place, Offered(row(product, other[::-1]), "reworded", group)))
        elif turn < 0.5:
            text = str(row(product, parts)["text"])
            at = rng.randrange(2, len(text) - 2)
            derived.append((place, Offered({"product": product, "text": text[:at] + text[at + 1 :]}, "typo", group)))
        elif turn < 0.9:
            aspect, side, way = parts[0]
            other = [(aspect, 1 - side, way), *parts[1:]]
            meaning = frozenset([(-1, product), *((aspect, side) for aspect, side, _ in other)])
            if meaning not in known:
                known.add(meaning)
                derived.append((place, Offered(row(product, other), "one aspect turned", 1_000 + group)))
    return interleaved(base, derived, rng)
