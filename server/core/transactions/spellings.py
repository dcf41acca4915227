"""Spellings of headers by role, in the languages of the exports that people paste."""

from __future__ import annotations

from server.core.transactions.headers import Role, plain
from server.core.transactions.more_spellings import MORE_HEADERS, MORE_TOTALS, phrases

_TEXTS: dict[Role, str] = {
    Role.CUSTOMER_ID: """
        customeruniqueid customerid idcustomer customerno customernumber customernr customercode customerkey custid
        custno clientid clientno clientnumber clientcode userid memberid membershipid shopperid buyerid
        buyeruserid buyerusername accountid accountnumber contactid personid householdkey householdid loyaltyid
        loyaltycardid loyaltynumber cardid subscriberid visitorid customeruserid customeruser guestid cardholderid
        patientid studentid donorid guestnumber profileid payerid shopperreference customerreference customerref
        nclient ncliente
        kundennummer kundennr kundenid kundenkennung debitorennummer debitor idclient idduclient numeroclient
        numerodeclient codeclient clienteid idcliente iddelcliente numerocliente numerodecliente codigocliente
        codigodecliente codicecliente iddocliente klantnummer klantnr klantid klantcode idklienta numerklienta
        nrklienta kodklienta kundnummer kundnr kundid kundenummer kundenr
        customer client user buyer member shopper account household donor patient
        kunde kundin kaufer besteller acheteur comprador cliente acquirente klant koper klient nabywca kund kober
        kjoper
        customeremail customeremailaddress email emailaddress billingemail emailbilling buyeremail useremail
        contactemail payeremail fromemailaddress emailadresse emailderkundin kundenemail adresseemail courriel
        adressemail correo correoelectronico emaildelcliente emailcliente indirizzoemail posta emailadres epost
        epostadress epostadresse adresemail mail
        phone phonenumber mobile mobilenumber telephone customerphone billingphone telefon telefonnummer
        handynummer mobilnummer telefono telefone celular movil telefoonnummer telefonnummer numertelefonu whatsapp
        customername clientname buyername billingname kundenname nomclient nomduclient nombrecliente
        nombredelcliente nomecliente klantnaam nazwaklienta kundnamn kundenavn
        payer payername sender from absender zahler expediteur payeur remitente pagador mittente betaler afzender
        platnik nadawca betalare avsandare
        顧客id 顧客コード 顧客番号 会員id 会員番号 お客様id お客様番号 得意先コード 購入者id 顧客 会員 購入者
        お客様 得意先
        メールアドレス 電話番号 顧客名 お客様名 氏名 購入者名 注文者名
        """,
    Role.ORDER_DATE: """
        orderdate invoicedate purchasedate transactiondate transdate trandate trxdate saledate salesdate
        orderpurchasetimestamp purchasetimestamp orderdatetime invoicedatetime transactiondatetime orderedat
        purchasedat dateofpurchase dateoforder dateplaced orderplaced ordertimestamp transactiontimestamp
        purchasedatetime ordertime transactiontime createdat createdatutc createdutc createddateutc datecreated
        createddate created billdate billingdate receiptdate bookingdate visitdate eventdate eventtime paidat paiddate
        paidondate datepaid paymentdate paymentsdate completedat completeddate processedat orderdateutc donationdate
        datetime timestamp date posteddate
        bestelldatum rechnungsdatum kaufdatum auftragsdatum buchungsdatum belegdatum verkaufsdatum zahlungsdatum
        erstelltam bestelltam datum tag
        datedecommande datecommande datedelacommande datedachat dateachat datefacture datedefacturation datedevente
        datedecreation creele jour
        fechadepedido fechapedido fechadelpedido fechadecompra fechacompra fechafactura fechadeventa fechadecreacion
        fecha dataordine datadellordine dataacquisto datadiacquisto datafattura datavendita creatoil data
        datadopedido datapedido datadacompra datacompra datavenda datadavenda datadaencomenda datacriacao criadoem
        besteldatum orderdatum factuurdatum aankoopdatum verkoopdatum aangemaaktop
        datazamowienia datazakupu datasprzedazy datafaktury dataplatnosci utworzono
        bestallningsdatum orderdatum fakturadatum kopdatum skapad dato ordredato fakturadato kobsdato kjopsdato
        bestillingsdato oprettet opprettet dag day
        dateadd transactioncreationdate creationdate capturedate capturedat captureddate bookeddate settlementdate
        注文日 注文日時 受注日 受注日時 購入日 購入日時 購入年月日 注文年月日 売上日 売上日付 取引日 取引日時
        決済日 決済日時 日付 日時
        """,
    Role.AMOUNT: """
        amount totalamount orderamount transactionamount tranamount transamount trxamount salesamount
        saleamount purchaseamount invoiceamount netamount amountpaid paidamount paymentamount lineamount
        grossamount orderamounttotal ordertotalamount salesvalue dollarvalue ordervalue transactionvalue purchasevalue
        invoicevalue paymentvalue basketvalue revenue netrevenue totalrevenue orderrevenue grossrevenue
        itemrevenue sales netsales totalsales totalcollected grosssales sale ordertotal ordertotalinctax
        ordertotalextax grandtotal grandtotalpurchased grandtotalbase invoicetotal linetotal itemtotal
        totalprice totalpaid totalspent totalspend totalvalue totalcost totalsum amountspent moneyspent
        lifetimevalue totalrevenue monetaryvalue monetary total subtotal spend spent spending turnover
        donationamount donation payment pricepaid gross net value
        totalpaidtaxincl amounttotal historicclv
        umsatzgesamt gesamtsummederbestellung gesamtbestellwert
        umsatz betrag gesamtbetrag rechnungsbetrag bestellwert auftragswert gesamtsumme gesamtpreis summe wert
        gesamtumsatz nettobetrag bruttobetrag zahlbetrag endbetrag brutto netto erlos
        montant montanttotal montantttc montantht totalttc totalht totalcommande chiffredaffaires prixtotal ca
        importe importetotal totalpedido ventas monto montototal valortotal
        importo importototale totaleordine totale fatturato prezzototale
        valor valortotal valordopedido totaldopedido receita faturamento
        bedrag totaalbedrag totaal orderbedrag omzet ordertotaal totaalprijs
        kwota wartosc suma wartosczamowienia kwotabrutto kwotanetto przychod obrot
        belopp totalbelopp summa ordersumma omsattning ordervarde forsaljning belob totalbelob ordrebelop
        omsaetning omsetning sum belop totalsum
        wartoscbrutto wartoscnetto wartoscbruttozamowienia sumabrutto cenabrutto
        合計金額 注文金額 購入金額 請求金額 支払金額 支払総額 注文合計 総合計 税込金額 税込合計 売上金額 売上 合計
        総額 金額
        """,
    Role.QUANTITY: """
        quantity qty orderquantity quantityordered orderedquantity quantitypurchased lineitemquantity itemquantity
        quantitysold unitssold units itemcount numitems numberofitems noofitems pieces items
        menge anzahl stuck stuckzahl quantite qte nombre cantidad cant unidades uds quantita qta pezzi
        quantidade qtd qtde aantal stuks ilosc liczbasztuk szt antal kvantitet antall 数量 個数 点数
        """,
    Role.UNIT_PRICE: """
        unitprice priceperunit priceeach itemprice itemcost lineitemprice productprice sellingprice saleprice
        unitamount retailprice priceperitem salesprice listprice price
        einzelpreis stuckpreis verkaufspreis artikelpreis preis prixunitaire prixdevente prix preciounitario
        preciounidad precio prezzounitario prezzo precounitario preco stukprijs eenheidsprijs prijs
        cenajednostkowa cena styckpris apris enhetspris stykpris enhedspris pris 単価 販売単価 価格
        """,
    Role.ORDER_ID: """
        orderid idorder orderno ordernumber ordernr ordercode
        orderkey ordername orderref orderreference invoiceno invoice
        invoiceid invoicenumber transactionid transactionno transactionnumber transid tranid trxid basketid basketkey
        basketno receiptid receiptno receiptnumber receipt salesorderid salesordernumber salesrecordnumber salesid
        saleid purchaseid billno billnumber billid ticketid ticketno checkid checkoutid paymentid chargeid order
        basket
        bestellnummer bestellnr bestellid bestellung auftragsnummer auftragsnr auftrag rechnungsnummer rechnungsnr
        belegnummer belegnr numerodecommande numerocommande ncommande nocommande idcommande commande numerofacture
        numerodefacture nfacture facture
        numerodepedido numeropedido npedido nopedido idpedido iddepedido pedido numerodefactura numerofactura
        numeroordine numerodordine nordine idordine ordine numerofattura
        numerodopedido iddopedido encomenda numerodaencomenda notafiscal
        bestelnummer bestelnr bestelling factuurnummer factuurnr
        numerzamowienia nrzamowienia idzamowienia zamowienie numerfaktury nrfaktury
        bestallningsnummer ordernummer ordrenummer ordrenr ordreid ordre fakturanummer fakturanr kvittonummer
        bestillingsnummer 注文番号 注文id 受注番号 受注id 伝票番号 取引番号 取引id レシート番号 orderreference
        paymentreference
        """,
    Role.STATUS: """
        orderstatus status orderstate salestatus salesstatus transactionstatus invoicestatus chargestatus state
        bestellstatus auftragsstatus bestellungsstatus rechnungsstatus zustand statutdelacommande statutcommande
        statutdecommande statut etat etatdelacommande estadodelpedido estadopedido estado
        statoordine statodellordine stato statusdopedido statuspedido situacao situacaodopedido estadodaencomenda
        bestelstatus statuszamowienia orderstatus bestallningsstatus ordrestatus tila statemachinestate
        注文ステータス ステータス 状態 注文状態 注文状況 受注ステータス 受注状態
        """,
    Role.PAYMENT_STATUS: """
        financialstatus paymentstatus paymentstate billingstatus paidstatus paid ispaid completed iscompleted
        bezahlt abgeschlossen payee paye pagado pagato pago betaald oplacone betald betalt 支払済み
        zahlungsstatus bezahlstatus statutdupaiement statutpaiement etatdupaiement estadodepago estadodelpago
        estadopago statopagamento statodelpagamento statuspagamento statusdopagamento estadodopagamento
        betaalstatus betalingsstatus statusplatnosci betalningsstatus 支払ステータス 決済ステータス 入金状況
        支払状況 決済状況
        bezahltam zahlungseingang zahlungseingangam paidat paidon paiddate paidondate datepaid paymentdate
        paymentreceived payele datedepaiement datepaiement fechadepago pagadoel datapagamento pagatoil betaaldop
        betaaldatum zahlungsdatum dataplatnosci
        """,
    Role.ITEM_STATUS: "itemstatus lineitemstatus linestatus lineitemfulfillmentstatus positionsstatus",
    Role.KIND: """
        type kind transactiontype recordtype rowtype linetype eventtype saletype documenttype doctype entrytype
        transactionkind paymenttype movementtype reportingcategory
        typ art belegart buchungsart transaktionstyp vorgang vorgangsart dokumentart typedetransaction typededocument
        typedocument nature tipo tipodetransaccion tipodedocumento tipodocumento tipotransazione tipodetransacao
        soort transactietype documenttype rodzaj typtransakcji typdokumentu transaktionstyp transaktionstype slag
        種別 区分 取引種別 取引区分 売上区分 伝票区分
        """,
    Role.DIRECTION: """
        debitcredit creditdebit debitorcredit drcr crdr dc debitcreditindicator creditdebitindicator direction
        sollhaben sh sollhabenkennzeichen sollhabenkz shkennzeichen shkz debitcredit debecredito debehaber dareavere
        """,
    Role.CANCELLED: """
        cancelledat canceledat cancelled canceled iscancelled iscanceled cancelledon canceledon cancellationdate
        datecancelled voidedat isvoided storniertam storniert stornodatum stornierungsdatum annulele annulee
        dateannulation datedannulation canceladoel fechadecancelacion fechacancelacion cancelado anulado
        annullatoil annullato dataannullamento canceladoem datadecancelamento datacancelamento geannuleerdop
        geannuleerd annuleringsdatum anulowano dataanulowania anulowane makulerad avbestalld annulleret kansellert
        void voided isvoid deleted isdeleted deletedat storno geloscht geloschtam annule annullata cancelada
        canceladas anulada supprime supprimee eliminado excluido usuniete verwijderd slettet raderad
        """,
    Role.TEST: """
        test istest testmode testorder istestorder livemode islive mode testbestellung testmodus sandbox
        """,
    Role.REFUNDED: """
        refundedamount amountrefunded refundamount refunded refunds refund totalrefunded orderrefundamount
        totalrefund amountreturned returnsamount erstatteterbetrag erstattungsbetrag ruckerstattungsbetrag
        ruckerstattung erstattung erstattet gutschriftsbetrag montantrembourse rembourse remboursement
        importereembolsado cantidadreembolsada reembolsado reembolso importorimborsato rimborsato rimborso
        valorreembolsado reembolso terugbetaaldbedrag terugbetaald terugbetaling kwotazwrotu zwrocono
        aterbetaltbelopp aterbetalat refunderetbelob refundertbelop 返金額 返金金額 払戻金額
        """,
    Role.RETURNED: """
        quantityreturned returnedquantity qtyreturned returnedqty quantityrefunded refundedquantity qtyrefunded
        refundedqty unitsreturned returnedunits itemsreturned menge_retour retourmenge retournierte retourniertemenge
        quantiteretournee quantiteremboursee cantidaddevuelta quantitaresa quantidadedevolvida geretourneerdaantal
        zwroconailosc returneratantal returneretantal 返品数 返品数量
        """,
    Role.DISCOUNT: """
        discount discountamount discountvalue discountpercent discountpercentage discountpct discountrate
        linediscount lineitemdiscount itemdiscount linediscountamount totaldiscount discounttotal discounts rabatt
        rabattbetrag rabattprozent nachlass remise montantremise tauxderemise reduction descuento importedescuento
        sconto scontopercentuale desconto valordesconto korting kortingsbedrag rabat rabatprocent rabattsats 割引 割引額
        値引 値引額
        """,
    Role.ORIGINAL_ORDER: """
        referencetxnid referencetransactionid parentorderid parentid parentorder parentordernumber parenttransactionid
        originalorderid originalorder originalordernumber originalorderno originaltransactionid originaltransaction
        originalinvoice originalinvoiceno originalinvoicenumber originalreceipt originalreceiptnumber originalsaleid
        originalsale originalpaymentid originalchargeid relatedorderid relatedorder relatedtransactionid
        relatedtransaction relatedinvoice refundedorderid refundedorder refundof refundfor refundedtransactionid
        refundedtransaction refundedpaymentid refundedinvoice creditof creditedinvoice creditfor returnof
        returnedorder
        returnfororder linkedorder linkedtransaction linkedinvoice reversalof reversedtransactionid
        zugehorigertransaktionscode bezugaufrechnung bezugsrechnung rechnungsbezug bezugauf bezug bezugsbeleg
        ursprungsbeleg ursprungsrechnung ursprungsbestellung ursprunglichebestellung ursprungsauftrag
        originalbestellung originalrechnung erstattungzu gutschriftzu stornozu
        numerodelatransactiondereference ndetransactiondereference numerodetransactiondereference commandedorigine
        commandeorigine factureorigine facturedorigine factureliee commandeliee transactiondorigine
        iddereferenciadetrans iddetransacciondereferencia pedidooriginal facturaoriginal facturarectificada
        transaccionoriginal codicetransazionediriferimento ordineoriginale ordinediriferimento fatturaoriginale
        fatturadiriferimento pedidooriginal transacaooriginal faturaoriginal
        oorspronkelijkebestelling oorspronkelijkeorder oorspronkelijkefactuur
        zamowieniepierwotne pierwotnezamowienie fakturakorygowana ursprungligorder ursprungligfaktura oprindeligordre
        opprinneligordre
        """,
    Role.PAYEE: """
        toemailaddress toemail toaddress to payee payeeemail payeename payeeid paidto refundedto recipientemail
        recipientemailaddress receiveremail receiver beneficiary recipient toname toaccount
        empfangeremailadresse empfangeremail empfanger zahlungsempfanger aladresseemail destinataire beneficiaire
        correoelectronicodeldestinatario destinatario beneficiario indirizzoemaildestinatario emaildestinatario
        naaremailadres naaremailadres ontvanger begunstigde odbiorca mottagare modtager mottaker
        """,
    Role.CURRENCY: """
        currency currencycode ordercurrency ordercurrencycode presentmentcurrency transactioncurrency currencyiso
        wahrung wahrungscode wahrungskurzel devise monnaie codedevise moneda divisa codigodemoneda valuta
        codicevaluta moeda waluta kodwaluty valutakod valutakode valutacode 通貨 通貨コード
        """,
    Role.SHOP_AMOUNT: """
        totalshopcurrency amountshopcurrency totalinshopcurrency amountinshopcurrency convertedamount
        grandtotalbase basegrandtotal basetotal totalbase baseamount amountbase amountinbasecurrency
        settlementamount settledamount totalinstorecurrency totalstorecurrency reportingamount
        amountindefaultcurrency homecurrencyamount localamount betragshopwahrung betraginshopwahrung
        umgerechneterbetrag betraginhauswahrung montantconverti montantdeviseboutique importeconvertido
        importoconvertito valorconvertido omgerekendbedrag kwotaprzeliczona
        """,
    Role.EMAIL: """
        customeremail customeremailaddress billingemail emailbilling buyeremail useremail contactemail payeremail
        emailabrechnung rechnungsemail emailfacturation emailfacturacion emailfatturazione
        email emailaddress emailadresse kundenemail adresseemail courriel adressemail correo correoelectronico
        emailcliente emaildelcliente indirizzoemail emailadres epost epostadress epostadresse adresemail mail
        メールアドレス
        """,
    Role.ORDERS: """
        historicnumberoforders
        orders ordercount orderscount totalorders numberoforders nooforders numorders ordersplaced orderquantitytotal
        purchases purchasecount totalpurchases numberofpurchases transactioncount totaltransactions
        numberoftransactions frequency
        bestellungen anzahlbestellungen anzahlderbestellungen anzahlauftrage anzahlkaufe kaufe auftrage
        commandes nombredecommandes nbcommandes nbdecommandes nombredachats achats
        pedidos numerodepedidostotal totaldepedidos totalpedidos numpedidos cantidaddepedidos compras numerodecompras
        ordini numeroordini numerodiordini totaleordini acquisti encomendas numerodeencomendas totaldeencomendas
        quantidadedepedidos bestellingen aantalbestellingen aantalorders
        zamowienia liczbazamowien iloscZamowien bestallningar antalbestallningar antalordrar antalordrer antalordre
        ordrer bestillinger antallordre antallbestillinger 注文回数 購入回数 注文数 購入件数 注文件数
        """,
    Role.RECENCY: """
        recency recencydays dayssincelastorder dayssincelastpurchase dayssincelastsale dayssincelasttransaction
        tageseitletzterbestellung tageseitletztemkauf joursdepuisladernierecommande joursdepuisdernierecommande
        diasdesdeultimopedido diasdesdelaultimacompra giornidallultimoordine diasdesdeoultimopedido
        dagensindslaatstebestelling dnieodostatniegozamowienia dagarsedansenasteordern dagesidensidsteordre
        """,
}

