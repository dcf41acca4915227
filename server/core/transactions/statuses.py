"""Meanings of words in columns of status and type: a sale, no sale, or a refund.

The words are those of the exports in docs/exports.md and their translations. What is not among them is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from server.core.transactions.headers import plain
from server.core.transactions.meanings import Meaning
from server.core.transactions.more_spellings import MORE_STATUSES, phrases
from server.core.transactions.status_phrases import meaning_of_phrase

_TEXTS: dict[Meaning, str] = {
    Meaning.COUNT: """
        paid completed complete fulfilled shipped delivered processing processed success successful succeeded
        captured settled sold sale sales order purchase payment charge invoice invoiced partiallyfulfilled
        partiallyshipped unfulfilled unshipped awaitingfulfillment awaitingfulfilment awaitingshipment awaitingpickup
        readyforpickup pickedup dispatched sent done finished accepted approved confirmed partiallypaid paidout
        overpaid live production websitepayment expresscheckoutpayment mobilepayment generalpayment
        websitepaymentsproapisolution directcreditcardpayment subscriptionpayment recurringpayment
        ebayauctionpayment paypalcheckout massivepayment donationpayment checkoutpayment generalpaymentreceived
        wcprocessing wccompleted paymentaccepted remotepaymentaccepted
        bezahlt abgeschlossen versendet versandt teilweiseversandt teilweisebezahlt geliefert ausgeliefert zugestellt
        verschickt erledigt fertig inbearbeitung erfolgreich abgerechnet verkauf rechnung zahlung abholbereit abgeholt
        payee paye payes terminee termine expediee expedie livree livre entraitement traitee validee valide acceptee
        reussi reussie vente paiement facture partiellementpayee
        pagado completado enviado entregado procesando enproceso procesado finalizado exitoso aprobado aceptado
        venta factura pago cobro cobrado parcialmentepagado
        pago concluido enviado entregue processando emprocessamento processado aprovado venda fatura pagamento
        faturado
        pagato completato spedito consegnato evaso inlavorazione concluso elaborato vendita fattura pagamento
        betaald voltooid afgerond verzonden geleverd bezorgd inbehandeling verwerkt verkoop factuur betaling
        afgehandeld
        oplacone oplacony zaplacone zrealizowane zrealizowany zakonczone wyslane wyslano dostarczone wrealizacji
        sprzedaz faktura platnosc
        betald betalt slutford genomford skickad levererad behandlas klar forsaljning betalning fullfort fuldfort
        gennemfort afsendt sendt leveret levert behandles salg betaling faerdig ferdig
        完了 支払済み 支払い済み 支払済 入金済み 入金済 決済完了 発送済み 発送済 出荷済み 出荷済 配送済み 配達済み
        処理中 受注 売上 販売 購入 注文
        """,
    Meaning.PARTLY: """
        partiallyrefunded partialrefund partlyrefunded partialrefunded
        teilweiseerstattet teilerstattet teilweisezuruckerstattet partiellementrembourse partiellementremboursee
        parcialmentereembolsado reembolsadoparcialmente parzialmenterimborsato rimborsatoparzialmente
        gedeeltelijkterugbetaald czesciowozwrocone czesciowozwrocony delvisaterbetald delvistrefunderet
        delvisrefundert 一部返金 一部返金済み
        """,
    Meaning.LEAVE_OUT: """
        failed failure pending pendingpayment paymentpending awaitingpayment onhold hold held void voided cancelled
        canceled cancellation cancel denied declined rejected draft checkoutdraft trash trashed expired authorized
        authorised unpaid abandoned incomplete error blocked fraud suspectedfraud paymentreview paymenterror
        paymentfailed pendingpaypal requirespaymentmethod requiresaction requiresconfirmation requirescapture
        uncaptured notpaid quote quotation estimate proforma payout payouts transfer withdrawal generalwithdrawal
        fee fees stripefee deleted removed test testorder testmode sandbox demo authorization accounthold
        generalcurrencyconversion currencyconversion bankdeposit holdonbalance orderauthorization timeout timedout
        fehlgeschlagen ausstehend wartend zahlungausstehend inwartestellung inwarteschleife storniert abgebrochen
        abgelehnt entwurf unbezahlt nichtbezahlt verworfen angebot testbestellung geloscht gesperrt zuruckgestellt
        echouee echoue echec enattente enattentedepaiement annulee annule refusee refuse rejetee brouillon impayee
        impaye nonpayee nonpaye devis suspendue abandonnee expiree
        fallido pendiente pendientedepago enespera cancelado anulado rechazado denegado borrador impagado nopagado
        presupuesto abandonado caducado
        falhou falhado malsucedido pendente aguardandopagamento pagamentopendente aguardando emespera recusado negado
        rejeitado rascunho naopago orcamento expirado
        fallito insospeso inattesa inattesadipagamento annullato cancellato rifiutato bozza nonpagato preventivo
        scaduto abbandonato
        mislukt inafwachting wachtopbetaling openstaand geannuleerd afgewezen geweigerd concept onbetaald offerte
        verlopen
        nieudane nieudany oczekujace oczekujacy oczekujenaplatnosc oczekujenaoplacenie wstrzymane wstrzymany
        anulowane anulowany odrzucone odrzucony szkic nieoplacone nieoplacony oferta wygaslo
        misslyckad misslyckades avvaktar vantande vantarpabetalning avbruten annullerad makulerad nekad avvisad utkast
        obetald offert mislykket mislykkedes afventer avventer annulleret kansellert avbrutt annullert afvist avvist
        kladde ubetalt tilbud
        キャンセル 取消 取消済み 取り消し キャンセル済み 保留 保留中 未払い 未入金 支払待ち 入金待ち 失敗 決済失敗
        下書き 見積 拒否
        """,
    Meaning.REFUNDED: """
        refunded fullyrefunded reversed returned chargedback returnedtoseller
        erstattet zuruckerstattet ruckerstattet retourniert zuruckgegeben zuruckgesendet
        remboursee rembourse retournee reembolsado devuelto rimborsato restituito reembolsada estornado devolvido
        terugbetaald geretourneerd zwrocone zwrocony aterbetald returnerad refunderet tilbagebetalt refundert
        returneret returnert 返金済み 返金済 全額返金 返品済み 返品済
        """,
    Meaning.RESTORED: """
        refundfailure refundfailed failedrefund refundreversal refundreversed reversedrefund refundcancelled
        refundcanceled cancelledrefund canceledrefund paymentrefundfailure chargebackreversal chargebackreversed
        chargebackwon reversedchargeback disputereversal disputereversed disputewon paymentdisputereversal
        paymentreversalreversal erstattungfehlgeschlagen rucklastschriftaufgehoben
        """,
    Meaning.REFUND: """
        refund refunds paymentrefund return returns creditnote creditmemo credit chargeback reversal paymentreversal
        dispute paymentdispute moneyback refundreceipt salesreturn salereturn giveback
        gutschrift ruckerstattung erstattung retoure storno stornorechnung rechnungskorrektur ruckbuchung
        remboursement avoir retour notedecredit
        reembolso devolucion notadecredito abono notadeabono facturarectificativa
        rimborso reso notadicredito notacredito
        devolucao estorno
        terugbetaling creditnota creditfactuur
        zwrot korekta fakturakorygujaca
        aterbetalning retur kreditfaktura kreditnota refusion refundering tilbagebetaling refusjon
        返金 返品 払戻 払い戻し 赤伝
        """,
}

_MEANINGS: dict[str, Meaning] = {}
for _meaning, _text in _TEXTS.items():
    for _word in (*_text.split(), *phrases(MORE_STATUSES.get(_meaning.value, ""))):
        _MEANINGS.setdefault(plain(_word), _meaning)

_DOCUMENTS = frozenset(
    """
    creditnote creditmemo credit chargeback gutschrift stornorechnung rechnungskorrektur avoir notedecredit
    notadecredito abono notadeabono facturarectificativa notadicredito notacredito creditnota creditfactuur korekta
    fakturakorygujaca kreditfaktura kreditnota refundreceipt paymentrefund paymentreversal salesreturn salereturn
    """.split()
)
"""Words that name a document, or a payment, of its own; others (refund, return) may stand on the sale itself."""

_IN_PART = re.compile(
    r"\W*\b(?:partial(?:ly)?|partly|in part|partiel(?:lement)?|partiell|teilweise|teil|parcial(?:mente)?|"
    r"parzial[em]\w*|gedeeltelijk|deels|delvis\w?|cz[eę][sś]ciow\w+)\b\W*",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s+[-–—]\s+|[:/,;(|]")
_ENDINGS = (
    ("os", "o"),
    ("as", "o"),
    ("a", "o"),
    ("ees", "ee"),
    ("es", "e"),
    ("es", "ee"),
    ("s", ""),
    ("en", ""),
    ("e", ""),
    ("e", "ee"),
)
"""Plurals and feminines, and the form that is listed."""


def meaning_of(text: str, own: Mapping[str, str] | None = None) -> Meaning:
    """Return what a word of a status means; `UNKNOWN` where it is not known.

    Parameters
    ----------
    own
        Words that mean something else in the export at hand.

    Examples
    --------
    >>> meaning_of("wc-completed").value, meaning_of("Partially refunded").value, meaning_of("Storniert").value
    ('count', 'partly-refunded', 'leave-out')
    >>> meaning_of("Shipped - Delivered to Buyer").value, meaning_of("Shipped - Returned to Seller").value
    ('count', 'refunded')
    >>> meaning_of("Refunded (partial)").value, meaning_of("partial delivery").value
    ('partly-refunded', '')
    >>> meaning_of("abgeholt?!").value, meaning_of("blue").value, meaning_of("Pagada").value
    ('count', '', 'count')
    """
    words = own or {}
    whole = _listed(plain(text), words)
    if whole is not Meaning.UNKNOWN:
        return whole
    if _IN_PART.search(text):
        rest = _listed(plain(_IN_PART.sub("", text)), words)
        if rest in (Meaning.REFUNDED, Meaning.REFUND, Meaning.PARTLY):
            return Meaning.PARTLY
    return _of_parts([_of_part(part, words) for part in _PARTS.split(text) if part.strip()])


def _of_part(part: str, own: Mapping[str, str]) -> Meaning:
    meaning = _listed(plain(part), own)
    return (
        meaning
        if meaning is not Meaning.UNKNOWN
        else meaning_of_phrase(part, lambda word: _listed(word, own))
    )


def _of_parts(parts: list[Meaning]) -> Meaning:
    """Return the meaning of a word of several parts: a later one that says more than that it counts, else the first."""
    if not parts or parts[0] is Meaning.UNKNOWN:
        return Meaning.UNKNOWN
    return next((part for part in parts[1:] if part not in (Meaning.UNKNOWN, Meaning.COUNT)), parts[0])


def _listed(word: str, own: Mapping[str, str]) -> Meaning:
    if word in own:
        return Meaning(own[word])
    bare = word[2:] if word.startswith("wc") and word[2:] in _MEANINGS else word
    if bare in _MEANINGS:
        return _MEANINGS[bare]
    for ending, listed in _ENDINGS:
        if bare.endswith(ending) and len(bare) > 5:
            meaning = _MEANINGS.get(bare[: -len(ending)] + listed)
            if meaning is not None:
                return meaning
    return Meaning.UNKNOWN


def is_document(text: str) -> bool:
    """Whether the word names a refund that always has a row of its own.

    >>> is_document("Credit note"), is_document("refund")
    (True, False)
    """
    return plain(text) in _DOCUMENTS


_YES = frozenset(
    "true yes y 1 x ja oui si sim tak wahr vrai verdadero verdadeiro vero prawda sand sant cancelled".split()
)
_NO = frozenset(
    "false no n 0 nein non nao nie nej nei falsch faux falso falsz falsk none null na nan live".split()
)


def says_yes(text: str) -> bool:
    """Whether a cell of cancellations says that there was one: a day, or yes.

    >>> says_yes("2024-03-05"), says_yes("false"), says_yes("-"), says_yes("TRUE"), says_yes("0,00")
    (True, False, False, True, False)
    """
    word = plain(text).strip("0")
    return bool(word) and word not in _NO


def says_no(text: str) -> bool:
    """Whether a cell answers no.

    >>> says_no("No"), says_no("false"), says_no("paid"), says_no("")
    (True, True, False, False)
    """
    return plain(text) in _NO


def is_answer(text: str) -> bool:
    """Whether a cell answers yes or no.

    >>> is_answer("Yes"), is_answer("nein"), is_answer("paid")
    (True, True, False)
    """
    return plain(text) in _YES | _NO


def is_test(text: str, header: str) -> bool:
    """Whether a cell says that the row is a test; `header` decides whether yes means a test or a sale.

    >>> is_test("true", "is_test"), is_test("false", "livemode"), is_test("Test", "Mode"), is_test("card", "Mode")
    (True, True, True, False)
    """
    word, asked = plain(text), plain(header)
    if "live" in asked:
        return word in _NO - {"live"}
    return word in ("test", "testmode", "sandbox") or (word in _YES and "test" in asked)


ANSWERS = {"count": Meaning.COUNT, "leave-out": Meaning.LEAVE_OUT, "refund": Meaning.REFUND}
"""What a marketer may say a word means."""


def parse_answers(text: str) -> dict[str, Meaning]:
    """Return what the row `Statuses` of `Settings` says, by word; under "" what holds for all words.

    Raises
    ------
    ValueError
        If it is not written so.

    Examples
    --------
    >>> parse_answers("on hold: leave-out; abgerechnet: count")
    {'onhold': <Meaning.LEAVE_OUT: 'leave-out'>, 'abgerechnet': <Meaning.COUNT: 'count'>}
    >>> parse_answers("count")
    {'': <Meaning.COUNT: 'count'>}
    """
    meanings: dict[str, Meaning] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        word, mark, answer = part.rpartition(":")
        answer = answer.strip().casefold().replace(" ", "-")
        if answer not in ANSWERS or (not mark and answer != "count"):
            raise ValueError(text)
        meanings["" if not mark else plain(word) or EMPTY] = ANSWERS[answer]
    return meanings


EMPTY = "empty"
"""How an empty cell of a status is called in an answer."""
