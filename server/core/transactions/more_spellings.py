"""Headers, statuses and totals in further languages.

Turkish, Czech, Slovak, Hungarian, Romanian, Finnish, Greek, Russian, Ukrainian, Chinese, Korean, Thai, Vietnamese,
Indonesian, Arabic, Persian and Hebrew; what exports of payment services, GA4 and systems of sales call things stands
here too.
"""

from __future__ import annotations

from server.core.transactions.headers import Role

MORE_HEADERS: dict[Role, str] = {
    Role.CUSTOMER_ID: """
        müşteri no|müşteri numarası|müşteri kodu|müşteri id|müşteri|alıcı|üye no|müşteri adı|
        číslo zákazníka|kód zákazníka|id zákazníka|zákazník|odběratel|zákazníčka|
        ügyfélkód|ügyfélszám|ügyfél azonosító|vevőkód|vevő azonosító|ügyfél|vevő|vásárló|
        cod client|număr client|nr client|id client|cumpărător|
        asiakasnumero|asiakastunnus|asiakas id|asiakasnro|asiakas|
        κωδικός πελάτη|αριθμός πελάτη|πελάτης|
        код клиента|номер клиента|id клиента|клиент|покупатель|заказчик|контрагент|
        код клієнта|номер клієнта|клієнт|покупець|
        客户编号|客户id|客户号|客户代码|会员编号|会员号|用户id|用户编号|买家id|顾客编号|买家会员名|买家昵称|客户|用户|买家|
        顾客|客户名称|客戶編號|客戶id|會員編號|顧客編號|買家帳號|客戶|會員|買家|
        고객번호|고객id|고객코드|회원번호|회원id|구매자id|고객|회원|구매자|주문자|
        รหัสลูกค้า|ลูกค้า|ชื่อลูกค้า|mã khách hàng|khách hàng|id pelanggan|kode pelanggan|pelanggan|
        رقم العميل|العميل|کد مشتری|شماره مشتری|مشتری|מספר לקוח|לקוח|
        user pseudo id|cliente id|codigo do cliente|consumer id|consumer email|consumer name|account name|
        company name|company|contact|contact name|shopper email|eposta|e-posta|sähköposti|почта|
        электронная почта|邮箱|电子邮箱|電子郵件|이메일
        """,
    Role.ORDER_DATE: """
        sipariş tarihi|fatura tarihi|satış tarihi|işlem tarihi|oluşturma tarihi|tarih|
        datum objednávky|datum prodeje|datum vystavení|datum nákupu|dátum objednávky|dátum predaja|dátum|
        rendelés dátuma|vásárlás dátuma|számla kelte|rendelés ideje|kelt|
        data comenzii|data comandă|data facturii|dată|
        tilauspäivä|tilauspvm|ostopäivä|laskupäivä|päivämäärä|pvm|päivä|
        ημερομηνία παραγγελίας|ημερομηνία|
        дата заказа|дата покупки|дата продажи|дата создания|дата оплаты|дата|дата замовлення|
        下单时间|下单日期|订单日期|订单时间|订单创建时间|成交时间|交易时间|购买日期|创建时间|付款时间|订单付款时间|支付时间|
        日期|时间|下單時間|訂單日期|訂單成立日期|訂購日期|
        주문일자|주문일시|주문일|구매일자|구매일|거래일|결제일자|결제일시|결제일|날짜|일자|
        วันที่สั่งซื้อ|วันที่|ngày đặt hàng|ngày|tanggal pesanan|tanggal transaksi|tanggal|
        تاريخ الطلب|التاريخ|تاریخ سفارش|تاریخ|תאריך הזמנה|תאריך|
        ordered on|ordered date|order created at|order create date|order creation date|order placed at|order placed on|
        date ordered|purchased on|sold on|sold at|sale time|booked|booked on|bestellzeit|bestellzeitpunkt|
        close date|closed date|closing date|event timestamp|transaction posted date
        """,
    Role.AMOUNT: """
        toplam tutar|sipariş tutarı|genel toplam|ödenen tutar|tutar|toplam|
        celková cena|cena celkem|celková částka|cena s dph|částka|celkem|celková suma|celkom|spolu|
        végösszeg|bruttó összeg|összeg|összesen|fizetendő|
        valoare totală|suma totală|total comandă|valoare|sumă|
        loppusumma|kokonaissumma|summa|yhteensä|
        συνολικό ποσό|ποσό|σύνολο|αξία|
        сумма заказа|сумма к оплате|стоимость заказа|сумма|итого|стоимость|выручка|сума замовлення|сума|разом|
        实付金额|实际支付金额|买家实际支付金额|订单金额|支付金额|应付金额|交易金额|总金额|总价|合计|金额|销售额|
        實付金額|訂單金額|總金額|合計|
        실결제금액|결제금액|주문금액|총주문금액|총금액|합계|금액|매출액|매출|
        ยอดรวม|ยอดสุทธิ|จำนวนเงิน|ราคารวม|tổng tiền|tổng cộng|thành tiền|total harga|jumlah|
        المبلغ الإجمالي|المبلغ|الإجمالي|مبلغ کل|جمع کل|مبلغ|סכום|סה"כ|
        purchase revenue|order total price|net payment|net paid|main amount|order sum|total order value|deal amount|
        order revenue|price total
        """,
    Role.QUANTITY: """
        adet|miktar|množství|počet kusů|ks|množstvo|mennyiség|darab|cantitate|määrä|kpl|ποσότητα|количество|кол-во|
        кількість|数量|數量|购买数量|수량|จำนวน|số lượng|الكمية|تعداد|כמות
        """,
    Role.UNIT_PRICE: """
        birim fiyat|birim fiyatı|fiyat|jednotková cena|cena za kus|egységár|preț unitar|preț|yksikköhinta|hinta|
        τιμή μονάδας|τιμή|цена за единицу|цена|ціна|单价|單價|价格|價格|단가|판매가|가격|ราคาต่อหน่วย|đơn giá|harga satuan
        """,
    Role.ORDER_ID: """
        sipariş no|sipariş numarası|sipariş id|sipariş|fatura no|číslo objednávky|id objednávky|objednávka|
        číslo faktury|rendelésszám|rendelés száma|rendelés azonosító|rendelés|számla száma|bizonylatszám|
        număr comandă|nr comandă|id comandă|comandă|număr factură|tilausnumero|tilausnro|tilaus|laskunumero|
        αριθμός παραγγελίας|παραγγελία|номер заказа|№заказа|заказ|номер чека|номер замовлення|замовлення|
        订单号|订单编号|订单id|订单|交易号|交易编号|訂單編號|訂單號碼|訂單|주문번호|주문id|거래번호|
        เลขที่คำสั่งซื้อ|หมายเลขคำสั่งซื้อ|mã đơn hàng|nomor pesanan|id pesanan|رقم الطلب|شماره سفارش|מספר הזמנה|
        document no|document number|doc no|document id|transaction|transaction ref|transaction reference|
        reference no|reference number|deal id|opportunity id|num
        """,
    Role.STATUS: """
        sipariş durumu|durum|stav objednávky|stav|rendelés állapota|állapot|státusz|stare comandă|stare|
        tilauksen tila|κατάσταση παραγγελίας|κατάσταση|статус заказа|статус|стан|статус замовлення|
        订单状态|交易状态|状态|訂單狀態|狀態|주문상태|상태|สถานะคำสั่งซื้อ|สถานะ|trạng thái|حالة الطلب|الحالة|وضعیت|סטטוס|
        stage|deal stage|sales stage|pipeline stage|opportunity stage
        """,
    Role.PAYMENT_STATUS: """
        ödeme durumu|stav platby|fizetési állapot|stare plată|maksun tila|статус оплаты|支付状态|付款状态|付款狀態|
        결제상태|zahlstatus|zahlungsstand|payment state|order payment status|order financial status
        """,
    Role.CURRENCY: "para birimi|měna|mena|pénznem|deviză|monedă|valuutta|νόμισμα|валюта|币种|货币|幣別|통화",
    Role.ORIGINAL_ORDER: """
        applies to invoice|applied to invoice|applied to|against invoice|refund of order|credit of invoice|
        original document|original document no|original transaction no|betrifft rechnung|zu rechnung|zu bestellung
        """,
}
"""As people write them, apart by |; the likeliest first."""

