/**
 * What has come since the last run, told by the spreadsheet alone: new orders in Training_Data, names or plans of
 * Action_Map that customers do not bear yet, and settings that are not in use yet. The service leaves a note of each run in the metadata to compare with.
 *
 * @typedef {{place: number, header: string}} NotedColumn Of Training_Data, from 1.
 *
 * @typedef {Object} RunNote
 * @property {string} at UTC, ISO 8601.
 * @property {number} headerRow
 * @property {number} lastRow The last row of Training_Data that held something.
 * @property {NotedColumn | null} customer
 * @property {NotedColumn | null} order
 * @property {string} [analysisDay] Day that recency was counted to.
 * @property {Record<string, string>} plans Marks of the names and plans that customers bear, by cluster.
 * @property {Record<string, string[]>} [madeWith] Texts that mean what a setting was when the segments were found.
 * @property {Record<string, string[]>} [readWith] The same of the settings that the last run read the orders with.
 *
 * @typedef {{count: number, isAbout: boolean, since: string}} NewOrders
 *
 * @typedef {Object} NewPlan
 * @property {number} cluster
 * @property {string} segment
 * @property {number} customers In Segmented_Customers, who bear another name or plan.
 * @property {number} rows Of New User, which do.
 *
 * @typedef {{setting: string, value: string, needs: 'segments' | 'refresh'}} NewSetting
 */
