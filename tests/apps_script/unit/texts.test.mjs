/** Texts in the spreadsheet's language. */
import assert from 'node:assert/strict';
import test from 'node:test';

import { load } from './project.mjs';

const said = (locale, code) => {
  const world = load();
  world.run('globalThis').SpreadsheetApp.getActiveSpreadsheet = () => ({
    getSpreadsheetLocale: () => {
      if (locale === null) {
        throw new Error('You do not have permission');
      }
      return locale;
    },
  });
  world.run('globalThis').Session.getActiveUserLocale = () => 'fr';
  return world.run(code);
};

test('a text is told in the language of the spreadsheet, in English where it is not translated', () => {
  assert.deepEqual(
    ['de_DE', 'de_CH', 'es_MX', 'en_US', 'ja_JP'].map((locale) => said(locale, "say('customers')")),
    ['Kunden', 'Kunden', 'clientes', 'customers', 'customers'],
  );
  assert.equal(said('de_DE', "say('not a text of ours: {what}', { what: 3 })"), 'not a text of ours: 3');
});

test('where the spreadsheet may not be read yet the language is the reader’s', () => {
  assert.equal(said(null, "say('customers')"), 'clients');
});

test('names of what every object has are texts like others', () => {
  assert.equal(said('de_DE', "say('constructor')"), 'constructor');
});

test('what a page is given cannot end its script element', () => {
  const given = JSON.parse(said('de_DE', 'Texts.ofPage()'));

  assert.deepEqual([given.language, given.texts.customers], ['de', 'Kunden']);
  assert.doesNotMatch(said('de_DE', 'Texts.ofPage()'), /</);
});
