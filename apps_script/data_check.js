/**
 * "Check my data": what the columns of `Training_Data` were recognised as, and the marketer's own choice.
 *
 * @typedef {Object} Choice
 * @property {string} role The service's name of it: customer_id, order_date…
 * @property {string} header A header of `Training_Data`, "auto", or "none".
 */
const DataCheck = Object.freeze({
  TAB: 'Training_Data',
  SETTINGS_TAB: 'Settings',

  /** @type {Readonly<Record<string, string>>} The row of `Settings` that says otherwise, by role. */
  SETTINGS: Object.freeze({
    customer_id: 'CustomerIdColumn',
    order_date: 'OrderDateColumn',
    amount: 'AmountColumn',
    quantity: 'QuantityColumn',
    unit_price: 'UnitPriceColumn',
    order_id: 'OrderIdColumn',
  }),

  /** Rows among which the headers are looked for where the service could not tell which they are. */
  TOP_ROWS: 10,

  /** Rows that samples are taken from, and how many are shown of a column. */
  SAMPLED_ROWS: 50,
  SAMPLES: 3,

  /**
   * @return {Result<{found: any, problem: Problem | null, headers: string[], chosen: Record<string, string>}>} What
   *     the service found, or its problem; the headers to choose from; what `Settings` says by role.
   */
  inspect() {
    const answer = Webhook.call('inspect');
    if (!answer.ok && answer.problem.status !== 422) {
      return answer;
    }
    const value = {
      found: answer.ok ? DataCheck.asSeen_(answer.value) : null,
      problem: answer.ok ? null : answer.problem,
      headers: DataCheck.headers_(answer.ok ? answer.value.headerRow : 0),
      chosen: DataCheck.chosen_(),
    };
    return { ok: true, value };
  },

  /**
   * Shows samples as the sheet shows them: the service reads dates as numbers.
   *
   * @param {any} found
   * @return {any}
   */
  asSeen_(found) {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(DataCheck.TAB);
    const first = found.headerRow + 1;
    const count = sheet === null ? 0 : Math.min(DataCheck.SAMPLED_ROWS, sheet.getLastRow() - found.headerRow);
    if (sheet === null || count < 1) {
      return found;
    }
    const rows = sheet.getRange(first, 1, count, sheet.getLastColumn()).getDisplayValues();
    const columns = found.columns.map((/** @type {{column: string}} */ column) => {
      const texts = rows.map((row) => (row[DataCheck.place_(column.column)] || '').trim()).filter(Boolean);
      return { ...column, samples: [...new Set(texts)].slice(0, DataCheck.SAMPLES) };
    });
    return { ...found, columns };
  },

  /**
   * @param {string} letters Of a column.
   * @return {number} Its position from 0.
   */
  place_(letters) {
    return [...letters].reduce((place, letter) => 26 * place + letter.charCodeAt(0) - 64, 0) - 1;
  },

  /**
   * Writes choices into `Settings` and looks again.
   *
   * @param {Choice[]} choices
   * @return {Result<any>}
   */
  choose(choices) {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(DataCheck.SETTINGS_TAB);
    if (sheet === null) {
      return Problems.failed(
        'no-settings',
        'Settings is missing',
        `The tab ${DataCheck.SETTINGS_TAB} is missing.`,
        'Choose Set up… in the menu: it makes missing tabs.',
      );
    }
    const places = DataCheck.places_(sheet);
    for (const { role, header } of choices) {
      const name = DataCheck.SETTINGS[role];
      if (name !== undefined) {
        const row = places.rows[Rows.normalised(name)] || sheet.getLastRow() + 1;
        sheet.getRange(row, places.setting + 1).setValue(name);
        sheet.getRange(row, places.value + 1).setValue(DataCheck.literal_(String(header)));
      }
    }
    SpreadsheetApp.flush();
    return DataCheck.inspect();
  },

  /**
   * @param {number} row Sheet row of the headers, 0 where it is not known.
   * @return {string[]}
   */
  headers_(row) {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(DataCheck.TAB);
    if (sheet === null || sheet.getLastRow() === 0) {
      return [];
    }
    const first = row || 1;
    const count = row ? 1 : Math.min(DataCheck.TOP_ROWS, sheet.getLastRow());
    const rows = sheet.getRange(first, 1, count, sheet.getLastColumn()).getValues();
    const texts = rows.map((cells) => cells.filter((cell) => typeof cell === 'string' && cell.trim() !== ''));
    const header = texts.reduce((best, each) => (each.length > best.length ? each : best));
    return [...new Set(header.map((text) => text.trim()))];
  },

  /** @return {Record<string, string>} */
  chosen_() {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(DataCheck.SETTINGS_TAB);
    const places = sheet === null ? null : DataCheck.places_(sheet);
    /** @type {Record<string, string>} */
    const chosen = {};
    for (const [role, name] of Object.entries(DataCheck.SETTINGS)) {
      const row = places === null ? undefined : places.rows[Rows.normalised(name)];
      chosen[role] = row === undefined || places === null ? 'auto' : places.values[row - 1] || 'auto';
    }
    return chosen;
  },

  /**
   * @param {GoogleAppsScript.Spreadsheet.Sheet} sheet `Settings`.
   * @return {{setting: number, value: number, rows: Record<string, number>, values: string[]}} Positions from 0 of
   *     its columns, the sheet row of each setting (from 1), and the values from row 1.
   */
  places_(sheet) {
    const range = sheet.getRange(1, 1, Math.max(1, sheet.getLastRow()), Math.max(2, sheet.getLastColumn()));
    const cells = range.getDisplayValues();
    const names = cells[0].map(Rows.normalised);
    const setting = Math.max(0, names.indexOf('setting'));
    const value = names.includes('value') ? names.indexOf('value') : 1;
    /** @type {Record<string, number>} */
    const rows = {};
    cells.forEach((line, i) => {
      const name = Rows.normalised(line[setting]);
      rows[name] = rows[name] || i + 1; // of a setting that stands twice the first counts, as for the service
    });
    return { setting, value, rows, values: cells.map((line) => line[value].trim()) };
  },

  /**
   * @param {string} text
   * @return {string} What setValue keeps as that text: one that begins with = would become a formula.
   */
  literal_(text) {
    return /^[=+'-]/.test(text) ? `'${text}` : text;
  },
});
