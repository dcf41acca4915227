/** The time zone that set-up asks for: once, where the spreadsheet's clock is not that of US Eastern. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load, Sheet } from './project.mjs';

const settings = (zone = 'America/New_York') => new Sheet('Settings', [['Setting', 'Value', 'Help'], ['TimeZone', zone, '']]);
const asked = (world) => world.plain(world.run('callFromPage')('zone', null)).value.own;

test('it is asked once, and the spreadsheet’s own zone is written into Settings', () => {
  const sheet = settings();
  const world = load({ sheets: [sheet] });

  assert.equal(asked(world).zone, 'Europe/Berlin');
  assert.match(asked(world).now, /^\d\d:\d\d$/);
  world.run('callFromPage')('chooseZone', 'Europe/Berlin');

  assert.equal(sheet.rows[1][1], 'Europe/Berlin');
  assert.equal(asked(world), null);
});

test('US Eastern is kept by its button, and not asked for again', () => {
  const sheet = settings();
  const world = load({ sheets: [sheet] });

  world.run('callFromPage')('chooseZone', 'America/New_York');

  assert.equal(sheet.rows[1][1], 'America/New_York');
  assert.equal(asked(world), null);
});

test('nothing is asked where the clock is the same, or a zone was chosen', () => {
  for (const zone of ['America/New_York', 'America/Toronto', 'US/Eastern']) {
    const world = load({ sheets: [settings()] });
    world.zone = zone;
    assert.equal(asked(world), null);
  }
  assert.equal(asked(load({ sheets: [settings('Asia/Tokyo')] })), null);
  const neverSummer = load({ sheets: [settings()] });
  neverSummer.zone = 'America/Panama';
  assert.equal(asked(neverSummer).zone, 'America/Panama');
});

test('a page cannot write another zone than the spreadsheet’s own', () => {
  const sheet = settings();
  load({ sheets: [sheet] }).run('callFromPage')('chooseZone', '=1+1');

  assert.equal(sheet.rows[1][1], 'America/New_York');
});
