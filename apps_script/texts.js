/**
 * What people read, in the spreadsheet's language. An English text is the key of its translations, of which there is
 * one file a language; English where there is none.
 */
const Texts = Object.freeze({
  /** The language, once it was asked for: a run of the script has one. */
  kept_: { language: '' },

  /** @return {Record<string, Readonly<Record<string, string>>>} The translations, by language. */
  catalogs_() {
    return { de: TextsDe, es: TextsEs, fr: TextsFr };
  },

  /**
   * @return {string} The language of the spreadsheet's locale: "de" of de_DE. Where nothing may be read yet, as while
   *     the menu is made before anybody has consented, the reader's own.
   */
  language() {
    Texts.kept_.language = Texts.kept_.language || Texts.locale_().toLowerCase().split(/[_-]/)[0];
    return Texts.kept_.language;
  },

  /** @return {string} */
  locale_() {
    try {
      return SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetLocale();
    } catch {
      return Texts.own_();
    }
  },

  /** @return {string} */
  own_() {
    try {
      return Session.getActiveUserLocale();
    } catch {
      return 'en';
    }
  },

  /** @return {Readonly<Record<string, string>>} Translations by English text; none for English. */
  catalog() {
    return Texts.catalogs_()[Texts.language()] || {};
  },

  /** @return {string} What a page of the add-on needs to say its texts, to stand in a script element. */
  ofPage() {
    const told = { language: Texts.language(), texts: Texts.catalog() };
    return JSON.stringify(told).replace(/</g, '\\u003c');
  },
});

/**
 * Tells a text in the spreadsheet's language. Not to be called at top level: the order of the files is not ours.
 *
 * @param {string} text In English; placeholders are names in braces.
 * @param {Record<string, string | number>} [values] What stands in them, written as it is to be read.
 * @return {string}
 */
function say(text, values = {}) {
  const catalog = Texts.catalog();
  const told = Object.prototype.hasOwnProperty.call(catalog, text) ? catalog[text] : text;
  return told.replace(/\{(\w+)\}/g, (_whole, name) => String(values[name]));
}
