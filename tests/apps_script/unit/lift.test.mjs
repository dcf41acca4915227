/** Tests of lift: who asks is told with each call that may need the orders, as a source is not open to all. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

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

const PAGE = new URL('../../../apps_script/tests.js.html', import.meta.url);

/** What the sidebar's script makes of answers, one after the other, and what it asked. */
async function lookedFar(...answers) {
  const script = readFileSync(PAGE, 'utf8').replace(/<\/?script>/g, '');
  const asked = [];
  const call = async (name, argument) => {
    asked.push([name, argument]);
    return answers.shift();
  };
  const scope = vm.createContext({ say: (text) => text, Page: { call }, Work: { pause: async () => asked.push(['pause']) } });
  const looked = await vm.runInContext(`${script}; Testing`, scope).lookFar({ name: 'Spring' });
  return { asked: JSON.parse(JSON.stringify(asked)), looked: JSON.parse(JSON.stringify(looked)) };
}

const operation = (state, more = {}) => ({ ok: true, value: { operation: { id: 'o1', state, message: 'A promise', ...more } } });

test('a look at a source is waited for as long as it takes', async () => {
  const done = operation('done');
  done.value.previewedTest = { customers: 200 };
  const { asked, looked } = await lookedFar(operation('running'), operation('running'), done);

  assert.deepEqual(asked, [
    ['startTest', { plan: { name: 'Spring' }, look: true }],
    ['pause'],
    ['operation', 'o1'],
    ['pause'],
    ['operation', 'o1'],
  ]);
  assert.deepEqual(looked, { ok: true, value: { preview: { customers: 200 }, promise: 'A promise' } });
});

test('where another instance has the figures, the promise is told all the same', async () => {
  const { looked } = await lookedFar(operation('done'));

  assert.deepEqual(looked, { ok: true, value: { preview: null, promise: 'A promise' } });
});

test('a look that failed, got lost or was never begun says why', async () => {
  const problem = { title: 'The source took too long', detail: 'It took 30 minutes.', hint: 'Ask the engineer.' };
  const refused = { ok: false, problem };

  assert.deepEqual((await lookedFar(refused)).looked, refused);
  assert.deepEqual((await lookedFar(operation('running'), refused)).looked, refused);
  assert.deepEqual((await lookedFar(operation('failed', { problem }))).looked, refused);
  assert.equal((await lookedFar({ ok: true, value: { operation: null } })).looked.problem.title, 'The work was interrupted');
});
