/** Rows that the service refused for now: further tries, after the time that it asks for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load, newUser, OUTPUTS, refused, scored } from './project.mjs';

const DAY = 24 * 3600 * 1000;
const busy = (seconds = 17) => refused(429, 'quota', { retryable: true, hint: '' }, { 'Retry-After': String(seconds) });
const live = (sheet, answers, given = {}) => {
  const world = load({ sheets: [sheet], answers, ...given });
  world.connect();
  world.own();
  return world;
};
const rowsOf = (request) => request.body.rows.map((each) => each.row);
const left = (world) => [...world.seen.properties].filter(([name]) => name.startsWith('ate.asked.')).map(([, text]) => JSON.parse(text));
/** Two rows that wait, further apart than an edit looks. */
const farApart = () => newUser([['A', 1, 1, 1], ...Array(300).fill(['B', 1, 1, 1, ...OUTPUTS]), ['C', 1, 1, 1]]);

test('a refused edit is tried again when the service said, and holds no lock meanwhile', () => {
  const sheet = newUser([['A', 1, 1, 1]]);
  const world = live(sheet, [busy(), scored()]);
  world.onSleep = () => assert.equal(world.seen.isHeld, false);

  world.edit(sheet, 2, 1);

  assert.deepEqual(world.seen.slept, [17]);
  assert.deepEqual(world.seen.requests.map(rowsOf), [[2], [2]]);
  assert.match(world.seen.toasts[0], /tries again in 17 seconds/);
  assert.equal(world.seen.properties.has('ate.pending'), false);
  assert.deepEqual(left(world), []);
  assert.equal(world.seen.isHeld, false);
});

test('edits that come meanwhile ask nothing: all their rows go with the one retry', () => {
  const sheet = farApart();
  const world = live(sheet, [busy(), scored()]);
  world.onSleep = () => {
    world.edit(sheet, 303, 1);
    world.edit(sheet, 303, 2);
    assert.equal(world.seen.requests.length, 1);
  };

  world.edit(sheet, 2, 1);

  assert.equal(world.seen.slept.length, 1);
  assert.deepEqual(world.seen.requests.map(rowsOf), [[2], [2, 303]]);
});

test('it tries a few times, as long as one run may last; then the next edit takes the rows along', () => {
  const sheet = farApart();
  const world = live(sheet, [busy(60), busy(60), busy(60), busy(60), scored()]);

  world.edit(sheet, 2, 1);
  assert.deepEqual(world.seen.slept, [60, 60, 60]);
  assert.equal(world.seen.requests.length, 4);
  assert.equal(world.seen.toasts.length, 2);
  assert.match(world.seen.toasts[1], /Nothing is lost/);
  world.edit(sheet, 303, 1);

  assert.deepEqual(rowsOf(world.seen.requests[4]), [2, 303]);
  assert.deepEqual(left(world), []);
});

test('not all spreadsheets come back at the same moment', () => {
  const sheet = newUser([['A', 1, 1, 1]]);
  const world = live(sheet, [busy(), scored()]);
  world.random = 0.45;

  world.edit(sheet, 2, 1);

  assert.deepEqual(world.seen.slept, [22]); // 17 and 4.5, in whole seconds
});

test('while the service is away what is left does not grow with every edit', () => {
  const sheet = newUser(Array.from({ length: 400 }, (_, i) => [`C${i}`, 1, 1, 1, ...OUTPUTS]));
  const world = live(sheet, [new Error('DNS error')]);

  for (let row = 2; row < 400; row += 30) {
    world.edit(sheet, row, 1);
    assert.ok(left(world).length <= 5);
  }

  assert.deepEqual([Math.min(...left(world).map((each) => each.first)), Math.max(...left(world).map((each) => each.last))], [2, 392]);
});

for (const [what, answer] of [
  ['what trying again does not mend', refused(422, 'layout', {}, { 'Retry-After': '5' })],
  ['a refusal without a time', refused(503, 'outside', { retryable: true })],
  ['a wait of more than a minute', busy(61)],
]) {
  test(`${what} is not waited for`, () => {
    const sheet = newUser([['A', 1, 1, 1]]);
    const world = live(sheet, [answer]);

    world.edit(sheet, 2, 1);

    assert.deepEqual(world.seen.slept, []);
    assert.equal(world.seen.requests.length, 1);
  });
}

test('twenty minutes of a day are waited away, and no more until the next', () => {
  const sheet = newUser([['A', 1, 1, 1]]);
  const world = live(sheet, [busy(60)], { now: 20_000 * DAY });
  const slept = () => world.seen.slept.reduce((sum, each) => sum + each, 0);

  for (let i = 0; i < 15; i += 1) {
    world.edit(sheet, 2, 1);
    world.now += 60_000;
  }
  assert.equal(slept(), 20 * 60);
  world.now += DAY;
  world.edit(sheet, 2, 1);

  assert.equal(slept(), 23 * 60);
});

test('a run that was stopped while it waited keeps nobody from asking', () => {
  const sheet = farApart();
  const world = live(sheet, [busy(), scored()]);
  world.onSleep = () => {
    throw new Error('Exceeded maximum execution time');
  };
  assert.throws(() => world.edit(sheet, 2, 1), /Exceeded/);

  world.now += 31_000;
  world.edit(sheet, 303, 1);
  assert.equal(world.seen.requests.length, 1);
  world.now += 2_000;
  world.edit(sheet, 303, 2);

  assert.deepEqual(rowsOf(world.seen.requests[1]), [2, 303]);
});

test('an edit that finds nobody waiting after leaving its rows takes them itself', () => {
  const sheet = newUser([['A', 1, 1, 1]]);
  const world = live(sheet, [scored()]);
  const retry = { until: world.now + 5_000, day: Math.floor(world.now / DAY), slept: 5 };
  world.seen.properties.set('ate.retry', JSON.stringify(retry));
  const { set } = world.seen.properties;
  world.seen.properties.set = (name, value) => {
    if (name.startsWith('ate.asked.')) {
      set.call(world.seen.properties, 'ate.retry', JSON.stringify({ ...retry, until: 0 }));
    }
    return set.call(world.seen.properties, name, value);
  };

  world.edit(sheet, 2, 1);

  assert.equal(world.seen.requests.length, 1);
  assert.deepEqual(left(world), []);
});

test('where the lock is taken when it wakes, the rows are left to the holder', () => {
  const sheet = newUser([['A', 1, 1, 1]]);
  let isBusy = false;
  const world = live(sheet, [busy()], { isBusy: () => isBusy });
  world.onSleep = () => {
    isBusy = true;
  };

  world.edit(sheet, 2, 1);

  assert.equal(world.seen.requests.length, 1);
  assert.deepEqual(left(world), [{ first: 2, last: 2 }]);
});

test('what helps is told for the call that was refused', () => {
  const world = load({ answers: [new Error('DNS error')] });
  world.connect();
  const hint = (call) => world.run('Webhook').call(call).problem.hint;

  assert.match(hint('score'), /rows get their segment at the next edit/);
  assert.match(hint('retrain'), /wait a minute, then try again/);
  assert.match(world.run('Connect').renew().problem.hint, /choose Set up…/);
  world.connect({ expiry: 0 });
  assert.match(hint('score'), /rows get their segment at the next edit/);
});
