/** Erasing one customer from every tab, after a look at what would go and a confirmation. */
const Forget = Object.freeze({
  TITLE: 'Forget a customer',

  /** Asks whom, shows what would be erased, and erases it when that is confirmed. */
  ask() {
    const ui = SpreadsheetApp.getUi();
    const asked = ui.prompt(
      Forget.TITLE,
      'Enter the customer id as it stands in Training_Data.',
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
    if (ui.alert(Forget.TITLE, Forget.warning(found.value), ui.ButtonSet.YES_NO) === ui.Button.YES) {
      Forget.tell_(Forget.call_(customerId, true));
    }
  },

  /**
   * @param {any} found What `forget` answers before it is confirmed.
   * @return {string} What goes, and what stays out of reach.
   */
  warning(found) {
    const rows = found.tabs.map(
      (/** @type {any} */ each) => `• ${each.tab}: ${Numbers.whole(each.rows)} ${each.rows === 1 ? 'row' : 'rows'}`,
    );
    return [
      `These rows of ${found.customerId} are erased whole, with what you wrote beside them:`,
      '',
      ...rows,
      '',
      'This cannot be undone from here. Out of reach, and for you to see to: the version history of this ' +
        'spreadsheet, copies and downloads of it, and tabs that are not the add-on’s own.',
      '',
      'Erase this customer?',
    ].join('\n');
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
      ui.alert(Forget.TITLE, answer.value.message, ui.ButtonSet.OK);
    } else {
      ui.alert(answer.problem.title, Problems.sentence(answer.problem), ui.ButtonSet.OK);
    }
  },
});