const News = Object.freeze({
  NOTE: 'ate-run',
  ACTION_MAP: 'Action_Map',
  MAP_COLUMNS: Object.freeze(['Cluster', 'Segment', 'ActionPlan', 'Customers']),

  /** So many new rows are read to tell which of them are orders; more are only counted. */
  LOOKED_AT: 5000,

  /** @return {{orders: NewOrders | null, plans: NewPlan[], settings: NewSetting[], countedTo: string}} */
  all() {
    const note = News.note_();
    return note === null
      ? { orders: null, plans: [], settings: [], countedTo: '' }
      : { orders: News.orders_(note), plans: News.plans(note), settings: News.settings(note), countedTo: note.analysisDay || '' };
  },

  /** @return {RunNote | null} */
  note_() {
    const entries = SpreadsheetApp.getActiveSpreadsheet().getDeveloperMetadata();
    const entry = entries.find((each) => each.getKey() === News.NOTE);
    try {
      const note = entry ? JSON.parse(entry.getValue() || 'null') : null;
      return note !== null && typeof note.plans === 'object' ? note : null;
    } catch {
      return null;
    }
  },

  /**
   * @param {RunNote} note
   * @return {NewOrders | null} Null where none is new, or the columns are others by now.
   */
  orders_(note) {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(DataCheck.TAB);
    const last = sheet === null ? 0 : sheet.getLastRow();
    const rows = last - note.lastRow;
    if (sheet === null || rows < 1 || note.customer === null) {
      return null;
    }
    if (rows > News.LOOKED_AT) {
      return { count: rows, isAbout: true, since: note.at };
    }
    const header = sheet.getRange(note.headerRow, 1, 1, sheet.getLastColumn()).getValues()[0];
    const customers = News.cells_(sheet, header, note.customer, note.lastRow + 1, rows);
    if (customers === null) {
      return null;
    }
    const orders = note.order === null ? null : News.cells_(sheet, header, note.order, note.lastRow + 1, rows);
    const filled = customers.map((cell, i) => (Rows.isEmpty(cell) ? '' : orders === null ? `row ${i}` : String(orders[i]).trim()));
    const count = new Set(filled.filter(Boolean)).size;
    return count > 0 ? { count, isAbout: false, since: note.at } : null;
  },

  /**
   * @param {GoogleAppsScript.Spreadsheet.Sheet} sheet
   * @param {unknown[]} header
   * @param {NotedColumn} noted
   * @param {number} first
   * @param {number} count
   * @return {unknown[] | null} Cells of a column that may have moved; null where it is gone.
   */
  cells_(sheet, header, noted, first, count) {
    const is = (/** @type {unknown} */ cell) => String(cell).trim().slice(0, noted.header.length) === noted.header;
    const place = is(header[noted.place - 1]) ? noted.place : header.findIndex(is) + 1;
    return place < 1 ? null : sheet.getRange(first, place, count, 1).getValues().map((row) => row[0]);
  },

  /**
   * @param {RunNote | null} note
   * @return {NewPlan[]} Segments whose name or plan in Action_Map is not yet that of all their customers.
   */
  plans(note = News.note_()) {
    const named = note === null ? [] : News.map_();
    const rows = named.length > 0 ? News.rows_() : [];
    return named
      .map(({ cluster, segment, plan, customers }) => ({
        cluster,
        segment,
        customers: note !== null && String(cluster) in note.plans && note.plans[cluster] !== News.mark(segment, plan) ? customers : 0,
        rows: rows.filter((row) => row.cluster === cluster && (row.plan !== plan || (row.segment !== null && row.segment !== segment))).length,
      }))
      .filter((each) => each.customers + each.rows > 0);
  },

  /**
   * @param {string} segment
   * @param {string} plan
   * @return {string} As the service marks them.
   */
  mark(segment, plan) {
    return Connect.hash_(`${segment}\u001f${plan}`).slice(0, 12);
  },

  /** @return {{cluster: number, segment: string, plan: string, customers: number}[]} What Action_Map says, where nothing is blank. */
  map_() {
    return News.table_(News.ACTION_MAP, News.MAP_COLUMNS, 200)
      .filter((row) => typeof row.Cluster === 'number')
      .filter((row, i, all) => all.findIndex((each) => each.Cluster === row.Cluster) === i)
      .map((row) => ({
        cluster: row.Cluster,
        segment: String(row.Segment).trim(),
        plan: String(row.ActionPlan).trim(),
        customers: Number(row.Customers) || 0,
      }))
      .filter((row) => row.segment !== '' && row.plan !== '');
  },

  /**
   * @return {{cluster: number, segment: string | null, plan: string}[]} Rows of New User that have a segment; none of a
   *     long tab. The name is null where somebody deleted its column.
   */
  rows_() {
    return News.table_(Rows.TAB, ['Cluster', 'ActionPlan', 'PredictionId'], Sidebar.COUNTED_ROWS, ['Segment'])
      .filter((row) => typeof row.Cluster === 'number' && row.PredictionId !== '')
      .map(({ Cluster, Segment, ActionPlan }) => ({
        cluster: Cluster,
        segment: Segment === undefined ? null : String(Segment).trim(),
        plan: String(ActionPlan).trim(),
      }));
  },

  /**
   * @param {string} title
   * @param {readonly string[]} headers
   * @param {number} most Rows; a longer tab is not read.
   * @param {readonly string[]} [optional] More headers, read where they are there.
   * @return {Record<string, any>[]} Its rows by header; none where one of `headers` is missing.
   */
  table_(title, headers, most, optional = []) {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(title);
    const last = sheet === null ? 0 : sheet.getLastRow();
    if (sheet === null || last < 2 || last > most) {
      return [];
    }
    const [header, ...lines] = sheet.getRange(1, 1, last, sheet.getLastColumn()).getValues();
    const columns = Rows.columns(header, [...headers, ...optional]);
    if (headers.some((name) => !(name in columns))) {
      return [];
    }
    return lines.map((line) => Object.fromEntries(Object.entries(columns).map(([name, place]) => [name, line[place]])));
  },

  /**
   * Says where a name or plan that was just edited in Action_Map holds, and where not yet.
   *
   * @param {GoogleAppsScript.Events.SheetsOnEdit} event
   */
  edited(event) {
    const sheet = event.range.getSheet();
    const header = sheet.getRange(1, 1, 1, sheet.getLastColumn()).getValues()[0];
    const columns = Object.values(Rows.columns(header, ['Segment', 'ActionPlan']));
    const isText = columns.some((place) => event.range.getColumn() <= place + 1 && place + 1 <= event.range.getLastColumn());
    const plans = isText && event.range.getLastRow() > 1 ? News.plans() : [];
    if (plans.length > 0) {
      SpreadsheetApp.getActiveSpreadsheet().toast(News.sentence(plans), About.NAME, Live.NEWS_TOAST_SECONDS);
    }
  },

  /**
   * @param {NewPlan[]} plans At least one.
   * @return {string}
   */
  sentence(plans) {
    const customers = Numbers.whole(plans.reduce((sum, each) => sum + each.customers, 0));
    const rows = Numbers.whole(plans.reduce((sum, each) => sum + each.rows, 0));
    const segments = plans.map((each) => each.segment).join(', ');
    return say(
      '{segments}: new rows get this from now on. {customers} in Segmented_Customers and {rows} in New User still show the text before. Choose Apply names and plans in the menu or the sidebar.',
      { segments, customers, rows },
    );
  },

  /**
   * @param {RunNote | null} note
   * @return {NewSetting[]} Settings that the segments were not found with, then those that the orders were not read with.
   */
  settings(note = News.note_()) {
    if (note === null) {
      return [];
    }
    const typed = DataCheck.settings();
    const changed = (/** @type {Record<string, string[]>} */ used, /** @type {'segments' | 'refresh'} */ needs) =>
      Object.keys(used)
        .map((setting) => ({ setting, value: typed[Rows.normalised(setting)] || '', needs }))
        .filter(({ setting, value }) => !used[setting].includes(value.toLowerCase()));
    return [...changed(note.madeWith || {}, 'segments'), ...changed(note.readWith || {}, 'refresh')];
  },

  /**
   * Says what a setting needs that was just edited, where it is not in use at once.
   *
   * @param {GoogleAppsScript.Events.SheetsOnEdit} event
   */
  settingEdited(event) {
    const { range } = event;
    const names = range.getSheet().getRange(range.getRow(), 1, range.getLastRow() - range.getRow() + 1, range.getSheet().getLastColumn());
    const edited = names.getValues().flat().map(Rows.normalised);
    const settings = News.settings().filter(({ setting }) => edited.includes(Rows.normalised(setting)));
    if (settings.length > 0) {
      SpreadsheetApp.getActiveSpreadsheet().toast(News.needed(settings), About.NAME, Live.NEWS_TOAST_SECONDS);
    }
  },

  /**
   * @param {NewSetting[]} settings At least one.
   * @return {string}
   */
  needed(settings) {
    const told = settings.map(({ setting, value }) => `${setting} = ${value || 'auto'}`).join(', ');
    return settings.some(({ needs }) => needs === 'segments')
      ? say('{settings}: the segments in use were found with another setting. Choose Find new segments in the sidebar.', { settings: told })
      : say('{settings}: this counts from the next run on. Choose Segment customers in the menu.', { settings: told });
  },

  /** @return {Result<any>} Has the service put names and plans wherever customers bear others. */
  apply() {
    return Webhook.call('plans/apply', Sidebar.asker_());
  },
});
