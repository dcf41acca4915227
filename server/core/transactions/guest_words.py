"""Words for an unknown customer, such as 0, guest or walk-in, in many languages."""

from __future__ import annotations

import re

_WORDS = frozenset(
    """
    0|00|000|0000|-1|na|unknown|unknown customer|guest|guests|guest customer|guest user|guest checkout|guest order|
    a guest|anonymous|anonymous customer|anonymous user|anonym|not set|not available|no customer|no account|no id|
    not logged in|walk in|walkin|walk in customer|cash customer|cash sale|
    gast|gäste|gastkunde|gastbestellung|gastbesteller|als gast|laufkunde|laufkundschaft|barverkauf|unbekannt|
    unbekannter kunde|kein kunde|ohne kundennummer|keine|
    invité|invitée|client invité|anonyme|inconnu|client inconnu|aucun|client de passage|
    invitado|invitada|cliente invitado|anónimo|anonimo|desconocido|ninguno|sin cliente|público en general|
    ospite|sconosciuto|nessuno|cliente occasionale|convidado|visitante|desconhecido|anônimo|nenhum|consumidor final|
    onbekend|anoniem|geen|gäst|okänd|gæst|ukendt|gjest|ukjent|vieras|tuntematon|gość|nieznany|brak|
    host|neznámý|hosť|neznámy|vendég|ismeretlen|oaspete|necunoscut|gost|nepoznato|гость|неизвестно|неизвестный|
    аноним|гість|невідомо|гост|неизвестен|επισκέπτης|άγνωστος|misafir|ziyaretçi|bilinmiyor|külaline|viesis|svečias|
    tamu|khách|khách lẻ|ゲスト|非会員|游客|访客|遊客|訪客|게스트|비회원|ضيف|زائر|אורח|אורחת|अतिथि
    """.replace("\n", "").split("|")
)
_ROUND = re.compile(r"^[\s()\[\]<>{}*.\"']+|[\s()\[\]<>{}*.\"']+$")
GUESTS = frozenset(word.strip() for word in _WORDS)
"""Words that name nobody, in small letters."""


def is_guest(customer_id: str) -> bool:
    """Whether an id names nobody.

    >>> [text for text in ["0", "(Guest)", "Walk-in customer", "Gast", "10", "Guestier"] if is_guest(text)]
    ['0', '(Guest)', 'Walk-in customer', 'Gast']
    """
    if len(customer_id) > 24:
        return False
    if customer_id in GUESTS:
        return True
    if customer_id[:1].isdigit():
        return False
    word = _ROUND.sub("", customer_id).casefold()
    return word in GUESTS or word.replace("-", " ").replace("_", " ") in GUESTS
