/**
 * The sidebar's and the dialog's side of the script: what they may call, and what they show of the spreadsheet.
 *
 * @typedef {Object} Operation The record of a long call, which the service keeps in the spreadsheet's metadata.
 * @property {string} id
 * @property {'segment' | 'retrain' | string} call
 * @property {'running' | 'done' | 'failed' | 'lost'} state
 * @property {string} stage
 * @property {number} fraction
 * @property {string} startedAt
 * @property {string} heartbeatAt
 * @property {string} message
 * @property {{title: string, detail: string, hint: string} | null} problem
 *
 * @typedef {Object} Pulse What costs the service nothing to tell.
 * @property {boolean} isConnected
 * @property {LiveState} live
 * @property {{at: number, title: string, text: string, retryAfterSeconds: number} | null} pending
 * @property {Operation | null} operation
 * @property {number | null} waiting Rows that are filled and not classified; null where the tab is too long to look.
 * @property {Prediction[]} predictions The newest.
 * @property {string[]} reports Tabs with more to look at, of those that are there.
 * @property {string} locale The spreadsheet's, as Google writes it: de_DE.
 * @property {string} timeZone The spreadsheet's.
 *
 * @typedef {{customer: string, cluster: number | null, segment: string, at: string}} Prediction
 */
const Sidebar = Object.freeze({
  TITLE: 'Audience Targeting',
  OPERATION: 'ate-operation',
  LOG_TAB: 'Prediction_Log',
  PREDICTIONS: 10,

  /** Tabs of the service that the sidebar leads to. */
  REPORTS: Object.freeze(['Dashboard', 'Data_Quality']),

  /** Tabs whose rows can be explained. */
  EXPLAINED: Object.freeze(['New User', 'Segmented_Customers']),

  /** Rows of `New User` that are counted by looking; beyond, the service counts. */
  COUNTED_ROWS: 5000,

  /**
   * What pages may call, each with one argument. Everything else is refused, whatever they ask for.
   *
   * @return {Record<string, (argument: any) => Result<any>>}
   */
  table_() {
    return {
      pulse: () => ({ ok: true, value: Sidebar.pulse() }),
      status: () => Webhook.call('status'),
      score: (isAsked) => Sidebar.score_(isAsked === true),
      segment: () => Webhook.call('segment', Sidebar.asker_()),
      retrain: () => Webhook.call('retrain', Sidebar.asker_()),
      useModel: (version) => Webhook.call('models/use', { version: Number(version), ...Sidebar.asker_() }),
      operation: (id) => Webhook.call('operations', { operationId: String(id) }),
      explain: () => Sidebar.explain_(),
      inspect: () => DataCheck.inspect(),
      choose: (choices) => DataCheck.choose(choices),
      takeOver: () => Triggers.install({ force: true }),
      openSetUp: () => Sidebar.done_(() => Setup.open()),
      openSidebar: () => Sidebar.done_(() => Sidebar.open('')),
      showTab: (title) => Sidebar.showTab(String(title)),
      share: () => Setup.share(),
      connect: () => Setup.connect(),
      tabs: (made) => Setup.tabs(made),
      triggers: () => Setup.triggers(),
    };
  },

  /**
   * Opens the sidebar.
   *
   * @param {'' | 'segment' | 'check'} start What it does first.
   */
  open(start) {
    const page = HtmlService.createTemplateFromFile('sidebar_page');
    page.start = start;
    SpreadsheetApp.getUi().showSidebar(page.evaluate().setTitle(Sidebar.TITLE));
  },

  /**
   * @param {string} name
   * @return {string} The content of an HTML file, for a page that is put together from several.
   */
  include(name) {
    return HtmlService.createHtmlOutputFromFile(name).getContent();
  },

  /**
   * Does what a page asks for. Nothing is thrown across: an exception would reach the page without its parts.
   *
   * @param {string} name
   * @param {unknown} argument
   * @return {Result<any>}
   */
  call(name, argument) {
    const table = Sidebar.table_();
    if (!Object.prototype.hasOwnProperty.call(table, name)) {
      return Problems.failed('unknown-call', 'Not known', `Pages cannot call ${String(name)}.`, '');
    }
    try {
      // A Date or an undefined anywhere in the answer would make google.script.run fail; JSON has neither.
      return JSON.parse(JSON.stringify(table[name](argument)));
    } catch (error) {
      console.error(error);
      return { ok: false, problem: Problems.unforeseen(error) };
    }
  },

  /** @return {Pulse} */
  pulse() {
    const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
    return {
      isConnected: Connect.key().ok,
      live: Triggers.state(),
      pending: Store.read(Store.PENDING),
      operation: Sidebar.operation_(),
      waiting: Sidebar.waiting_(),
      predictions: Sidebar.predictions_(),
      reports: Sidebar.REPORTS.filter((title) => spreadsheet.getSheetByName(title) !== null),
      locale: spreadsheet.getSpreadsheetLocale(),
      timeZone: spreadsheet.getSpreadsheetTimeZone(),
    };
  },

  /**
   * @param {boolean} isAsked Whether somebody pressed the button; the open sidebar also tries by itself.
   * @return {Result<any>}
   */
  score_(isAsked) {
    const answer = Webhook.call('score', { trigger: 'sidebar', ...(isAsked ? Sidebar.asker_() : {}) });
    Live.record(answer);
    return answer;
  },

  /** @return {{identityToken?: string}} Who asks, for the log. */
  asker_() {
    const identityToken = ScriptApp.getIdentityToken();
    return identityToken ? { identityToken } : {};
  },

  /** @return {Result<any>} */
  explain_() {
    const sheet = SpreadsheetApp.getActiveSheet();
    const selected = sheet.getActiveRange();
    const row = selected === null ? 0 : selected.getRow();
    const tab = sheet.getName();
    if (!Sidebar.EXPLAINED.includes(tab) || row < 2 || row > sheet.getLastRow()) {
      return Problems.failed(
        'no-row',
        'No customer is selected',
        `Select a row with a customer in the tab ${Sidebar.EXPLAINED.join(' or ')}.`,
        'Then press the button again.',
      );
    }
    const answer = Webhook.call('explain', { row, tab });
    if (!answer.ok && answer.problem.kind === 'http-404') {
      return Problems.failed(
        'cannot-explain',
        'Not with this service',
        'This version of the service cannot explain segments yet.',
        'Segments and scoring work as ever; ask whoever runs the service to update it.',
      );
    }
    return answer;
  },

  /**
   * @param {string} title
   * @return {Result<null>}
   */
  showTab(title) {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(title);
    if (sheet === null) {
      return Problems.failed('no-tab', 'No such tab', `There is no tab ${title}.`, 'Choose Set up… in the menu.');
    }
    sheet.activate();
    return { ok: true, value: null };
  },

  /**
   * @param {() => void} act
   * @return {Result<null>}
   */
  done_(act) {
    act();
    return { ok: true, value: null };
  },

  /** @return {Operation | null} */
  operation_() {
    const entries = SpreadsheetApp.getActiveSpreadsheet().getDeveloperMetadata();
    const entry = entries.find((each) => each.getKey() === Sidebar.OPERATION);
    try {
      return entry ? JSON.parse(entry.getValue() || 'null') : null;
    } catch {
      return null;
    }
  },

  /** @return {number | null} */
  waiting_() {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(Rows.TAB);
    if (sheet === null) {
      return 0;
    }
    const last = sheet.getLastRow();
    const layout = last > 1 ? Rows.layout(sheet) : null;
    if (layout === null || layout.missing.length > 0) {
      return 0;
    }
    return last > Sidebar.COUNTED_ROWS
      ? null
      : Rows.read(sheet, layout, { first: 2, last }).filter(Rows.isWaiting).length;
  },

  /** @return {Prediction[]} The first lines of the log: the newest stand on top. */
  predictions_() {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(Sidebar.LOG_TAB);
    const count = sheet === null ? 0 : Math.min(Sidebar.PREDICTIONS, sheet.getLastRow() - 1);
    if (sheet === null || count < 1) {
      return [];
    }
    const lines = sheet.getRange(2, 1, count, 8).getDisplayValues();
    return lines
      .filter((line) => line[0] !== '')
      .map((line) => ({
        at: line[1],
        customer: line[2],
        cluster: /^\d+$/.test(line[6]) ? Number(line[6]) : null,
        segment: line[7],
      }));
  },
});
