/** Numbers in what the script itself says: as the spreadsheet's locale writes them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load } from './project.mjs';

/** Writes a number in a spreadsheet of a locale. */
function written(locale, value) {
  const world = load();
  world.run('globalThis').SpreadsheetApp.getActiveSpreadsheet = () => ({ getSpreadsheetLocale: () => locale });
  return world.run('Numbers').whole(value);
}

test('each locale has its signs, as Google names it', () => {
  assert.deepEqual(['de_DE', 'en_US', 'en_IN'].map((locale) => written(locale, 1234567)), [
    '1.234.567',
    '1,234,567',
    '12,34,567',
  ]);
});

test('what is no locale stops nothing', () => {
  assert.equal(written('not a locale', 1500), '1500');
});
