/**
 * "Check my data": what the columns of `Training_Data` were recognised as, and the marketer's own choice.
 *
 * @typedef {Object} Choice
 * @property {string} role The service's name of it: customer_id, order_date…
 * @property {string} header A header of `Training_Data`, "auto", or "none".
 *
 * @typedef {Object} Answered
 * @property {string} setting The row of `Settings` that answers a question about the file.
 * @property {string} value What it is answered with.
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
    status: 'StatusColumn',
    currency: 'CurrencyColumn',
  }),

  /** Longest answer to a question that is written. */
  LONGEST_ANSWER: 2000,

  /** Rows among which the headers are looked for where the service could not tell which they are. */
  TOP_ROWS: 10,

  /** Rows that samples are taken from, and how many are shown of a column. */
  SAMPLED_ROWS: 50,
  SAMPLES: 3,

  /**
   * @return {Result<any>} What the service found, or its problem; the headers to choose from; what `Settings` says by
   *     role. Of a source, see `ofSource_`.
   */
  inspect() {
    const answer = Webhook.call('inspect', Sidebar.asker_());
    const source = DataCheck.source_();
    if (answer.ok && answer.value.operation) {
      return DataCheck.ofSource_(answer.value, source);
    }
    if (!answer.ok && (answer.problem.status !== 422 || source !== '')) {
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
   * Asks what became of a look at a source.
   *
   * @param {string} id Of the operation.
   * @return {Result<any>} See `ofSource_`.
   */
  looked(id) {
    const answer = Webhook.call('operations', { operationId: id });
    return answer.ok ? DataCheck.ofSource_(answer.value, DataCheck.source_()) : answer;
  },

  /**
   * @param {any} answer Of a long call.
   * @param {string} source
   * @return {Result<any>} The source with its operation while that runs; then with what was found, or a sentence about
   *     it where another instance of the service has the rest.
   */
  ofSource_({ operation, inspected }, source) {
    if (operation && operation.state === 'running') {
      return { ok: true, value: { source, running: operation.id } };
    }
    if (!operation || operation.state !== 'done') {
      const { type, title, detail, hint } = (operation && operation.problem) || {};
      const text = detail || (operation && operation.message) || '';
      return Problems.failed(type || 'lost', title || say('The work was interrupted'), text, hint || '');
    }
    const found = inspected ? { ...inspected, source } : null;
    return { ok: true, value: { source, found, problem: null, headers: [], chosen: {}, told: operation.message } };
  },

  /** @return {string} The source that `Settings` names, "" for `Training_Data`. */
  source_() {
    const { source } = DataCheck.settings();
    return !source || source.toLowerCase() === 'auto' ? '' : source;
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
    const named = choices.filter(({ role }) => DataCheck.SETTINGS[role] !== undefined);
    return DataCheck.write_(named.map(({ role, header }) => ({ setting: DataCheck.SETTINGS[role], value: header })));
  },

  /**
   * Writes the answer to a question into `Settings` and looks again.
   *
   * @param {Answered} answer
   * @return {Result<any>}
   */
  answer({ setting, value }) {
    if (!/^[A-Za-z]{1,40}$/.test(setting) || String(value).length > DataCheck.LONGEST_ANSWER) {
      return Problems.failed('unknown-call', say('Not known'), say('This is no answer that Settings takes.'), '');
    }
    return DataCheck.write_([{ setting, value }]);
  },

  /**
   * @param {Answered[]} rows Of `Settings`.
   * @return {Result<any>} What is found with them.
   */
  write_(rows) {
    const kept = DataCheck.keep(rows);
    return kept.ok ? DataCheck.inspect() : kept;
  },

  /**
   * Writes choices into `Settings`.
   *
   * @param {Answered[]} rows
   * @return {Result<null>}
   */
  keep(rows) {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(DataCheck.SETTINGS_TAB);
    if (sheet === null) {
      return Problems.failed(
        'no-settings',
        say('Settings is missing'),
        say('The tab {tab} is missing.', { tab: DataCheck.SETTINGS_TAB }),
        say('Choose Set up… in the menu: it makes missing tabs.'),
      );
    }
    const places = DataCheck.places_(sheet);
    for (const { setting, value } of rows) {
      const row = places.rows[Rows.normalised(setting)] || sheet.getLastRow() + 1;
      sheet.getRange(row, places.setting + 1).setValue(setting);
      sheet.getRange(row, places.value + 1).setValue(DataCheck.literal_(String(value)));
    }
    SpreadsheetApp.flush();
    return { ok: true, value: null };
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

  /** @return {Record<string, string>} What stands beside each setting, by its normalised name; a found currency is none. */
  settings() {
    const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
    const sheet = spreadsheet.getSheetByName(DataCheck.SETTINGS_TAB);
    const places = sheet === null ? null : DataCheck.places_(sheet);
    if (sheet === null || places === null) {
      return {};
    }
    const cells = sheet.getRange(1, places.value + 1, places.values.length, 1).getValues();
    const zone = spreadsheet.getSpreadsheetTimeZone();
    const text = (/** @type {any} */ cell) =>
      cell instanceof Date ? Utilities.formatDate(cell, zone, 'yyyy-MM-dd') : String(cell).trim();
    return Object.fromEntries(
      Object.entries(places.rows).map(([name, row]) => [name, text(cells[row - 1][0]).replace(/^.*\(found\)$/, '')]),
    );
  },

  /** @return {string} The orders' currency as Settings has it, chosen or found; "" where none is known. */
  currency() {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(DataCheck.SETTINGS_TAB);
    const places = sheet === null ? null : DataCheck.places_(sheet);
    const row = places === null ? undefined : places.rows.currency;
    const text = places === null || row === undefined ? '' : places.values[row - 1].replace(/\(found\)$/, '').trim();
    return ['auto', 'any'].includes(text.toLowerCase()) || text.length > 4 ? '' : text;
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
