/** Forgetting a customer: nothing goes without a confirmation that says what does, and what is out of reach. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load } from './project.mjs';

const found = [200, { customerId: 'C1', erased: false, tabs: [{ tab: 'RFM', rows: 1 }, { tab: 'Training_Data', rows: 1045 }], message: 'Rows found' }];
const erased = [200, { customerId: 'C1', erased: true, tabs: [{ tab: 'RFM', rows: 1 }], message: 'Rows erased: 1 in RFM.' }];

/** A world whose user answers the prompt and the question. */
function asked(text, isOk, yes, answers) {
  const world = load({ answers });
  world.connect();
  const alerts = [];
  world.run('globalThis').SpreadsheetApp.getUi = () => ({
    ButtonSet: { OK: 'ok', OK_CANCEL: 'ok-cancel', YES_NO: 'yes-no' },
    Button: { OK: 'OK', YES: 'YES' },
    prompt: () => ({ getResponseText: () => text, getSelectedButton: () => (isOk ? 'OK' : 'CANCEL') }),
    alert: (...said) => {
      alerts.push(said);
      return said[2] === 'yes-no' && yes ? 'YES' : 'NO';
    },
  });
  world.run('menuForget')();
  return { alerts, bodies: world.seen.requests.map((each) => JSON.parse(each.payload)) };
}

test('the customer is looked for, shown with the counts of a German spreadsheet, and erased once that is confirmed', () => {
  const { alerts, bodies } = asked(' C1 ', true, true, [found, erased]);

  assert.deepEqual(bodies.map((each) => [each.call, each.customerId, each.confirm]), [
    ['forget', 'C1', false],
    ['forget', 'C1', true],
  ]);
  assert.ok(bodies.every((each) => each.identityToken));
  assert.match(alerts[0][1], /• Training_Data: 1,045 rows/);
  assert.match(alerts[0][1], /• RFM: 1 row\n/);
  assert.match(alerts[0][1], /cannot erase.*version history.*copies/);
  assert.deepEqual(alerts[1].slice(1), ['Rows erased: 1 in RFM.', 'ok']);
});

test('without confirmation nothing is erased', () => {
  const { bodies } = asked('C1', true, false, [found]);

  assert.deepEqual(bodies.map((each) => each.confirm), [false]);
});

test('who cancels, or names nobody, asks nothing of the service', () => {
  assert.deepEqual(asked('C1', false, true, []).bodies, []);
  assert.deepEqual(asked('  ', true, true, []).bodies, []);
});

test('who is not there is told, and nothing is asked', () => {
  const nobody = [200, { customerId: 'C1', erased: false, tabs: [], message: 'No row of this customer was found.' }];
  const { alerts, bodies } = asked('C1', true, true, [nobody]);

  assert.equal(bodies.length, 1);
  assert.deepEqual(alerts.map((each) => each[1]), ['No row of this customer was found.']);
});
