"""Meaning of a status of several words, such as "Payment accepted" or "Erreur de paiement"."""

from __future__ import annotations

import re
from collections.abc import Callable

from server.core.transactions.headers import plain
from server.core.transactions.meanings import Meaning

_WORD = re.compile(r"[^\W_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(map(plain, text.split()))


_NOT = _words(
    """
    not no non never without nicht kein keine keiner noch ohne pas ne sans aucun sin nunca sem nao não senza niet geen
    zonder nie bez ikke ej inte icke utan uden uten değil нет не без
    """
)
"""With one of these the words around it say something else."""
_BESIDE = _words(
    """
    order orders payment payments bestellung auftrag zahlung commande paiement pedido pago ordine pagamento bestelling
    betaling zamowienie zamówienie platnosc płatność bestallning beställning betalning ordre
    online offline web website webshop internet app mobile shop store instore in pos retail wholesale marketplace
    phone telephone mail email ladengeschäft ladenverkauf filiale kasse boutique magasin tienda negozio winkel
    bank wire transfer cheque check card credit debit cash paypal klarna stripe sepa
    überweisung vorkasse karte kreditkarte bar barzahlung virement chèque carte tarjeta transferencia efectivo carta
    bonifico contanti assegno kaart overschrijving
    customer client buyer seller merchant shop owner admin user system automatic automatically manually kunde käufer
    händler verkäufer vendeur acheteur cliente comprador vendedor acquirente venditore klant koper verkoper klient
    by via per with from on at to the a an and for of is was has been
    von vom durch per mit der die das den dem und auf am im zu für ist wurde
    par le la les l du de des d en et au aux pour est été
    por el los las del y con para al da do dos das e com um uma il lo gli i di dal dalla door met van het een op naar
    przez na w z i av af och og till til med för
    fully full entirely completely total totally new komplett vollständig vollständige gesamt neu complet
    complètement entièrement totalement nouveau nouvelle completo completamente totalmente nuevo nueva completamente
    nuovo nuova volledig geheel nieuw nieuwe całkowicie w pełni helt fullt ny
    """
)
"""Words that leave the meaning of the others as it is."""
_WAITS = _words(
    """
    awaiting waiting attente wartet warten wartend espera attesa aguardando afwachting oczekiwanie oczekuje venter
    väntar afventer error erreur fehler errore erro fout błąd fel fejl feil échec fehlgeschlagene
    """
)
_DONE = _words(
    """
    completed complete processed sent confirmed approved accepted successful success issued done finished made
    abgeschlossen bestätigt ausgeführt erfolgt verarbeitet terminé effectué validé confirmé completado confirmado
    procesado completato confermato eseguito concluido processado voltooid bevestigd verwerkt
    """
)
"""Beside a word that is more than a sale, these say that it has happened."""


def meaning_of_phrase(text: str, listed: Callable[[str], Meaning]) -> Meaning:
    """Return what several words mean together; `UNKNOWN` where one of them is not known, or they disagree.

    Parameters
    ----------
    listed
        Meaning of one word.

    Examples
    --------
    >>> from server.core.transactions.statuses import meaning_of
    >>> meaning_of("Payment accepted").value, meaning_of("Erreur de paiement").value, meaning_of("In-store sale").value
    ('count', 'leave-out', 'count')
    >>> meaning_of("Refund completed").value, meaning_of("not yet paid").value, meaning_of("Bank transfer").value
    ('refund', '', '')
    """
    words = [plain(word) for word in _WORD.findall(text)]
    if len(words) < 2 or not _NOT.isdisjoint(words):
        return Meaning.UNKNOWN
    meanings = {_meaning(word, listed) for word in words if word not in _BESIDE}
    if not meanings:
        return Meaning.COUNT if any(listed(word) is Meaning.COUNT for word in words) else Meaning.UNKNOWN
    return _together(meanings, [word for word in words if word not in _BESIDE], listed)


def _meaning(word: str, listed: Callable[[str], Meaning]) -> Meaning:
    return Meaning.LEAVE_OUT if word in _WAITS else listed(word)


def _together(meanings: set[Meaning], words: list[str], listed: Callable[[str], Meaning]) -> Meaning:
    """Return the one meaning of the words that tell something, `UNKNOWN` where they disagree."""
    if len(meanings) > 1:
        meanings = {_meaning(word, listed) for word in words if word not in _DONE}
    if meanings == {Meaning.LEAVE_OUT, Meaning.REFUNDED}:
        return Meaning.REFUNDED
    return meanings.pop() if len(meanings) == 1 else Meaning.UNKNOWN
