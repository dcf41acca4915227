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
 * @property {{type: string, title: string, detail: string, hint: string} | null} problem
 *
 * @typedef {Object} Pulse What costs the service nothing to tell.
 * @property {boolean} isConnected
 * @property {LiveState} live
 * @property {RefreshState} refresh
 * @property {{at: number, title: string, text: string, retryAfterSeconds: number} | null} pending
 * @property {Operation | null} operation
 * @property {RowCounts | null} rows Rows of New User by state; null where the tab is too long to look.
 * @property {number} orders Rows of Training_Data below its headers.
 * @property {{orders: NewOrders | null, plans: NewPlan[], settings: NewSetting[], countedTo: string}} news What came since the
 *     last run, and the day that recency was counted to; "" where none is known.
 * @property {string} address The spreadsheet's.
 * @property {Prediction[]} predictions The newest.
 * @property {RunningTest[]} tests Lines of Tests, the newest first.
 * @property {string[]} reports Tabs with more to look at, of those that are there.
 * @property {string} locale The spreadsheet's, as Google writes it: de_DE.
 * @property {string} timeZone The spreadsheet's.
 * @property {string} currency Code or sign of the orders' currency, chosen or found; "" where it is not known.
 *
 * @typedef {{waiting: number, incomplete: number, invalid: number}} RowCounts Rows that are filled and not classified,
 *     that lack an input, and that have a note on one.
 *
 * @typedef {{name: string, end: string, status: string, verdict: string}} RunningTest
 *
 * @typedef {{customer: string, cluster: number | null, segment: string, at: string}} Prediction
 */
