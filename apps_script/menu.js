/**
 * The entry points: the only functions that Google, the menu and the pages call by name. What the menu opens before
 * anybody has consented may call no other service, so nothing here works before it is called.
 */

/** @param {GoogleAppsScript.Events.AppsScriptEvent} event */
function onInstall(event) {
  onOpen(event);
}

/**
 * Adds the menu; in every authorization mode, so nothing is read here.
 *
 * @param {GoogleAppsScript.Events.AppsScriptEvent} _event
 */
function onOpen(_event) {
  Menu.add();
}

/** @param {GoogleAppsScript.Events.SheetsOnEdit} event */
function handleEdit(event) {
  Live.edit(event);
}

/** @param {GoogleAppsScript.Events.TimeDriven} event */
function handleSweep(event) {
  Live.sweep(event);
}

function menuSegment() {
  Sidebar.open('segment');
}

function menuScoreWaiting() {
  Menu.scoreWaiting();
}

function menuScoreAgain() {
  Menu.scoreAgain();
}

function menuCheckData() {
  Sidebar.open('check');
}

function menuOpenSidebar() {
  Sidebar.open('');
}

function menuOpenDashboard() {
  Menu.show('Dashboard');
}

function menuForget() {
  Forget.ask();
}

function menuSetUp() {
  Setup.open();
}

function menuAbout() {
  About.show();
}

/**
 * What the sidebar and the set-up dialog call; see `Sidebar.table_`.
 *
 * @param {string} name
 * @param {unknown} argument
 * @return {Result<any>}
 */
function callFromPage(name, argument) {
  return Sidebar.call(name, argument);
}

const Menu = Object.freeze({
  /** A published add-on has its menu under Extensions; the menu of a bound script stands beside Help. */
  add() {
    const ui = SpreadsheetApp.getUi();
    const menu = Config.IS_ADD_ON ? ui.createAddonMenu() : ui.createMenu(About.NAME);
    menu
      .addItem('Segment customers', 'menuSegment')
      .addItem('Score waiting rows', 'menuScoreWaiting')
      .addItem('Score selected rows again', 'menuScoreAgain')
      .addSeparator()
      .addItem('Check my data', 'menuCheckData')
      .addItem('Open sidebar', 'menuOpenSidebar')
      .addItem('Open dashboard', 'menuOpenDashboard')
      .addItem('Forget a customer…', 'menuForget')
      .addSeparator()
      .addItem('Set up…', 'menuSetUp')
      .addItem('About', 'menuAbout')
      .addToUi();
  },

  scoreWaiting() {
    Menu.score_({});
  },

  /** Scores the selected rows even if they are classified: a retrain leaves them as they are. */
  scoreAgain() {
    const sheet = SpreadsheetApp.getActiveSheet();
    const selected = sheet.getActiveRangeList();
    if (sheet.getName() !== Rows.TAB || selected === null) {
      Menu.tell_(`Select rows in the tab ${Rows.TAB} first`, 'They are then scored with the model in use.');
      return;
    }
    const layout = Rows.layout(sheet);
    if (layout.missing.length > 0) {
      Menu.tell_('A column is missing', `Put the header ${layout.missing.join(', ')} back into row 1.`);
      return;
    }
    const lastRow = sheet.getLastRow();
    const blocks = Rows.merged(
      selected.getRanges().map((range) => ({
        first: Math.max(2, range.getRow()),
        last: Math.min(range.getLastRow(), lastRow),
      })),
    );
    const rows = blocks.flatMap((block) => Rows.read(sheet, layout, block)).filter((row) => row.isFilled);
    if (rows.length === 0) {
      Menu.tell_('Nothing to score', 'None of the selected rows has all four inputs.');
    } else if (rows.length > Rows.AT_MOST) {
      const counted = `${Numbers.whole(rows.length)} rows are selected`;
      Menu.tell_('Too many rows at once', `${counted}; select at most ${Numbers.whole(Rows.AT_MOST)}.`);
    } else {
      Menu.score_({ rows: rows.map(({ row, seen }) => ({ row, ...seen })), again: true });
    }
  },

  /** @param {string} title Of a tab. */
  show(title) {
    const shown = Sidebar.showTab(title);
    if (!shown.ok) {
      Menu.tell_(shown.problem.title, Problems.sentence(shown.problem));
    }
  },

  /** @param {Object} fields */
  score_(fields) {
    const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
    spreadsheet.toast('Scoring…', About.NAME, Live.TOAST_SECONDS);
    SpreadsheetApp.flush();
    const identityToken = ScriptApp.getIdentityToken() || undefined;
    const answer = Webhook.call('score', { ...fields, trigger: 'menu', identityToken });
    if (!('again' in fields)) {
      Live.record(answer);
    }
    if (answer.ok) {
      spreadsheet.toast(answer.value.message, About.NAME, Live.TOAST_SECONDS);
    } else {
      Menu.tell_(answer.problem.title, Problems.sentence(answer.problem));
    }
  },

  /**
   * @param {string} title
   * @param {string} text
   */
  tell_(title, text) {
    const ui = SpreadsheetApp.getUi();
    ui.alert(title, text, ui.ButtonSet.OK);
  },
});
