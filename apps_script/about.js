/** What the add-on is, for its menu item and for the service. */
const About = Object.freeze({
  NAME: 'Audience Targeting',

  /** The service refuses an add-on of another major version, and says which side to update. */
  VERSION: '1.0.0',

  /** Shows what this is, whose it is and what it may see. */
  show() {
    const ui = SpreadsheetApp.getUi();
    ui.alert(`About ${About.NAME}`, About.text_(), ui.ButtonSet.OK);
  },

  /** @return {string} */
  text_() {
    return [
      `${About.NAME} ${About.VERSION}`,
      '',
      'Turns the transactions in Training_Data into customer segments, and labels every customer typed into New User.',
      '',
      Setup.isDeployed() ? `Service: ${Config.SERVICE_URL}` : 'Service: none yet; an engineer must deploy this add-on.',
      `Account that this spreadsheet is shared with: ${Setup.isDeployed() ? Config.SERVICE_ACCOUNT : 'none yet'}`,
      '',
      'The service reads this spreadsheet alone, of Training_Data only the columns it needs, and keeps nothing of ' +
        'it. To end its access, stop sharing the spreadsheet with that account.',
    ].join('\n');
  },
});
