/**
 * The rows of `New User` as the add-on sees them. It knows filled or not; the service alone judges what is typed.
 *
 * @typedef {Object} Block Sheet rows, from 1, both included.
 * @property {number} first
 * @property {number} last
 *
 * @typedef {Object} Layout
 * @property {Record<string, number>} columns Position from 0 of each header that is there.
 * @property {string[]} missing Input headers that are not.
 *
 * @typedef {string | number | boolean | null} Seen A cell's value as a hint; null where it is none.
 *
 * @typedef {Object} UserRow
 * @property {number} row Sheet row, from 1.
 * @property {Record<string, Seen>} seen Inputs by header.
 * @property {boolean} isFilled Whether all four inputs hold something.
 * @property {boolean} isClassified
 * @property {boolean} hasOutputs Whether any output cell holds something.
 * @property {boolean} hasNote Whether the service left a note on an input: it was judged already.
 */
const Rows = Object.freeze({
  TAB: 'New User',
  INPUTS: Object.freeze(['CustomerID', 'Recency', 'Frequency', 'MonetaryValue']),
  OUTPUTS: Object.freeze(['Cluster', 'ActionPlan', 'PredictedAt', 'PredictionId']),

  /** Notes of the service begin so. */
  NOTE_PREFIX: '⚠ Audience Targeting: ',

  /** What the service takes in one request. */
  AT_MOST: 1500,

  /** How far from an edit waiting rows are looked for. */
  REACH: 200,
  LONGEST_HINT: 300,

  /**
   * @param {GoogleAppsScript.Spreadsheet.Sheet} sheet
   * @return {Layout}
   */
  layout(sheet) {
    const width = sheet.getLastColumn();
    const header = width > 0 ? sheet.getRange(1, 1, 1, width).getValues()[0] : [];
    const columns = Rows.columns(header, [...Rows.INPUTS, ...Rows.OUTPUTS]);
    return { columns, missing: Rows.INPUTS.filter((name) => !(name in columns)) };
  },

  /**
   * @param {unknown[]} header Cells of row 1.
   * @param {readonly string[]} names
   * @return {Record<string, number>} Position from 0 of each header that is there.
   */
  columns(header, names) {
    const present = header.map((cell) => Rows.normalised(cell));
    /** @type {Record<string, number>} */
    const columns = {};
    for (const name of names) {
      const place = present.indexOf(Rows.normalised(name));
      if (place >= 0) {
        columns[name] = place;
      }
    }
    return columns;
  },

  /**
   * @param {unknown} header
   * @return {string} The header as the service compares it: letters and digits alone, in lower case.
   */
  normalised(header) {
    return String(header)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, '');
  },

  /**
   * @param {GoogleAppsScript.Spreadsheet.Sheet} sheet
   * @param {GoogleAppsScript.Spreadsheet.Range} range What was edited: at times a whole column.
   * @return {Block | null} The rows with data whose inputs it touches; null where it touches none.
   */
  touched(sheet, range) {
    const first = Math.max(2, range.getRow());
    const last = Math.min(range.getLastRow(), sheet.getLastRow());
    if (last < first) {
      return null;
    }
    const { columns } = Rows.layout(sheet);
    const touches = Rows.INPUTS.some(
      (name) => range.getColumn() <= columns[name] + 1 && columns[name] + 1 <= range.getLastColumn(),
    );
    return touches ? { first, last } : null;
  },

  /**
   * @param {GoogleAppsScript.Spreadsheet.Sheet} sheet
   * @param {Layout} layout One that misses no input.
   * @param {Block} block
   * @return {UserRow[]}
   */
  read(sheet, layout, block) {
    const places = Object.values(layout.columns);
    const left = Math.min(...places);
    const width = Math.max(...places) - left + 1;
    const range = sheet.getRange(block.first, left + 1, block.last - block.first + 1, width);
    const notes = range.getNotes();
    return range.getValues().map((cells, i) => {
      const at = (/** @type {string} */ name) => cells[layout.columns[name] - left];
      const isThere = (/** @type {string} */ name) => name in layout.columns && !Rows.isEmpty(at(name));
      const outputs = Rows.OUTPUTS.filter(isThere);
      return {
        row: block.first + i,
        seen: Object.fromEntries(Rows.INPUTS.map((name) => [name, Rows.seen(at(name))])),
        isFilled: Rows.INPUTS.every(isThere),
        isClassified: outputs.includes('Cluster') && outputs.includes('PredictionId'),
        hasOutputs: outputs.length > 0,
        hasNote: Rows.INPUTS.some((name) =>
          notes[i][layout.columns[name] - left].startsWith(Rows.NOTE_PREFIX),
        ),
      };
    });
  },

  /**
   * Chooses what to ask the service about after edits: of the touched rows all that hold something to do, of their
   * neighbours those that wait.
   *
   * @param {GoogleAppsScript.Spreadsheet.Sheet} sheet
   * @param {Layout} layout
   * @param {Block[]} blocks
   * @return {UserRow[] | null} Null where they are more than one request takes.
   */
  concerned(sheet, layout, blocks) {
    if (blocks.reduce((sum, block) => sum + block.last - block.first + 1, 0) > Rows.AT_MOST) {
      return null;
    }
    const lastRow = sheet.getLastRow();
    const windows = Rows.merged(
      blocks.map((block) => ({
        first: Math.max(2, block.first - Rows.REACH),
        last: Math.min(block.last + Rows.REACH, lastRow),
      })),
    );
    const rows = windows.flatMap((window) => Rows.read(sheet, layout, window));
    const isTouched = (/** @type {UserRow} */ each) =>
      blocks.some((block) => block.first <= each.row && each.row <= block.last);
    const touched = rows.filter(
      (each) => isTouched(each) && (each.isFilled || each.hasOutputs || each.hasNote),
    );
    const waiting = rows.filter((each) => !isTouched(each) && Rows.isWaiting(each));
    return [...touched, ...waiting.slice(0, Rows.AT_MOST - touched.length)];
  },

  /**
   * @param {UserRow} row
   * @return {boolean}
   */
  isWaiting(row) {
    return row.isFilled && !row.isClassified && !row.hasNote;
  },

  /**
   * @param {UserRow[]} rows
   * @return {RowCounts} The rows by state, as the service counts them.
   */
  counted(rows) {
    const isStarted = (/** @type {UserRow} */ { seen, isFilled }) =>
      !isFilled && Rows.INPUTS.some((name) => !Rows.isEmpty(seen[name]));
    return {
      waiting: rows.filter(Rows.isWaiting).length,
      incomplete: rows.filter(isStarted).length,
      invalid: rows.filter((each) => each.hasNote).length,
    };
  },

  /**
   * @param {Block[]} blocks
   * @return {Block[]} The same rows, none twice, in order; a block whose end is before its beginning is dropped.
   */
  merged(blocks) {
    /** @type {Block[]} */
    const merged = [];
    for (const block of [...blocks].sort((a, b) => a.first - b.first)) {
      const before = merged[merged.length - 1];
      if (before && block.first <= before.last + 1) {
        before.last = Math.max(before.last, block.last);
      } else if (block.first <= block.last) {
        merged.push({ ...block });
      }
    }
    return merged;
  },

  /**
   * @param {unknown} cell
   * @return {boolean} Whether nothing stands in it; blanks alone are nothing.
   */
  isEmpty(cell) {
    return cell === null || cell === undefined || (typeof cell === 'string' && cell.trim() === '');
  },

  /**
   * Turns a cell into a hint. The service reads the row itself and compares; a value that JSON could carry
   * differently (a date, a number beyond 2^53, half a surrogate pair) is left to it.
   *
   * @param {unknown} cell
   * @return {Seen}
   */
  seen(cell) {
    if (typeof cell === 'number') {
      return Math.abs(cell) <= Number.MAX_SAFE_INTEGER ? cell : null;
    }
    if (typeof cell === 'string') {
      return cell.length <= Rows.LONGEST_HINT && !/\p{Cs}/u.test(cell) ? cell : null;
    }
    return typeof cell === 'boolean' ? cell : null;
  },
});