MORE_STATUSES: dict[str, str] = {
    "count": """
        won|closed won|tamamlandı|ödendi|kargoya verildi|kargolandı|teslim edildi|hazırlanıyor|onaylandı|
        vyřízeno|vyřízená|vyřízena|zaplaceno|odesláno|doručeno|dokončeno|vybavená|zaplatené|odoslané|doručené|
        teljesítve|kifizetve|fizetve|kiszállítva|befejezett|feldolgozás alatt|kézbesítve|
        finalizată|livrată|achitată|plătită|expediată|în procesare|
        valmis|maksettu|toimitettu|lähetetty|käsittelyssä|ολοκληρωμένη|ολοκληρώθηκε|πληρωμένη|εξοφλημένη|
        выполнен|выполнено|оплачен|оплачено|доставлен|доставлено|отправлен|отправлено|завершен|завершено|получен|
        виконано|оплачено|доставлено|завершено|
        已完成|交易成功|已付款|已发货|已收货|已支付|待发货|买家已付款|卖家已发货|已出貨|已送達|完成|
        결제완료|배송완료|배송중|배송준비중|구매확정|상품준비중|완료|สำเร็จ|ชำระแล้ว|จัดส่งแล้ว|
        hoàn thành|đã thanh toán|selesai|
        lunas|مكتمل|تکمیل شده|הושלם|שולם
        """,
    "leave-out": """
        lost|closed lost|prospecting|qualification|qualified|needs analysis|value proposition|id decision makers|
        perception analysis|proposal|proposal price quote|negotiation|negotiation review|appointment scheduled|
        qualified to buy|presentation scheduled|decision maker bought in|contract sent|lead|
        iptal|iptal edildi|beklemede|ödeme bekleniyor|başarısız|ödenmedi|
        zrušeno|zrušená|zrušena|stornováno|čeká na platbu|nezaplaceno|zrušené|nezaplatené|čaká na platbu|
        törölve|törölt|visszavont|függőben|sikertelen|fizetésre vár|anulată|în așteptare|neplătită|eșuată|
        peruttu|peruutettu|odottaa|odottaa maksua|maksamatta|epäonnistui|ακυρωμένη|ακυρώθηκε|σε αναμονή|απέτυχε|
        отменен|отменено|ожидает оплаты|не оплачен|ошибка|отказ|скасовано|очікує оплати|
        已取消|交易关闭|待付款|等待买家付款|未付款|已关闭|待支付|취소|취소완료|주문취소|입금대기|결제대기|미입금|입금전|
        ยกเลิก|รอชำระเงิน|đã hủy|chờ thanh toán|dibatalkan|menunggu pembayaran|ملغي|ملغى|معلق|لغو شده|בוטל
        """,
    "refunded": """
        iade edildi|vráceno|vrácena|visszatérítve|rambursată|returnată|hyvitetty|palautettu|επιστράφηκε|
        возвращен|возвращено|повернено|已退款|全额退款|已退货|환불완료|반품완료|คืนเงินแล้ว|đã hoàn tiền|تم رد المبلغ|הוחזר
        """,
    "partly-refunded": "kısmen iade edildi|částečně vráceno|部分退款|부분환불|osittain hyvitetty|частично возвращен",
    "refund": """
        iade|dobropis|vratka|jóváírás|visszatérítés|retur|rambursare|hyvitys|hyvityslasku|palautus|επιστροφή|возврат|
        повернення|退款|退货|退貨|환불|반품|คืนเงิน|hoàn tiền|retur barang|استرداد|החזר
        """,
}

MORE_TOTALS = """
    toplam|genel toplam|ara toplam|celkem|celkom|součet|spolu|mezisoučet|medzisúčet|összesen|végösszesen|részösszeg|
    total general|yhteensä|välisumma|σύνολο|итого|всего|итог|разом|всього|合计|总计|小计|總計|합계|총계|소계|รวม|ยอดรวม|
    tổng|tổng cộng|المجموع|الإجمالي|جمع|جمع کل|סהכ
    """


def phrases(text: str) -> list[str]:
    """Return what stands between the bars.

    >>> phrases("müşteri no|tarih|")
    ['müşteri no', 'tarih']
    """
    return [phrase.strip() for phrase in text.split("|") if phrase.strip()]
