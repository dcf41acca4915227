/** Tests of lift: who asks is told with each call that may need the orders, as a source is not open to all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load } from './project.mjs';

/** The body that a call from the sidebar sends. */
function sent(name, argument) {
  const world = load({ answers: [[200, {}]] });
  world.connect();
  world.run(`Sidebar.call('${name}', ${JSON.stringify(argument)})`);
  return JSON.parse(world.seen.requests.at(-1).payload);
}

test('a preview, a start and a reading tell who asks', () => {
  const plan = { name: 'Spring', segments: ['Loyal'] };
  const preview = sent('tests', plan);
  const start = sent('startTest', { plan, confirm: true });
  const reading = sent('readTest', 'Spring');

  assert.deepEqual([preview.call, preview.plan, preview.identityToken], ['tests', plan, 'identity']);
  assert.deepEqual([start.call, start.plan, start.confirm, start.identityToken], ['tests/start', plan, true, 'identity']);
  assert.deepEqual([reading.call, reading.name, reading.identityToken], ['tests/read', 'Spring', 'identity']);
});

test('the list of tests needs nobody', () => {
  const listed = sent('tests', null);

  assert.equal(listed.call, 'tests');
  assert.ok(!('plan' in listed) && !('identityToken' in listed));
});
