/** Numbers in what the script itself says, as the spreadsheet writes them; the pages have `Format`. */
const Numbers = Object.freeze({
  /**
   * @param {number} value A whole number.
   * @return {string}
   */
  whole(value) {
    const tag = SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetLocale().replace(/_/g, '-');
    try {
      return value.toLocaleString(tag);
    } catch {
      return String(value); // no locale that JavaScript knows
    }
  },
});
