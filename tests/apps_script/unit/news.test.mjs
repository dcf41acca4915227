/** What came since the last run: new orders, names and plans to apply, figures of known customers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load, newUser, OUTPUTS, scored, Sheet } from './project.mjs';

const ORDERS = [
  ['customer_id', 'order_id', 'date', 'amount'],
  ['A', '1', '2026-01-01', 5],
  ['B', '2', '2026-01-02', 6],
];
const NOTE = {
  at: '2026-11-20T10:00:00Z',
  headerRow: 1,
  lastRow: 3,
  customer: { place: 1, header: 'customer_id' },
  order: { place: 2, header: 'order_id' },
  plans: {},
};

/** A world in which a run has left its note. */
function noted({ sheets, note = {}, answers = [] }) {
  const world = load({ sheets, answers });
  world.connect();
  world.seen.metadata.push(['ate-run', JSON.stringify({ ...NOTE, ...note })]);
  return world;
}

const orders = (world) => world.plain(world.run('News').all().orders);

test('new rows of orders are counted by their order, of which one may have several lines', () => {
  const more = [
    ['C', '3', '2026-11-21', 1],
    ['C', '3', '2026-11-21', 2],
    ['D', '4', '2026-11-22', 3],
    ['', '', 'Total', 6],
  ];
  const sheet = new Sheet('Training_Data', [...ORDERS, ...more]);

  assert.deepEqual(orders(noted({ sheets: [sheet] })), { count: 2, isAbout: false, since: NOTE.at });
  assert.deepEqual(orders(noted({ sheets: [sheet], note: { order: null } })), { count: 3, isAbout: false, since: NOTE.at });
});

test('without new rows, and with fewer, nothing is told', () => {
  const world = noted({ sheets: [new Sheet('Training_Data', ORDERS)] });

  assert.equal(orders(world), null);
  assert.equal(orders(noted({ sheets: [new Sheet('Training_Data', ORDERS.slice(0, 2))] })), null);
  assert.equal(orders(load({ sheets: [new Sheet('Training_Data', ORDERS)] })), null);
});

test('the day that recency was counted to is told; a note of before has none', () => {
  const countedTo = (note) => noted({ sheets: [], note }).run('News').all().countedTo;

  assert.equal(countedTo({ analysisDay: '2026-03-28' }), '2026-03-28');
  assert.equal(countedTo({}), '');
});

test('a column that was moved is found by its header; where it is gone, nothing is told', () => {
  const moved = [...ORDERS, ['C', '3', '2026-11-21', 1]].map((row) => ['', ...row]);
  const renamed = [['who', ...ORDERS[0].slice(1)], ...ORDERS.slice(1), ['C', '3', '2026-11-21', 1]];

  assert.equal(orders(noted({ sheets: [new Sheet('Training_Data', moved)] })).count, 1);
  assert.equal(orders(noted({ sheets: [new Sheet('Training_Data', renamed)] })), null);
});

test('of very many new rows none is read', () => {
  const sheet = new Sheet('Training_Data', [...ORDERS, ...Array.from({ length: 6000 }, (_, i) => ['X', `${i}`, '', 1])]);

  assert.deepEqual(orders(noted({ sheets: [sheet] })), { count: 6000, isAbout: true, since: NOTE.at });
  assert.deepEqual(sheet.reads, []);
});

const MAP = ['Cluster', 'Segment', 'ActionPlan', 'Customers'];

test('an edited plan is told with the customers and rows that do not bear it yet', () => {
  const map = new Sheet('Action_Map', [MAP, [0, 'Champions', 'Call them.', 12], [1, 'Lost', 'Let go.', 5]]);
  const rows = newUser([['A', 1, 1, 1, 0, 'VIP', 46000, 'v1-abc'], ['B', 1, 1, 1, 1, 'Let go.', 46000, 'v1-abd']]);
  const world = noted({ sheets: [map, rows] });
  const mark = world.run('News').mark;
  const plans = { 0: mark('Champions', 'VIP'), 1: mark('Lost', 'Let go.') };
  world.seen.metadata.splice(0, 1, ['ate-run', JSON.stringify({ ...NOTE, plans })]);

  assert.deepEqual(world.plain(world.run('News').plans()), [{ cluster: 0, segment: 'Champions', customers: 12, rows: 1 }]);

  world.own();
  world.edit(map, 2, 3);
  assert.match(world.seen.toasts[0], /Champions: new rows get this from now on. 12 in Segmented_Customers and 1 in New User/);
});

test('a new name is told with the rows that bear the former one', () => {
  const header = ['CustomerID', 'Cluster', 'Segment', 'ActionPlan', 'PredictionId'];
  const rows = new Sheet('New User', [header, ['A', 0, 'Champions', 'Call.', 'v1-a'], ['B', 0, 'VIPs', 'Call.', 'v1-b']]);
  const world = noted({ sheets: [new Sheet('Action_Map', [MAP, [0, 'VIPs', 'Call.', 12]]), rows] });

  assert.deepEqual(world.plain(world.run('News').plans()), [{ cluster: 0, segment: 'VIPs', customers: 0, rows: 1 }]);
});

