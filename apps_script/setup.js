/**
 * Set-up: shows where the data goes and asks for consent, then does the rest in four steps. Each tells what it did,
 * or what failed and what to do by hand; all can be repeated without harm.
 *
 * @typedef {{text: string, detail?: string}} Step What a step did.
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
    const page = HtmlService.createTemplateFromFile('setup_page');
    page.isDeployed = Setup.isDeployed();
    page.service = Config.SERVICE_URL;
    page.account = Config.SERVICE_ACCOUNT;
    page.spreadsheet = SpreadsheetApp.getActiveSpreadsheet().getName();
    page.isConnected = Connect.key().ok;
    const output = page.evaluate().setWidth(460).setHeight(440);
    SpreadsheetApp.getUi().showModalDialog(output, `Set up ${About.NAME}`);
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
        'The spreadsheet could not be shared',
        `Google did not allow it: ${Problems.text_(error)}`,
        `Press Share above the sheet and add ${Config.SERVICE_ACCOUNT} as an editor; if your organisation forbids ` +
          'that, its administrator must allow sharing with this address. Then try again.',
      );
    }
    return { ok: true, value: { text: 'The service can read and write this spreadsheet, and no other of yours.' } };
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
    const version = serviceVersion ? ` (version ${serviceVersion})` : '';
    return { ok: true, value: { text: `Connected to the service${version}. The key renews itself.`, tabsMade } };
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
        'Tabs are missing',
        `The service could not make ${missing.join(', ')}.`,
        'Look whether the spreadsheet is protected (Data, Protect sheets and ranges), then try again.',
      );
    }
    const titles = Array.isArray(made) ? made.filter((title) => Setup.TABS.includes(title)) : [];
    const text = titles.length > 0 ? `Made: ${titles.join(', ')}.` : 'All tabs were there already.';
    return { ok: true, value: { text: `${text} Your own tabs were left alone.` } };
  },

  /**
   * Switches live scoring on, unless it runs through somebody else.
   *
   * @return {Result<Step & {isMine: boolean}>}
   */
  triggers() {
    const installed = Triggers.install();
    return installed.ok
      ? { ok: true, value: { text: installed.value.text, isMine: installed.value.isMine } }
      : installed;
  },
});
