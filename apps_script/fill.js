/** Filling in the figures of known customers whose id was typed into `New User`; they are the marketer's own entries. */
const Fill = Object.freeze({
  FIGURES: Object.freeze(['Recency', 'Frequency', 'MonetaryValue']),

  /** So many rows at once: each of their cells is a call of Google's. */
  AT_MOST: 100,

  /**
   * Fills in the selected rows of New User that hold an id and no figure; where none of them does, all such rows.
   *
   * @param {'menu' | 'sidebar'} trigger
   * @return {Result<{message: string, filled: number}>}
   */
  known(trigger) {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(Rows.TAB);
    const layout = sheet === null ? null : Rows.layout(sheet);
    if (sheet === null || layout === null || layout.missing.length > 0) {
      const headers = layout === null ? Rows.TAB : layout.missing.join(', ');
      return Problems.failed('layout', say('A column is missing'), say('Put the header {headers} back into row 1.', { headers }), '');
    }
    const rows = Fill.rows_(sheet, layout).slice(0, Fill.AT_MOST);
    if (rows.length === 0) {
      return Problems.failed(
        'nothing-to-fill',
        say('No row to fill in'),
        say('Type a customer’s id into {tab}, and leave Recency, Frequency and MonetaryValue empty.', { tab: Rows.TAB }),
        say('Then choose this again.'),
      );
    }
    const answer = Webhook.call('fill', { customerIds: [...new Set(rows.map((each) => each.id))] });
    if (!answer.ok) {
      return answer;
    }
    const filled = Fill.write_(sheet, layout, rows, answer.value.customers);
    if (filled.length === 0) {
      return { ok: true, value: { message: answer.value.message, filled: 0 } };
    }
    SpreadsheetApp.flush();
    const scored = Webhook.call('score', { rows: filled, trigger, ...Sidebar.asker_() });
    Live.record(scored);
    const message = scored.ok ? `${answer.value.message} ${scored.value.message}` : answer.value.message;
    return { ok: true, value: { message, filled: filled.length } };
  },

  /**
   * @param {GoogleAppsScript.Spreadsheet.Sheet} sheet
   * @param {Layout} layout
   * @return {{row: number, id: string}[]} Rows with an id and no figure: the selected ones, else all.
   */
  rows_(sheet, layout) {
    const last = sheet.getLastRow();
    if (last < 2) {
      return [];
    }
    const selected = Fill.selected_(last);
    const chosen = selected === null ? [] : Fill.within_(sheet, layout, selected);
    return chosen.length > 0 ? chosen : Fill.within_(sheet, layout, { first: 2, last });
  },

  /**
   * @param {GoogleAppsScript.Spreadsheet.Sheet} sheet
   * @param {Layout} layout
   * @param {Block} block
   * @return {{row: number, id: string}[]} Its rows with an id and no figure.
   */
  within_(sheet, layout, block) {
    return Rows.read(sheet, layout, block)
      .filter(({ seen }) => !Rows.isEmpty(seen.CustomerID) && Fill.FIGURES.every((name) => Rows.isEmpty(seen[name])))
      .map(({ row, seen }) => ({ row, id: String(seen.CustomerID).trim() }))
      .filter(({ id }) => id !== '' && id.length <= 200);
  },

  /**
   * @param {number} last Row with something in it.
   * @return {Block | null} What is selected in New User, where that is more than a place below all rows.
   */
  selected_(last) {
    const sheet = SpreadsheetApp.getActiveSheet();
    const range = sheet.getName() === Rows.TAB ? sheet.getActiveRange() : null;
    if (range === null) {
      return null;
    }
    const first = Math.max(2, range.getRow());
    const end = Math.min(range.getLastRow(), last);
    return first <= end ? { first, last: end } : null;
  },

  /**
   * Writes figures beside ids that still stand where they were read.
   *
   * @param {GoogleAppsScript.Spreadsheet.Sheet} sheet
   * @param {Layout} layout
   * @param {{row: number, id: string}[]} rows
   * @param {{customerId: string, recency: number, frequency: number, monetaryValue: number}[]} customers
   * @return {Record<string, Seen>[]} The rows that were filled, as `score` takes them.
   */
  write_(sheet, layout, rows, customers) {
    const known = new Map(customers.map((each) => [each.customerId, each]));
    return rows.flatMap(({ row, id }) => {
      const found = known.get(id);
      const cell = sheet.getRange(row, layout.columns.CustomerID + 1).getValues()[0][0];
      if (found === undefined || String(cell).trim() !== id) {
        return [];
      }
      const figures = { Recency: found.recency, Frequency: found.frequency, MonetaryValue: found.monetaryValue };
      for (const [name, value] of Object.entries(figures)) {
        sheet.getRange(row, layout.columns[name] + 1).setValue(value);
      }
      return [{ row, CustomerID: Rows.seen(cell), ...figures }];
    });
  },
});
