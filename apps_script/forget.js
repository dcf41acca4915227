/** Erasing one customer from every tab, after a look at what would go and a confirmation. */
const Forget = Object.freeze({
  /** Asks whom, shows what would be erased, and erases it when that is confirmed. */
  ask() {
    const ui = SpreadsheetApp.getUi();
    const asked = ui.prompt(
      Forget.title_(),
      say('Enter the customer id as it stands in Training_Data.'),
      ui.ButtonSet.OK_CANCEL,
    );
    const customerId = asked.getResponseText().trim();
    if (asked.getSelectedButton() !== ui.Button.OK || customerId === '') {
      return;
    }
    const found = Forget.call_(customerId, false);
    if (!found.ok || found.value.tabs.length === 0) {
      Forget.tell_(found);
      return;
    }
    if (ui.alert(Forget.title_(), Forget.warning(found.value), ui.ButtonSet.YES_NO) === ui.Button.YES) {
      Forget.tell_(Forget.call_(customerId, true));
    }
  },

  /** @return {string} */
  title_() {
    return say('Forget a customer');
  },

  /**
   * @param {any} found What `forget` answers before it is confirmed.
   * @return {string} What goes, and what stays out of reach.
   */
  warning(found) {
    const rows = found.tabs.map(
      (/** @type {any} */ each) =>
        `• ${say(each.rows === 1 ? '{tab}: 1 row' : '{tab}: {rows} rows', { tab: each.tab, rows: Numbers.whole(each.rows) })}`,
    );
    return [
      say('These rows of {customer} are erased whole, with what you wrote beside them:', { customer: found.customerId }),
      '',
      ...rows,
      '',
      ...Forget.sent_(found),
      say(
        'This cannot be undone from here. The add-on cannot erase the customer from the version history of this spreadsheet, from copies and downloads of it, or from tabs that are not its own: do that yourself.',
      ),
      '',
      say('Erase this customer?'),
    ].join('\n');
  },

  /**
   * @param {any} found
   * @return {string[]} The audiences that the customer was given to.
   */
  sent_({ sentTo = [] }) {
    const told = say('The customer was given to these audiences. Take them out there yourself:');
    return sentTo.length ? [told, ...sentTo.map((/** @type {string} */ each) => `• ${each}`), ''] : [];
  },

  /**
   * @param {string} customerId
   * @param {boolean} confirm
   * @return {Result<any>}
   */
  call_(customerId, confirm) {
    return Webhook.call('forget', { customerId, confirm, ...Sidebar.asker_() });
  },

  /** @param {Result<any>} answer */
  tell_(answer) {
    const ui = SpreadsheetApp.getUi();
    if (answer.ok) {
      ui.alert(Forget.title_(), answer.value.message, ui.ButtonSet.OK);
    } else {
      ui.alert(answer.problem.title, Problems.sentence(answer.problem), ui.ButtonSet.OK);
    }
  },
});
