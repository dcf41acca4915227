/** What the add-on is, for its menu item and for the service. */
const About = Object.freeze({
  NAME: 'Audience Targeting',

  /** The service refuses an add-on of another major version, and says which side to update. */
  VERSION: '1.0.0',

  /** Shows what this is, whose it is and what it may see. */
  show() {
    const ui = SpreadsheetApp.getUi();
    ui.alert(say('About Audience Targeting'), About.text_(), ui.ButtonSet.OK);
  },

  /** @return {string} */
  text_() {
    const isDeployed = Setup.isDeployed();
    const none = say('none yet; an engineer must deploy this add-on');
    return [
      `${About.NAME} ${About.VERSION}`,
      '',
      say('Turns the orders in Training_Data into customer segments, and labels every customer typed into New User.'),
      '',
      say('Service: {service}', { service: isDeployed ? Config.SERVICE_URL : none }),
      say('Account that this spreadsheet is shared with: {account}', { account: isDeployed ? Config.SERVICE_ACCOUNT : none }),
      say('Client id of this script, by which the service knows it: {id}', { id: About.clientId_() || say('not known yet') }),
      '',
      say(
        'The service reads this spreadsheet alone, of Training_Data only the columns it needs, and keeps nothing of it. To end its access, stop sharing the spreadsheet with that account.',
      ),
    ].join('\n');
  },

  /**
   * Of a script without a Cloud project of its own Google shows the client id nowhere but in an identity token.
   *
   * @return {string} '' where Google gives no token.
   */
  clientId_() {
    const token = ScriptApp.getIdentityToken();
    if (!token) {
      return '';
    }
    const claims = Utilities.newBlob(Utilities.base64DecodeWebSafe(token.split('.')[1])).getDataAsString();
    return String(JSON.parse(claims).aud);
  },
});
