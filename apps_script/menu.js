/**
 * The entry points: the only functions that Google, the menu and the pages call by name. What the menu opens before
 * anybody has consented may call no other service, so nothing here works before it is called.
 */

/** @param {GoogleAppsScript.Events.AppsScriptEvent} event */
function onInstall(event) {
  onOpen(event);
}

/**
 * Adds the menu; in every authorization mode, so nothing is read here but the language, and whether the refresh runs.
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

function menuFillKnown() {
  Menu.fillKnown();
}

function menuApplyPlans() {
  Menu.applyPlans();
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

function menuExportAudience() {
  Audience.open();
}

function menuStartTest() {
  Sidebar.open('test');
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
    if (Menu.isOverdue_()) {
      menu.addItem(say('The refresh does not run…'), 'menuOpenSidebar').addSeparator();
    }
    menu
      .addItem(say('Segment customers'), 'menuSegment')
      .addItem(say('Label new rows'), 'menuScoreWaiting')
      .addItem(say('Label selected rows again'), 'menuScoreAgain')
      .addItem(say('Fill in known customers'), 'menuFillKnown')
      .addItem(say('Apply names and plans'), 'menuApplyPlans')
      .addSeparator()
      .addItem(say('Check my data'), 'menuCheckData')
      .addItem(say('Open sidebar'), 'menuOpenSidebar')
      .addItem(say('Open dashboard'), 'menuOpenDashboard')
      .addItem(say('Export audience…'), 'menuExportAudience')
      .addItem(say('Start a test…'), 'menuStartTest')
      .addItem(say('Forget a customer…'), 'menuForget')
      .addSeparator()
      .addItem(say('Set up…'), 'menuSetUp')
      .addItem(say('About'), 'menuAbout')
      .addToUi();
  },

  /** @return {boolean} Before anybody has consented nothing may be read, and nothing is said. */
  isOverdue_() {
    try {
      return Refresh.isOverdue();
    } catch {
      return false;
    }
  },

  scoreWaiting() {
    Menu.score_({});
  },

  /** Labels the selected rows even if they have a segment: new segments leave them as they are. */
  scoreAgain() {
    const sheet = SpreadsheetApp.getActiveSheet();
    const selected = sheet.getActiveRangeList();
    if (sheet.getName() !== Rows.TAB || selected === null) {
      Menu.tell_(say('Select rows in the tab {tab} first', { tab: Rows.TAB }), say('They then get their segment anew.'));
      return;
    }
    const layout = Rows.layout(sheet);
    if (layout.missing.length > 0) {
      Menu.tell_(say('A column is missing'), say('Put the header {headers} back into row 1.', { headers: layout.missing.join(', ') }));
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
      Menu.tell_(say('Nothing to label'), say('None of the selected rows has all four inputs: CustomerID, Recency, Frequency, MonetaryValue.'));
    } else if (rows.length > Rows.AT_MOST) {
      const counted = { rows: Numbers.whole(rows.length), most: Numbers.whole(Rows.AT_MOST) };
      Menu.tell_(say('Too many rows at once'), say('{rows} rows are selected; select at most {most}.', counted));
    } else {
      Menu.score_({ rows: rows.map(({ row, seen }) => ({ row, ...seen })), again: true });
    }
  },

  fillKnown() {
    Menu.done_(say('Looking for known customers…'), () => Fill.known('menu'));
  },

  applyPlans() {
    Menu.done_(say('Applying…'), () => News.apply());
  },

  /**
   * Does something that takes a moment, and tells what came of it.
   *
   * @param {string} meanwhile
   * @param {() => Result<any>} act
   */
  done_(meanwhile, act) {
    const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
    spreadsheet.toast(meanwhile, About.NAME, Live.TOAST_SECONDS);
    SpreadsheetApp.flush();
    const answer = act();
    if (answer.ok) {
      spreadsheet.toast(answer.value.message, About.NAME, Live.PROBLEM_TOAST_SECONDS);
    } else {
      Menu.tell_(answer.problem.title, Problems.sentence(answer.problem));
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
    spreadsheet.toast(say('Labelling…'), About.NAME, Live.TOAST_SECONDS);
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