test('the mark of a plan is that of the service', () => {
  assert.equal(load().run('News').mark('Champions', 'Call them.'), '4da760e27f1f');
});

test('a plan that holds everywhere is told to nobody, nor is an edit elsewhere in the tab', () => {
  const map = new Sheet('Action_Map', [MAP, [0, 'Champions', 'VIP', 12]]);
  const world = noted({ sheets: [map, newUser([['A', 1, 1, 1, ...OUTPUTS]])] });
  world.seen.metadata.splice(0, 1, ['ate-run', JSON.stringify({ ...NOTE, plans: { 0: world.run('News').mark('Champions', 'VIP') } })]);
  world.own();

  world.edit(map, 2, 3);
  world.edit(map, 2, 4);

  assert.deepEqual(world.plain(world.run('News').plans()), []);
  assert.deepEqual(world.seen.toasts, []);
});

const KNOWN = [200, { customers: [{ customerId: 'C1', recency: 8, frequency: 3, monetaryValue: 90.5 }], asked: 2, asOf: '', message: 'Found.' }];

test('known customers are filled in and labelled; what is typed stays', () => {
  const sheet = newUser([['C1', '', '', ''], ['nobody', '', '', ''], ['C1', 5, '', ''], ['', '', '', '']]);
  const world = load({ sheets: [sheet], answers: [KNOWN, scored()] });
  world.connect();

  const told = world.plain(world.run('callFromPage')('fillKnown', null));

  assert.deepEqual(sheet.rows.slice(1).map((row) => row.slice(0, 4)), [['C1', 8, 3, 90.5], ['nobody', '', '', ''], ['C1', 5, '', ''], ['', '', '', '']]);
  assert.deepEqual(told.value, { message: 'Found. 1 row labelled.', filled: 1 });
  assert.deepEqual(world.seen.requests[0].body.customerIds, ['C1', 'nobody']);
  assert.deepEqual(world.seen.requests[1].body.rows, [{ row: 2, CustomerID: 'C1', Recency: 8, Frequency: 3, MonetaryValue: 90.5 }]);
});

test('only the selected rows are filled in', () => {
  const sheet = newUser([['C1', '', '', ''], ['C1', '', '', '']]);
  sheet.selected = sheet.getRange(3, 1);
  const world = load({ sheets: [sheet], answers: [KNOWN, scored()] });
  world.connect();

  world.run('callFromPage')('fillKnown', null);

  assert.deepEqual(sheet.rows.slice(1).map((row) => row[1]), ['', 8]);
});

test('where no selected row is to be filled in, the others are', () => {
  const sheet = newUser([['C9', 1, 1, 1], ['C1', '', '', '']]);
  sheet.selected = sheet.getRange(2, 1);
  const world = load({ sheets: [sheet], answers: [KNOWN, scored()] });
  world.connect();

  world.run('callFromPage')('fillKnown', null);

  assert.deepEqual(sheet.rows.slice(1).map((row) => row[1]), [1, 8]);
});

test('without a row to fill in the service is not asked', () => {
  const world = load({ sheets: [newUser([['C1', 1, 1, 1]])], answers: [KNOWN] });
  world.connect();

  const told = world.run('callFromPage')('fillKnown', null);

  assert.equal(told.problem.title, 'No row to fill in');
  assert.deepEqual(world.seen.requests, []);
});

const SETTINGS = (clusters, days) => new Sheet('Settings', [['Setting', 'Value', 'Help'], ['Clusters', clusters, ''], ['ActiveDays', days, ''], ['Currency', 'EUR (found)', '']]);
const USED = { madeWith: { Clusters: ['auto', '', '4'] }, readWith: { ActiveDays: ['90', 'auto', ''], Currency: ['auto', ''], AnalysisDate: ['auto', ''] } };

test('a setting that the segments were not found with is said at its edit, and one of the next run otherwise', () => {
  const sheet = SETTINGS(6, 60);
  const world = noted({ sheets: [sheet], note: USED });
  world.own();

  world.edit(sheet, 2, 2);
  world.edit(sheet, 3, 2);

  assert.deepEqual(world.plain(world.run('News').all().settings), [
    { setting: 'Clusters', value: '6', needs: 'segments' },
    { setting: 'ActiveDays', value: '60', needs: 'refresh' },
  ]);
  assert.match(world.seen.toasts[0], /: Clusters = 6: the segments in use were found with another setting. Choose Find new segments/);
  assert.match(world.seen.toasts[1], /: ActiveDays = 60: this counts from the next run on/);
});

test('settings that are in use are told to nobody, however they are written', () => {
  for (const [clusters, days] of [['Auto', 90], ['', ''], [4, '90 ']]) {
    const sheet = SETTINGS(clusters, days);
    const world = noted({ sheets: [sheet], note: USED });
    world.own();

    world.edit(sheet, 2, 2);

    assert.deepEqual(world.plain(world.run('News').settings()), []);
    assert.deepEqual(world.seen.toasts, []);
  }
});

test('after a run of an older version nothing is told of settings', () => {
  assert.equal(noted({ sheets: [SETTINGS(6, 60)] }).run('News').settings().length, 0);
});
