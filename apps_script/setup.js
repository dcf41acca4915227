/**
 * Set-up: shows where the data goes and asks for consent, then does the rest in four steps. Each tells what it did,
 * or what failed and what to do by hand; all can be repeated without harm.
 *
 * @typedef {{text: string, detail?: string}} Step What a step did.
 *
 * @typedef {{zone: string, now: string}} Zone A time zone by its name, and what its clocks show.
 */
const Setup = Object.freeze({
  PLACEHOLDER: 'YOUR-SERVICE',

  /** The tabs that the service makes where they are missing. */
  TABS: Object.freeze([
    'Training_Data',
    'New User',
    'Dashboard',
    'Segmented_Customers',
    'Action_Map',
    'RFM',
    'Migration',
    'Data_Quality',
    'Prediction_Log',
    'Settings',
    'Model',
  ]),

  /** The service knows this tab by a mark, whatever it is called. */
  RENAMABLE: 'Dashboard',

  /** What `TimeZone` in `Settings` is where nobody has chosen: EST and EDT. */
  DEFAULT_ZONE: 'America/New_York',
  ZONE_SETTING: 'TimeZone',

  /** Without these nothing works; the one to send mails is asked for with them, and may be withheld. */
  SCOPES: Object.freeze([
    'https://www.googleapis.com/auth/spreadsheets.currentonly',
    'https://www.googleapis.com/auth/script.container.ui',
    'https://www.googleapis.com/auth/script.external_request',
    'https://www.googleapis.com/auth/script.scriptapp',
    'openid',
    'https://www.googleapis.com/auth/userinfo.email',
  ]),

  /** @return {boolean} Whether the deploy step has put a service in place of the placeholders. */
  isDeployed() {
    return !Config.SERVICE_URL.includes(Setup.PLACEHOLDER) && !Config.SERVICE_ACCOUNT.includes(Setup.PLACEHOLDER);
  },

  /** Opens the dialog. People may grant scopes one by one, so what is missing is asked for first. */
  open() {
    ScriptApp.requireScopes(ScriptApp.AuthMode.FULL, [...Setup.SCOPES]);
    const page = Pages.template('setup_page');
    page.isDeployed = Setup.isDeployed();
    page.service = Config.SERVICE_URL;
    page.account = Config.SERVICE_ACCOUNT;
    page.connects = say('This connects “{name}” to the service below, which finds the segments and labels rows.', {
      name: SpreadsheetApp.getActiveSpreadsheet().getName(),
    });
    const output = page.evaluate().setWidth(460).setHeight(560);
    SpreadsheetApp.getUi().showModalDialog(output, say('Set up Audience Targeting'));
  },

  /**
   * Shares the spreadsheet with the service's account.
   *
   * @return {Result<Step>}
   */
  share() {
    try {
      SpreadsheetApp.getActiveSpreadsheet().addEditor(Config.SERVICE_ACCOUNT);
      SpreadsheetApp.flush();
    } catch (error) {
      return Problems.failed(
        'share',
        say('The spreadsheet could not be shared'),
        say('Google did not allow it: {reason}', { reason: Problems.text_(error) }),
        say(
          'Press Share above the sheet and add {account} as an editor; if your organisation forbids that, its administrator must allow sharing with this address. Then try again.',
          { account: Config.SERVICE_ACCOUNT },
        ),
      );
    }
    return { ok: true, value: { text: say('The service can read and write this spreadsheet, and no other of yours.') } };
  },

  /**
   * Gets the key of this spreadsheet; the service makes missing tabs on the way.
   *
   * @return {Result<Step & {tabsMade: string[]}>}
   */
  connect() {
    const connection = Connect.renew();
    if (!connection.ok) {
      return connection;
    }
    const { tabsMade, serviceVersion } = connection.value;
    const text = say('Connected to the service (version {version}). The key renews itself.', { version: serviceVersion });
    return { ok: true, value: { text, tabsMade } };
  },

  /**
   * Looks whether all tabs are there.
   *
   * @param {unknown} made Titles that the service has just made.
   * @return {Result<Step>}
   */
  tabs(made) {
    const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
    const missing = Setup.TABS.filter(
      (title) => title !== Setup.RENAMABLE && spreadsheet.getSheetByName(title) === null,
    );
    if (missing.length > 0) {
      return Problems.failed(
        'tabs',
        say('Tabs are missing'),
        say('The service could not make {tabs}.', { tabs: missing.join(', ') }),
        say('Look whether the spreadsheet is protected (Data, Protect sheets and ranges), then try again.'),
      );
    }
    const titles = Array.isArray(made) ? made.filter((title) => Setup.TABS.includes(title)) : [];
    const text = titles.length > 0 ? say('Made: {tabs}.', { tabs: titles.join(', ') }) : say('All tabs were there already.');
    return { ok: true, value: { text: `${text} ${say('Your own tabs were left alone.')}` } };
  },

  /**
   * Turns live labels on, unless they use somebody else's account.
   *
   * @return {Result<Step & {isMine: boolean}>}
   */
  triggers() {
    const installed = Triggers.install();
    return installed.ok
      ? { ok: true, value: { text: installed.value.text, isMine: installed.value.isMine } }
      : installed;
  },

  /**
   * Looks whether to ask for the time zone: once, where the spreadsheet's own clock differs from US Eastern, and nobody
   * has chosen a zone in Settings.
   *
   * @return {Result<{own: Zone | null, usual: Zone}>} No zone of its own where there is nothing to ask.
   */
  zone() {
    const own = SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetTimeZone();
    const chosen = DataCheck.settings()[Rows.normalised(Setup.ZONE_SETTING)] || Setup.DEFAULT_ZONE;
    const isAsked = chosen === Setup.DEFAULT_ZONE && !Setup.isEastern_(own) && Store.read(Store.ZONE_ASKED) === null;
    const clock = (/** @type {string} */ zone) => ({ zone, now: Utilities.formatDate(new Date(), zone, 'HH:mm') });
    return { ok: true, value: { own: isAsked ? clock(own) : null, usual: clock(Setup.DEFAULT_ZONE) } };
  },

  /**
   * @param {string} zone That was chosen: the spreadsheet's own, or US Eastern.
   * @return {Result<null>}
   */
  chooseZone(zone) {
    const own = SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetTimeZone();
    const kept = zone === own ? DataCheck.keep([{ setting: Setup.ZONE_SETTING, value: own }]) : { ok: true, value: null };
    if (kept.ok) {
      Store.write(Store.ZONE_ASKED, true);
    }
    return /** @type {Result<null>} */ (kept);
  },

  /**
   * @param {string} zone
   * @return {boolean} Whether its clocks are those of US Eastern, in winter and in summer.
   */
  isEastern_(zone) {
    const year = new Date().getUTCFullYear();
    const days = [new Date(Date.UTC(year, 0, 15)), new Date(Date.UTC(year, 6, 15))];
    const offset = (/** @type {Date} */ day, /** @type {string} */ of) => Utilities.formatDate(day, of, 'Z');
    return days.every((day) => offset(day, zone) === offset(day, Setup.DEFAULT_ZONE));
  },
});
