/** Orders of a shop that nobody has, to see what the add-on makes of them before one's own are pasted. */
const Sample = Object.freeze({
  HEADERS: Object.freeze(['CustomerID', 'OrderDate', 'OrderID', 'Amount']),

  /**
   * How its customers buy: so many of them, days between two orders, orders, days since the last one, usual amount.
   */
  HABITS: Object.freeze([
    { customers: 12, pause: 21, orders: 14, silence: 9, amount: 96 },
    { customers: 26, pause: 45, orders: 7, silence: 24, amount: 64 },
    { customers: 18, pause: 60, orders: 2, silence: 18, amount: 48 },
    { customers: 22, pause: 40, orders: 6, silence: 150, amount: 72 },
    { customers: 30, pause: 0, orders: 1, silence: 40, amount: 35 },
    { customers: 34, pause: 0, orders: 1, silence: 260, amount: 29 },
    { customers: 14, pause: 30, orders: 3, silence: 330, amount: 41 },
  ]),
  DAY_MILLISECONDS: 24 * 3600 * 1000,

  /**
   * Fills Training_Data; only where it is empty.
   *
   * @return {Result<{text: string}>}
   */
  fill() {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(DataCheck.TAB);
    if (sheet === null || sheet.getLastRow() > 0) {
      return Problems.failed(
        'not-empty',
        say('Training_Data is not empty'),
        say('Sample orders are only put into an empty tab Training_Data.'),
        say('Clear it first, or check your own orders.'),
      );
    }
    const rows = Sample.rows(Date.now());
    sheet.getRange(1, 1, rows.length, Sample.HEADERS.length).setValues(rows);
    sheet.activate();
    SpreadsheetApp.flush();
    return { ok: true, value: { text: say('Training_Data has sample orders.') } };
  },

  /**
   * @param {number} now Milliseconds since 1970.
   * @return {(string | number)[][]} Headers and orders: the same for every day, moved to end on it.
   */
  rows(now) {
    /** @type {(string | number)[][]} */
    const orders = [];
    let customer = 0;
    for (const { customers, pause, orders: count, silence, amount } of Sample.HABITS) {
      for (let i = 0; i < customers; i += 1) {
        customer += 1;
        const id = `S${String(customer).padStart(3, '0')}`;
        for (let order = 0; order < count; order += 1) {
          const days = silence + Sample.scattered_(customer, order, 0.6 * silence) + order * pause;
          const paid = Math.round(100 * (amount + Sample.scattered_(order + 7, customer, 0.5 * amount))) / 100;
          orders.push([id, Sample.day_(now - days * Sample.DAY_MILLISECONDS), `O${customer}-${count - order}`, paid]);
        }
      }
    }
    orders.sort((a, b) => String(a[1]).localeCompare(String(b[1])));
    return [[...Sample.HEADERS], ...orders];
  },

  /**
   * @param {number} a
   * @param {number} b
   * @param {number} width
   * @return {number} Somewhere within half of the width on either side, always the same for the same two numbers.
   */
  scattered_(a, b, width) {
    return Math.round((((a * 37 + b * 61) % 101) / 101 - 0.5) * width);
  },

  /**
   * @param {number} moment Milliseconds since 1970.
   * @return {string} Its day, ISO 8601, which is a date in every locale.
   */
  day_(moment) {
    return new Date(moment).toISOString().slice(0, 10);
  },
});
