/** Exporting an audience: the script's side of its dialog. */
const Audience = Object.freeze({
  WIDTH: 620,
  HEIGHT: 640,

  /** Opens the dialog beside the sheet: the rows that it names can be looked at while it is open. */
  open() {
    const output = Pages.template('audience_page').evaluate().setWidth(Audience.WIDTH).setHeight(Audience.HEIGHT);
    SpreadsheetApp.getUi().showModelessDialog(output, say('Export audience'));
  },

  /**
   * Asks the service about an audience, or has it made.
   *
   * @param {Record<string, unknown> | null} asked Fields of the call, beside the envelope.
   * @return {Result<any>}
   */
  ask(asked) {
    return Webhook.call('audience', { ...asked, ...Sidebar.asker_() });
  },

  /**
   * @param {{tab: string, row: number} | null} place
   * @return {Result<null>}
   */
  goTo(place) {
    const { tab = '', row = 1 } = place || {};
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(String(tab));
    if (sheet === null || row > sheet.getMaxRows()) {
      return Problems.failed(
        'no-row',
        say('The row is not there any more'),
        say('Rows were moved or deleted since.'),
        say('See again who goes in.'),
      );
    }
    sheet.activate();
    sheet.getRange(Number(row), 1, 1, sheet.getLastColumn()).activate();
    return { ok: true, value: null };
  },
});
