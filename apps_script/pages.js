/**
 * The texts of the HTML files: of each file by itself, or, in a bundle, of the one page file that holds all of them
 * one after the other.
 */
const Pages = Object.freeze({
  /** In a bundle's page file the text of each file begins after this, its name and END. */
  BEGIN: '<!-- file: ',
  END: ' -->',

  /**
   * @param {string} name Of an HTML file that is a page of its own.
   * @return {GoogleAppsScript.HTML.HtmlTemplate}
   */
  template(name) {
    return Config.PAGE_FILE ? HtmlService.createTemplate(Pages.cut_(name)) : HtmlService.createTemplateFromFile(name);
  },

  /**
   * @param {string} name Of an HTML file that is a part of pages.
   * @return {string} Its text, scriptlets as they stand.
   */
  part(name) {
    return Config.PAGE_FILE ? Pages.cut_(name) : HtmlService.createHtmlOutputFromFile(name).getContent();
  },

  /**
   * @param {string} name
   * @return {string} The text of a file, out of the bundle's page file.
   * @throws {Error} If it is not in there.
   */
  cut_(name) {
    const all = HtmlService.createTemplateFromFile(Config.PAGE_FILE).getRawContent();
    const begin = Pages.BEGIN + name + Pages.END;
    const at = all.indexOf(begin);
    if (at < 0) {
      throw new Error(`The page file ${Config.PAGE_FILE} has no ${name}: paste it anew, whole.`);
    }
    const next = all.indexOf(Pages.BEGIN, at + begin.length);
    return all.slice(at + begin.length, next < 0 ? undefined : next).trim();
  },
});
