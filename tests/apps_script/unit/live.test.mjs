/** Live scoring: which edits are asked about, with which rows, and what becomes of the answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load, newUser, OUTPUTS, refused, scored, Sheet } from './project.mjs';

const live = (sheet, world = {}) => {
  const loaded = load({ sheets: [sheet], answers: [scored()], ...world });
  loaded.connect();
  loaded.own();
  return loaded;
};
const rowsOf = (request) => request.body.rows.map((each) => each.row);

test('a typed row is one request with its values', () => {
  const sheet = newUser([['C1', 3, 2, 99.5]]);
  const world = live(sheet);

  world.edit(sheet, 2, 4);

  assert.equal(world.seen.requests.length, 1);
  const [request] = world.seen.requests;
  assert.equal(request.url, 'https://YOUR-SERVICE.example/v1/score');
  assert.deepEqual(request.body, {
    call: 'score',
    spreadsheetId: 'spreadsheet-0001',
    addOnVersion: '1.0.0',
    rows: [{ row: 2, CustomerID: 'C1', Recency: 3, Frequency: 2, MonetaryValue: 99.5 }],
    trigger: 'edit',
  });
});

for (const [what, column, width, title] of [
  ['another tab', 1, 1, 'Orders'],
  ['output columns alone', 5, 4, 'New User'],
  ['a column of the marketer’s own', 9, 1, 'New User'],
]) {
  test(`an edit of ${what} asks nothing and takes no lock`, () => {
    const sheet = newUser([['C1', 3, 2, 99, '', '', '', '', 'mine']]);
    sheet.name = title;
    const world = live(sheet);

    world.edit(sheet, 2, column, 1, width);

    assert.equal(world.seen.requests.length, 0);
    assert.equal(world.seen.locks, 0);
  });
}

test('an edit of the header row asks nothing', () => {
  const sheet = newUser([['C1', 3, 2, 99]]);
  const world = live(sheet);

  world.edit(sheet, 1, 1);

  assert.equal(world.seen.requests.length, 0);
});

test('three of four inputs ask nothing', () => {
  const sheet = newUser([['C1', 3, 2, '  ']]);
  const world = live(sheet);

  world.edit(sheet, 2, 3);

  assert.equal(world.seen.requests.length, 0);
});

test('an input cleared beside outputs is asked about, so that they are cleared', () => {
  const sheet = newUser([['C1', '', 2, 9, ...OUTPUTS]]);
  const world = live(sheet);

  world.edit(sheet, 2, 2);

  assert.deepEqual(world.plain(rowsOf(world.seen.requests[0])), [2]);
});

test('a mended cell with the service’s note is asked about though the row is not whole', () => {
  const sheet = newUser([['C1', '', 2, 9]], { '2,2': '⚠ Audience Targeting: expected a number' });
  const world = live(sheet);

  world.edit(sheet, 2, 2);

  assert.deepEqual(rowsOf(world.seen.requests[0]), [2]);
});

test('neighbours that wait come along; classified ones and those with a note do not', () => {
  const sheet = newUser(
    [
      ['A', 1, 1, 1],
      ['B', 1, 1, 1, ...OUTPUTS],
      ['C', 'x', 1, 1],
      ['D', 1, 1, 1],
      ['E', 1, 1, ''],
    ],
    { '4,2': '⚠ Audience Targeting: expected a number' },
  );
  const world = live(sheet);

  world.edit(sheet, 5, 1);

  assert.deepEqual(rowsOf(world.seen.requests[0]).sort(), [2, 5]);
});

test('a classified row whose input changes is asked about', () => {
  const sheet = newUser([['B', 1, 1, 2, ...OUTPUTS]]);
  const world = live(sheet);

  world.edit(sheet, 2, 4);

  assert.deepEqual(rowsOf(world.seen.requests[0]), [2]);
});

test('a whole column is clipped to the rows with data', () => {
  const sheet = newUser([
    ['A', 1, 1, 1],
    ['B', 1, 1, 1],
  ]);
  const world = live(sheet);

  world.edit(sheet, 1, 1, 1_000_000, 1);

  assert.equal(world.seen.requests.length, 1);
  assert.deepEqual(rowsOf(world.seen.requests[0]), [2, 3]);
  assert.ok(sheet.reads.every(([row, height]) => row + height - 1 <= 3));
});

test('1,500 pasted rows are one request; 1,501 are one request for all that wait', () => {
  for (const [count, hasRows] of [
    [1500, true],
    [1501, false],
  ]) {
    const sheet = newUser(Array.from({ length: count }, (_, i) => [`C${i}`, 1, 1, 1]));
    const world = live(sheet);

    world.edit(sheet, 2, 1, count, 4);

    assert.equal(world.seen.requests.length, 1);
    assert.equal('rows' in world.seen.requests[0].body, hasRows);
    assert.equal(hasRows && rowsOf(world.seen.requests[0]).length, hasRows && 1500);
  }
});

test('an edit far down reads the header and its surroundings, not the whole tab', () => {
  const sheet = newUser(Array.from({ length: 5000 }, (_, i) => [`C${i}`, 1, 1, 1, ...OUTPUTS]));
  const world = live(sheet);

  world.edit(sheet, 4000, 1);

  assert.ok(sheet.reads.every(([, height]) => height <= 401));
});

test('columns are found by name, in any order and spelling', () => {
  const sheet = new Sheet('New User', [
    ['Notes', 'monetary value', 'FREQUENCY', 'Customer ID', 'recency '],
    ['', 5, 4, 'C1', 3],
  ]);
  const world = live(sheet);

  world.edit(sheet, 2, 2);

  assert.deepEqual(world.seen.requests[0].body.rows, [
    { row: 2, CustomerID: 'C1', Recency: 3, Frequency: 4, MonetaryValue: 5 },
  ]);
});

test('a missing column is named, and nothing is asked', () => {
  const sheet = new Sheet('New User', [
    ['CustomerID', 'Recency', 'Frequency'],
    ['C1', 3, 4],
  ]);
  const world = live(sheet);

  world.edit(sheet, 2, 2);

  assert.equal(world.seen.requests.length, 0);
  assert.match(world.seen.toasts[0], /no column MonetaryValue/);
});

test('values that JSON could carry differently are left to the service', () => {
  const world = load();
  const seen = world.run('Rows').seen;

  const told = [new Date(0), 2 ** 53, 'x'.repeat(301), '\ud800', '', 0, false, '00123', 2.5].map(seen);

  assert.deepEqual(told, [null, null, null, null, '', 0, false, '00123', 2.5]);
});

test('while the lock is taken an edit asks nothing, and leaves its rows to the holder', () => {
  const sheet = newUser([['A', 1, 1, 1]]);
  const world = live(sheet, { isBusy: () => true });

  world.edit(sheet, 2, 1);

  assert.equal(world.seen.requests.length, 0);
  const kept = [...world.seen.properties].filter(([name]) => name.startsWith('ate.asked.'));
  assert.deepEqual(kept.map(([, text]) => JSON.parse(text)), [{ first: 2, last: 2 }]);
});

test('the holder asks about rows that were left while it was busy, and then leaves', () => {
  const sheet = newUser([...Array(300).fill(['B', 1, 1, 1, ...OUTPUTS]), ['A', 1, 1, 1]]);
  const world = live(sheet);
  world.onRequest = () => {
    world.seen.properties.set('ate.asked.other', JSON.stringify({ first: 302, last: 302 }));
    world.onRequest = () => undefined;
  };

  world.edit(sheet, 2, 1);

  assert.deepEqual(world.seen.requests.map(rowsOf), [[2], [302]]);
  assert.equal(world.seen.properties.has('ate.asked.other'), false);
});

test('rows left at the very moment of letting go are not lost', () => {
  const sheet = newUser([['A', 1, 1, 1]]);
  const world = live(sheet);
  world.onRelease = () => {
    world.seen.properties.set('ate.asked.late', JSON.stringify({ first: 2, last: 2 }));
    world.onRelease = () => undefined;
  };

  world.edit(sheet, 2, 1);

  assert.equal(world.seen.requests.length, 2);
});

test('an edit that gets the lock after leaving its rows takes them itself: one request', () => {
  const sheet = newUser([['A', 1, 1, 1]]);
  let tries = 0;
  const world = live(sheet, { isBusy: () => (tries += 1) === 1 });

  world.edit(sheet, 2, 1);

  assert.equal(world.seen.requests.length, 1);
  assert.equal(world.run('Store').hasAsked(), false);
});

test('one scored row is told with its segment; problem rows in the service’s words; nothing done is not told', () => {
  const world = load();
  const summary = world.run('Live').summary;
  const result = (fields) => scored(fields)[1];

  assert.equal(summary(result({ rows: [{ CustomerID: 'C1', Segment: 'Champions' }] })), 'C1: Champions');
  assert.equal(
    summary(result({ scored: 0, invalid: [{ row: 3 }], message: 'See the note in row 3.' })),
    'See the note in row 3.',
  );
  assert.equal(summary(result({ scored: 0, message: 'All rows are labelled.' })), '');
});

test('where the service is away rows wait, which is said and noted; a success takes the note away', () => {
  const sheet = newUser([['A', 1, 1, 1]]);
  const world = live(sheet, { answers: [new Error('DNS error'), scored()] });

  world.edit(sheet, 2, 1);

  assert.match(world.seen.toasts[0], /cannot be reached.*Nothing is lost/);
  assert.ok(world.seen.properties.has('ate.pending'));

  world.edit(sheet, 2, 1);

  assert.equal(world.seen.properties.has('ate.pending'), false);
});

test('a used-up quota is said with what helps, and when to come back is noted', () => {
  const sheet = newUser([['A', 1, 1, 1]]);
  const answers = [refused(429, 'quota', { retryable: true, hint: '' }, { 'retry-after': '170' })];
  const world = live(sheet, { answers });

  world.edit(sheet, 2, 1);

  assert.equal(JSON.parse(world.seen.properties.get('ate.pending')).retryAfterSeconds, 170);
  assert.match(world.seen.toasts[0], /Nothing is lost/);
});

test('the sweep asks without rows, gives a sign of life, and goes on while rows wait', () => {
  const world = load({ answers: [scored({ scored: 1500, waiting: 10 }), scored()] });
  world.connect();
  world.own({ heartbeat: 0 });

  world.run('handleSweep')({ triggerUid: 't2' });

  assert.deepEqual(world.seen.requests.map((each) => each.body.trigger), ['sweep', 'sweep']);
  assert.equal('rows' in world.seen.requests[0].body, false);
  assert.equal(JSON.parse(world.seen.properties.get('ate.owner')).heartbeat, world.now);
});

test('a sweep that gets nowhere does not ask for ever', () => {
  const world = load({ answers: [scored({ scored: 0, waiting: 10 })] });
  world.connect();
  world.own();

  world.run('handleSweep')({ triggerUid: 't2' });

  assert.equal(world.seen.requests.length, 1);
});
