/** Whose triggers serve the spreadsheet, the menu, and what pages may call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load, newUser, refused, scored, Sheet } from './project.mjs';

const HOUR = 3_600_000;
const names = (world) => world.seen.triggers.map((each) => each.handler).sort();

test('set-up makes one edit trigger and one sweep, and again none', () => {
  const world = load();

  world.run('Setup').triggers();
  world.run('Setup').triggers();

  assert.deepEqual(names(world), ['handleEdit', 'handleSweep']);
  const owner = JSON.parse(world.seen.properties.get('ate.owner'));
  assert.deepEqual(owner, { email: 'anna@shop.example', triggerIds: ['t1', 't2'], heartbeat: world.now });
});

test('set-up repairs: a double is deleted, a missing one is made', () => {
  const world = load();
  world.seen.triggers.push(
    { id: 'a', handler: 'handleEdit', owner: world.me },
    { id: 'b', handler: 'handleEdit', owner: world.me },
  );

  world.run('Setup').triggers();

  assert.deepEqual(names(world), ['handleEdit', 'handleSweep']);
});

for (const [hours, isTaken] of [
  [2.9, false],
  [3.1, true],
]) {
  test(`a second person ${isTaken ? 'takes over' : 'installs nothing'} after ${hours} hours of silence`, () => {
    const world = load({ me: 'ben@shop.example' });
    world.own({ email: 'anna@shop.example', heartbeat: world.now - hours * HOUR });

    const told = world.run('Setup').triggers();

    assert.equal(told.value.isMine, isTaken);
    assert.equal(world.seen.triggers.length, isTaken ? 2 : 0);
    assert.match(told.value.text, /anna@shop\.example/);
  });
}

test('the button takes over from somebody who is alive', () => {
  const world = load({ me: 'ben@shop.example' });
  world.own({ email: 'anna@shop.example' });

  assert.equal(world.run('callFromPage')('takeOver', null).ok, true);
  assert.equal(JSON.parse(world.seen.properties.get('ate.owner')).email, 'ben@shop.example');
});

test('triggers that were taken over from ask nothing and delete themselves', () => {
  const sheet = newUser([['A', 1, 1, 1]]);
  const world = load({ sheets: [sheet], answers: [scored()] });
  world.connect();
  world.run('Setup').triggers();
  world.own({ email: 'ben@shop.example', triggerIds: ['t8', 't9'] });

  world.edit(sheet, 2, 1);

  assert.equal(world.seen.requests.length, 0);
  assert.deepEqual(world.seen.triggers, []);
});

test('a withdrawn permission stops the handler without an error', () => {
  const sheet = newUser([['A', 1, 1, 1]]);
  const world = load({ sheets: [sheet], answers: [scored()] });
  world.connect();
  world.own();
  world.isAuthorized = false;

  world.edit(sheet, 2, 1);

  assert.equal(world.seen.requests.length, 0);
});

test('live scoring is told as on, stopped by silence, stopped by deleted triggers, or off', () => {
  const world = load();
  const state = () => world.run('Triggers').state().state;

  assert.equal(state(), 'off');
  world.run('Setup').triggers();
  assert.equal(state(), 'on');
  world.seen.triggers.pop();
  assert.equal(state(), 'stopped');
  world.run('Setup').triggers();
  world.now += 3 * HOUR;
  assert.equal(state(), 'stopped');
});

test('onOpen adds the menu and touches no other service', () => {
  const world = load();
  for (const service of ['PropertiesService', 'UrlFetchApp', 'ScriptApp', 'Session', 'LockService', 'HtmlService']) {
    world.run(`globalThis.${service} = new Proxy({}, { get() { throw new Error('${service}') } })`);
  }

  world.run('onInstall')({ authMode: 'NONE' });

  assert.deepEqual(world.seen.menu.map((each) => (Array.isArray(each) ? each[0] : each)), [
    'Segment customers',
    'Label new rows',
    'Label selected rows again',
    'Fill in known customers',
    'Apply names and plans',
    'Check my data',
    'Open sidebar',
    'Open dashboard',
    'Export audience…',
    'Start a test…',
    'Forget a customer…',
    'Set up…',
    'About',
    'shown',
  ]);
});

test('every menu item and trigger names a function that is there', () => {
  const world = load();
  world.run('onOpen')({});
  const called = world.seen.menu.filter(Array.isArray).map((each) => each[1]);

  for (const name of [...called, world.run('Triggers').EDIT_HANDLER, world.run('Triggers').SWEEP_HANDLER]) {
    assert.equal(typeof world.run(name), 'function');
  }
});

test('pages call what the table holds and nothing else', () => {
  const world = load();
  const call = world.run('callFromPage');

  for (const name of ['toString', '__proto__', 'constructor', 'renew', '', null]) {
    assert.equal(call(name, null).problem.kind, 'unknown-call');
  }
});

test('an exception becomes a problem with words', () => {
  const world = load();
  world.run("globalThis.console = { error() {} }; PropertiesService.getDocumentProperties = () => { throw new Error('Away') }");

  assert.match(world.run('callFromPage')('pulse', null).problem.detail, /Away/);
});

const LOG_HEADER = [
  'PredictionId', 'PredictedAt', 'CustomerID', 'Recency', 'Frequency', 'MonetaryValue', 'Cluster', 'Segment',
];

test('rows are counted by state without asking the service, and the log’s newest lines shown', () => {
  const log = new Sheet('Prediction_Log', [
    LOG_HEADER,
    ['v1-a', '2026-11-24 12:00:00 EST', 'C9', 1, 1, 1, 0, 'Champions'],
  ]);
  const rows = [['A', 1, 1, 1], ['B', 1, 1, ''], ['C', 1, 1, 1, 0, 'x', 1, 'v1-a'], ['D', -3, 1, 1], ['', '', '', '']];
  const note = '⚠ Audience Targeting: a number from 0 on is expected.';
  const sheet = newUser(rows, { '5,2': note });
  const world = load({ sheets: [sheet, log] });
  world.connect();

  const { value } = world.run('callFromPage')('pulse', null);

  assert.deepEqual(world.plain(value.rows), { waiting: 1, incomplete: 1, invalid: 1 });
  assert.deepEqual(world.plain(value.predictions), [
    { at: '2026-11-24 12:00:00 EST', customer: 'C9', cluster: 0, segment: 'Champions' },
  ]);
  assert.deepEqual([value.locale, value.timeZone], ['en_US', 'Europe/Berlin']);
  assert.equal(world.seen.requests.length, 0);
});

test('the log is read by its headers, wherever people move its columns', () => {
  const log = new Sheet('Prediction_Log', [
    ['My note', 'Segment', 'prediction id', 'PredictedAt', 'CustomerID', 'Cluster'],
    ['call her', 'Champions', 'v1-a', 'at noon', 'C9', 0],
  ]);
  const world = load({ sheets: [log] });

  const { value } = world.run('callFromPage')('pulse', null);

  assert.deepEqual(world.plain(value.predictions), [
    { at: 'at noon', customer: 'C9', cluster: 0, segment: 'Champions' },
  ]);
});

test('a log without one of its columns shows no predictions', () => {
  const log = new Sheet('Prediction_Log', [
    ['PredictionId', 'PredictedAt', 'CustomerID', 'Cluster', 'Name'],
    ['v1-a', 'at noon', 'C9', 0, 'Champions'],
  ]);

  const { value } = load({ sheets: [log] }).run('callFromPage')('pulse', null);

  assert.deepEqual(value.predictions.length, 0);
});

test('ten predictions are shown, and links to the tabs that are there', () => {
  const line = (i) => [`v1-${i}`, 'at', `C${i}`, 1, 1, 1, i === 3 ? '' : i, 'S'];
  const log = new Sheet('Prediction_Log', [LOG_HEADER, ...Array.from({ length: 12 }, (_, i) => line(i))]);
  const world = load({ sheets: [log, new Sheet('Data_Quality', [])] });

  const { value } = world.run('callFromPage')('pulse', null);

  assert.deepEqual(world.plain(value.predictions.map((each) => each.cluster)), [0, 1, 2, null, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(world.plain(value.reports), ['Data_Quality']);
  assert.match(world.run('callFromPage')('showTab', 'Dashboard').problem.detail, /no tab Dashboard/);
});

test('a choice of columns goes into Settings beside its name, once, and never as a formula', () => {
  const settings = new Sheet('Settings', [
    ['Setting', 'Value', 'Help'],
    ['AmountColumn', 'auto', ''],
  ]);
  const data = new Sheet('Training_Data', [['who', 'when', '=spend']]);
  const world = load({ sheets: [settings, data], answers: [[422, { type: 'a:training-data', detail: 'No date.' }]] });
  world.connect();

  const choices = [{ role: 'amount', header: '=spend' }, { role: 'order_date', header: 'when' }, { role: 'x', header: 'y' }];
  const told = world.run('callFromPage')('choose', choices);

  assert.deepEqual(settings.rows.slice(1).map((row) => row.slice(0, 2)), [
    ['AmountColumn', "'=spend"],
    ['OrderDateColumn', 'when'],
  ]);
  assert.equal(told.value.problem.detail, 'No date.');
  assert.deepEqual(world.plain(told.value.headers), ['who', 'when', '=spend']);
});

test('a service that cannot explain yet is told apart from a row that it cannot find', () => {
  const sheet = newUser([['A', 1, 1, 1]]);
  sheet.getActiveRange = () => sheet.getRange(2, 1);
  for (const [answer, kind] of [
    [refused(404, 'http-404', { detail: 'The requested URL was not found on the server.' }), 'cannot-explain'],
    [refused(404, 'row'), 'row'],
  ]) {
    const world = load({ sheets: [sheet], answers: [answer] });
    world.connect();
    world.run('SpreadsheetApp').getActiveSheet = () => sheet;

    const { problem } = world.run('callFromPage')('explain', null);

    assert.equal(problem.kind, kind);
    assert.doesNotMatch(problem.detail, /URL/);
  }
});

test('samples are shown as the sheet shows them, each once', () => {
  const data = new Sheet('Training_Data', [['id', 'date'], ['C1', '2025-12-31'], ['C1', '2025-12-30'], ['', '']]);
  const columns = [{ role: 'customer_id', column: 'A', samples: ['C1', 'C1'] }, { role: 'order_date', column: 'B', samples: ['46022'] }];
  const world = load({ sheets: [data], answers: [[200, { headerRow: 1, columns, others: [] }]] });
  world.connect();

  const { value } = world.run('callFromPage')('inspect', null);

  assert.deepEqual(world.plain(value.found.columns.map((each) => each.samples)), [['C1'], ['2025-12-31', '2025-12-30']]);
  assert.deepEqual([...'Z '.trim(), 'AA', 'BC'].map((each) => world.run('DataCheck').place_(each)), [25, 26, 54]);
});

/** A spreadsheet whose orders lie in a source. */
const ofSource = (answers) => {
  const world = load({ sheets: [new Sheet('Settings', [['Setting', 'Value'], ['Source', 'webshop']])], answers });
  world.connect();
  return world;
};