SPELLINGS: dict[Role, tuple[str, ...]] = {
    role: tuple(dict.fromkeys(map(plain, [*text.split(), *phrases(MORE_HEADERS.get(role, ""))])))
    for role, text in _TEXTS.items()
}
"""Headers as `plain` gives them, the likeliest first."""

LAST_ORDER = frozenset(
    """
    lastorder lastorderdate lastorderat lastorderedat dateoflastorder lastpurchase lastpurchasedate lastpurchasedat
    dateoflastpurchase lasttransactiondate lastsale lastsaledate latestorder latestorderdate mostrecentorder
    mostrecentpurchase mostrecentorderdate letztebestellung letztesbestelldatum datumletztebestellung
    datumderletztenbestellung letzterkauf letzteskaufdatum dernierecommande datedernierecommande
    datedeladernierecommande dernierachat datedernierachat ultimopedido fechaultimopedido fechadelultimopedido
    ultimacompra fechaultimacompra fechadelaultimacompra ultimoordine dataultimoordine datadellultimoordine
    ultimoacquisto dataultimoacquisto datadoultimopedido dataultimopedido dataultimacompra ultimaencomenda
    laatstebestelling datumlaatstebestelling laatsteaankoop laatsteorder ostatniezamowienie
    dataostatniegozamowienia ostatnizakup senastebestallning senasteorder senastekop datumsenasteorder
    sidsteordre sidstekob sisteordre sistekjop sistebestilling 最終注文日 最終購入日 最終購買日 最終利用日
    """.split()
)
"""Headers of the day of a customer's last order, which only a list of customers has."""

