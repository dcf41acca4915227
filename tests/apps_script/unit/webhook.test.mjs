/** Keys, signatures and answers. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { load, refused, scored } from './project.mjs';

const EXPIRED = 'The key of this spreadsheet has expired.';
const connection = () => [
  [200, { nonce: '1795539900.bWFj', expiry: 1_795_539_900 }],
  [200, { key: 'whsec_bmV3', keyExpiry: 1_796_000_000, tabsMade: ['RFM'], version: '1.0.0' }],
];

test('a signature is the one of the Standard Webhooks specification', () => {
  const world = load();

  // The specification's own example (standard-webhooks.md, "Signature scheme").
  const signature = world.run('Webhook').signature(
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    '1614265330',
    '{"test": 2432232314}',
  );

  assert.equal(signature, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('a call carries id, time, signature, spreadsheet and expiry, and follows no redirect', () => {
  const world = load({ answers: [scored()] });
  world.connect();

  world.run('Webhook').call('status');

  const [request] = world.seen.requests;
  const { headers } = request;
  assert.equal(headers['audience-spreadsheet'], 'spreadsheet-0001');
  assert.equal(headers['audience-key-expiry'], String(world.now / 1000 + 6 * 86_400));
  assert.equal(headers['webhook-timestamp'], String(world.now / 1000));
  assert.match(headers['webhook-id'], /^msg_/);
  assert.match(headers['webhook-signature'], /^v1,/);
  assert.equal(request.followRedirects, false);
  assert.equal(request.muteHttpExceptions, true);
});

test('a call asks for answers in the language of the spreadsheet', () => {
  const world = load({ answers: [scored()] });
  world.connect();
  world.run('Texts').kept_.language = 'de';

  world.run('Webhook').call('status');

  assert.equal(world.seen.requests[0].headers['accept-language'], 'de');
});

test('without a key nothing is sent, and set-up is named', () => {
  const world = load();

  const answer = world.run('Webhook').call('status');

  assert.equal(world.seen.requests.length, 0);
  assert.match(answer.problem.hint, /Set up…/);
});

test('a copy of the spreadsheet does not use the key of the original', () => {
  const world = load();
  world.connect({ spreadsheetId: 'another-0001' });

  assert.equal(world.run('Webhook').call('status').problem.kind, 'not-connected');
  assert.equal(world.seen.requests.length, 0);
});

test('connecting leaves the hash of nonce and verifier, and keeps the key it gets', () => {
  const world = load({ answers: connection() });

  const told = world.run('Setup').connect();

  const { verifier, nonce, identityToken } = world.seen.requests[1].body;
  const hash = createHash('sha256').update(`${nonce}.${verifier}`).digest('hex');
  assert.deepEqual(world.seen.metadata, [['ate-connect', `1795539900:${hash}`]]);
  assert.match(verifier, /^[0-9a-f]{64}$/);
  assert.equal(identityToken, 'identity');
  assert.equal('verifier' in world.seen.requests[0].body, false);
  assert.deepEqual(JSON.parse(world.seen.properties.get('ate.key')), {
    spreadsheetId: 'spreadsheet-0001',
    key: 'whsec_bmV3',
    expiry: 1_796_000_000,
  });
  assert.deepEqual(world.plain(told.value.tabsMade), ['RFM']);
});

test('a proof that was not taken is taken back', () => {
  const world = load({ answers: [connection()[0], refused(403, 'forbidden')] });

  const told = world.run('Setup').connect();

  assert.equal(told.ok, false);
  assert.deepEqual(world.seen.metadata, []);
});

test('an expired key is renewed once, and the call repeated with its id', () => {
  const world = load({ answers: [refused(401, 'not-signed', { detail: EXPIRED }), ...connection(), scored()] });
  world.connect();

  const answer = world.run('Webhook').call('retrain');

  assert.equal(answer.ok, true);
  const calls = world.seen.requests.filter((each) => each.body.call === 'retrain');
  assert.equal(calls.length, 2);
  assert.equal(calls[0].headers['webhook-id'], calls[1].headers['webhook-id']);
  assert.notEqual(calls[0].headers['webhook-signature'], calls[1].headers['webhook-signature']);
});

test('a key that is refused twice is not renewed again', () => {
  const world = load({ answers: [refused(401, 'not-signed'), ...connection(), refused(401, 'not-signed')] });
  world.connect();

  assert.equal(world.run('Webhook').call('status').problem.status, 401);
  assert.equal(world.seen.requests.length, 4);
});

test('a key with less than two days is renewed beforehand, but not by an edit in a hurry', () => {
  for (const [hurry, calls] of [
    [false, ['connect', 'connect', 'score']],
    [true, ['score']],
  ]) {
    const world = load({ answers: hurry ? [scored()] : [...connection(), scored()] });
    world.connect({ expiry: world.now / 1000 + 86_400 });

    world.run('Webhook').call('score', {}, { hurry });

    assert.deepEqual(world.seen.requests.map((each) => each.body.call), calls);
  }
});

test('where renewal fails a key that still lasts is used', () => {
  const world = load({ answers: [refused(503, 'busy'), scored()] });
  world.connect({ expiry: world.now / 1000 + 86_400 });

  assert.equal(world.run('Webhook').call('status').ok, true);
});

test('a version that does not fit is told with the side to update', () => {
  const hint = 'Update the add-on: both must have the same first number.';
  const world = load({ answers: [refused(426, 'outdated-add-on', { hint })] });
  world.connect();

  assert.equal(world.run('Webhook').call('status').problem.hint, hint);
});

for (const [what, answer, kind, isRetryable] of [
  ['a proxy’s error page', [502, '<html>'], 'http-502', true],
  ['a page that is not there', [404, '<html>'], 'http-404', false],
  ['a success that is no JSON', [200, '<html>'], 'http-502', true],
  ['no connection', new Error('Address unavailable'), 'unreachable', true],
  ['a permission withheld', new Error('You do not have permission to call UrlFetchApp.fetch'), 'consent', false],
  ['Google’s quota', new Error('Service invoked too many times for one day: urlfetch.'), 'google-quota', true],
]) {
  test(`${what} is told in words, with whether to try again`, () => {
    const world = load({ answers: [answer] });
    world.connect();

    const { problem } = world.run('Webhook').call('status');

    assert.equal(problem.kind, kind);
    assert.equal(problem.retryable, isRetryable);
    assert.ok(problem.title && problem.detail && problem.hint);
  });
}