test('a look at a source tells who asks, as it is not open to all, and is followed to its end', () => {
  const running = { operation: { id: 'op-1', state: 'running' } };
  const done = { operation: { id: 'op-1', state: 'done', message: '40 rows read.' }, inspected: { customers: 7 } };
  const world = ofSource([[202, running], [200, done], [200, { operation: done.operation }]]);

  const first = world.plain(world.run('callFromPage')('inspect', null));
  const then = world.plain(world.run('callFromPage')('looked', first.value.running));
  const elsewhere = world.plain(world.run('callFromPage')('looked', first.value.running));

  const [inspect, operations] = world.seen.requests.map(({ payload }) => JSON.parse(payload));
  assert.deepEqual([inspect.call, inspect.identityToken], ['inspect', 'identity']);
  assert.deepEqual([operations.call, operations.operationId], ['operations', 'op-1']);
  assert.deepEqual(first.value, { source: 'webshop', running: 'op-1' });
  assert.deepEqual(then.value.found, { customers: 7, source: 'webshop' });
  assert.deepEqual([elsewhere.value.found, elsewhere.value.told], [null, '40 rows read.']);
});

test('a look at a source that failed says why, and no column of Training_Data is asked for instead', () => {
  const problem = { type: 'source-too-slow', title: 'Too slow', detail: 'It took 30 min.', hint: 'Ask.' };
  const failed = { operation: { id: 'op-1', state: 'failed', message: 'It took 30 min.', problem } };
  const missing = { type: 'urn:problem:source-column', title: 'Missing', detail: 'A column of the source is missing: buyer.', hint: 'Ask.', status: 422 };
  const world = ofSource([[200, failed], [422, missing], [200, { operation: null }]]);

  const answers = [1, 2, 3].map((i) => world.plain(world.run('callFromPage')(i === 2 ? 'inspect' : 'looked', 'op-1')));

  assert.deepEqual(answers.map(({ ok }) => ok), [false, false, false]);
  assert.deepEqual([answers[0].problem.title, answers[0].problem.detail, answers[0].problem.kind], ['Too slow', 'It took 30 min.', 'source-too-slow']);
  assert.equal(answers[1].problem.detail, 'A column of the source is missing: buyer.');
  assert.equal(answers[2].problem.title, 'The work was interrupted');
});