ORDER_ID_ENDINGS = (
    "orderid",
    "orderno",
    "ordernumber",
    "ordernr",
    "ordercode",
    "bestellnummer",
    "bestellnr",
    "auftragsnummer",
    "numerodecommande",
    "numerodepedido",
    "numeroordine",
    "bestelnummer",
    "numerzamowienia",
    "ordrenummer",
    "ordernummer",
)
"""A header that ends so holds order ids, whatever stands before it (amazon-order-id)."""
NOT_THE_ORDER = ("last", "letzte", "dernier", "ultim", "first", "previous", "parent", "original", "related")
"""… unless it says that it is about another order."""

TOTAL_WORDS = frozenset(
    """
    total totals subtotal subtotals grandtotal sum sums overall gesamt gesamtsumme gesamtergebnis summe summen
    zwischensumme endsumme ergebnis teilergebnis insgesamt totalgeneral soustotal totalgeneralgeneral totaux somme
    totalgenerale totale totali subtotale totalecomplessivo suma sumatotal sumageneral subtotales totalparcial
    totaalgeneraal totaal subtotaal eindtotaal soma totalgeral somatotal subtotaldomes razem lacznie sumaczesciowa
    sumakoncowa ogolem summa delsumma totalsumma totalt ialt samlet delsum mellemsum 合計 小計 総計 総合計 累計
    """.split()
) | frozenset(map(plain, phrases(MORE_TOTALS)))
"""Words that stand in rows of totals, in the place of a customer or a date."""