const Sidebar = Object.freeze({
  OPERATION: 'ate-operation',
  LOG_TAB: 'Prediction_Log',

  /** Columns of the log that are shown. */
  LOGGED: Object.freeze(['PredictionId', 'PredictedAt', 'CustomerID', 'Cluster', 'Segment']),
  PREDICTIONS: 10,

  TESTS_TAB: 'Tests',

  /** Columns of the tests that are shown, and how many lines. */
  TESTED: Object.freeze(['Test', 'End', 'Status', 'Verdict']),
  TESTS: 10,

  /** Tabs of the service that the sidebar leads to. */
  REPORTS: Object.freeze(['Dashboard', 'Data_Quality', 'Settings']),

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
      looked: (id) => DataCheck.looked(String(id)),
      choose: (choices) => DataCheck.choose(choices),
      answer: (answer) => DataCheck.answer(answer),
      tests: (plan) => Webhook.call('tests', plan ? { plan, ...Sidebar.asker_() } : {}),
      startTest: (asked) => Webhook.call('tests/start', { ...asked, ...Sidebar.asker_() }),
      readTest: (name) => Webhook.call('tests/read', { name: String(name), ...Sidebar.asker_() }),
      chooseRefresh: (every) => Refresh.choose(every),
      takeOver: () => Triggers.install({ force: true }),
      applyPlans: () => News.apply(),
      fillKnown: () => Fill.known('sidebar'),
      openSetUp: () => Sidebar.done_(() => Setup.open()),
      openSidebar: () => Sidebar.done_(() => Sidebar.open('')),
      openFirst: () => Sidebar.done_(() => Sidebar.openFirst_()),
      fillSample: () => Sample.fill(),
      audience: (asked) => Audience.ask(asked),
      goTo: (place) => Audience.goTo(place),
      openAudience: () => Sidebar.done_(() => Audience.open()),
      showTab: (title) => Sidebar.showTab(String(title)),
      share: () => Setup.share(),
      connect: () => Setup.connect(),
      tabs: (made) => Setup.tabs(made),
      triggers: () => Setup.triggers(),
      zone: () => Setup.zone(),
      chooseZone: (zone) => Setup.chooseZone(String(zone)),
    };
  },

  /**
   * Opens the sidebar.
   *
   * @param {'' | 'segment' | 'check' | 'first' | 'test'} start What it does first.
   */
  open(start) {
    const page = Pages.template('sidebar_page');
    page.start = start;
    SpreadsheetApp.getUi().showSidebar(page.evaluate().setTitle(About.NAME));
  },

  /** Opens the sidebar beside the tab that orders are pasted into, after the first set-up. */
  openFirst_() {
    Sidebar.showTab(DataCheck.TAB);
    Sidebar.open('first');
  },

  /**
   * @param {string} name
   * @return {string} The content of an HTML file, for a page that is put together from several.
   */
  include(name) {
    return Pages.part(name);
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
      return Problems.failed('unknown-call', say('Not known'), say('Pages cannot call {name}.', { name: String(name) }), '');
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
      refresh: Refresh.state(),
      pending: Store.read(Store.PENDING),
      operation: Sidebar.operation_(),
      rows: Sidebar.rows_(),
      orders: Sidebar.orders_(),
      news: News.all(),
      address: spreadsheet.getUrl(),
      predictions: Sidebar.predictions_(),
      tests: Sidebar.tests_(),
      reports: Sidebar.REPORTS.filter((title) => spreadsheet.getSheetByName(title) !== null),
      locale: spreadsheet.getSpreadsheetLocale(),
      timeZone: spreadsheet.getSpreadsheetTimeZone(),
      currency: DataCheck.currency(),
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

  /** @return {{identityToken?: string}} Who asks: for the log, and for sources that are not open to all. */
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
        say('No customer is selected'),
        say('Select a row with a customer in the tab {first} or {second}.', { first: Sidebar.EXPLAINED[0], second: Sidebar.EXPLAINED[1] }),
        say('Then press the button again.'),
      );
    }
    const answer = Webhook.call('explain', { row, tab });
    if (!answer.ok && answer.problem.kind === 'http-404') {
      return Problems.failed(
        'cannot-explain',
        say('Not with this service'),
        say('This version of the service cannot explain segments yet.'),
        say('Segments and labels work as ever; ask whoever runs the service to update it.'),
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
      return Problems.failed('no-tab', say('No such tab'), say('There is no tab {tab}.', { tab: title }), say('Choose Set up… in the menu.'));
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

  /** @return {number} */
  orders_() {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(DataCheck.TAB);
    return sheet === null ? 0 : Math.max(0, sheet.getLastRow() - 1);
  },

  /** @return {RowCounts | null} */
  rows_() {
    const none = { waiting: 0, incomplete: 0, invalid: 0 };
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(Rows.TAB);
    const last = sheet === null ? 0 : sheet.getLastRow();
    const layout = sheet !== null && last > 1 ? Rows.layout(sheet) : null;
    if (sheet === null || layout === null || layout.missing.length > 0) {
      return none;
    }
    return last > Sidebar.COUNTED_ROWS ? null : Rows.counted(Rows.read(sheet, layout, { first: 2, last }));
  },

  /** @return {RunningTest[]} The first lines of the tests: the newest stand on top; none where a column is missing. */
  tests_() {
    return Sidebar.lines_(Sidebar.TESTS_TAB, Sidebar.TESTED, Sidebar.TESTS)
      .filter((line) => line.Test !== '')
      .map((line) => ({ name: line.Test, end: line.End, status: line.Status, verdict: line.Verdict }));
  },

  /**
   * @param {string} title
   * @param {readonly string[]} headers
   * @param {number} most
   * @return {Record<string, string>[]} The first lines of a tab as it shows them, by header.
   */
  lines_(title, headers, most) {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(title);
    const count = sheet === null ? 0 : Math.min(most, sheet.getLastRow() - 1);
    if (sheet === null || count < 1) {
      return [];
    }
    const [header, ...lines] = sheet.getRange(1, 1, count + 1, sheet.getLastColumn()).getDisplayValues();
    const columns = Rows.columns(header, headers);
    if (headers.some((name) => !(name in columns))) {
      return [];
    }
    return lines.map((line) => Object.fromEntries(headers.map((name) => [name, line[columns[name]]])));
  },

  /** @return {Prediction[]} The first lines of the log: the newest stand on top; none where a column is missing. */
  predictions_() {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(Sidebar.LOG_TAB);
    const count = sheet === null ? 0 : Math.min(Sidebar.PREDICTIONS, sheet.getLastRow() - 1);
    if (sheet === null || count < 1) {
      return [];
    }
    const [header, ...lines] = sheet.getRange(1, 1, count + 1, sheet.getLastColumn()).getDisplayValues();
    const columns = Rows.columns(header, Sidebar.LOGGED);
    if (Sidebar.LOGGED.some((name) => !(name in columns))) {
      return [];
    }
    return lines
      .filter((line) => line[columns.PredictionId] !== '')
      .map((line) => ({
        at: line[columns.PredictedAt],
        customer: line[columns.CustomerID],
        cluster: /^\d+$/.test(line[columns.Cluster]) ? Number(line[columns.Cluster]) : null,
        segment: line[columns.Segment],
      }));
  },
});
