/**
 * What is kept beside the spreadsheet, in its document properties: the key, who owns the triggers, when live scoring
 * last ran, what could not be scored yet and when that is tried again, and edits that were left to another run. Every user of the add-on in this
 * spreadsheet shares them.
 */
const Store = Object.freeze({
  KEY: 'ate.key',
  OWNER: 'ate.owner',
  LAST_RUN: 'ate.lastRun',
  PENDING: 'ate.pending',
  RETRY: 'ate.retry',

  /** That set-up has asked for the time zone. */
  ZONE_ASKED: 'ate.zoneAsked',

  /** Names of edits that were left to another run begin so; each has its own, so that none overwrites another. */
  ASKED: 'ate.asked.',

  /**
   * @param {string} name
   * @return {any} What was written under that name, null where there is nothing that can be read.
   */
  read(name) {
    const text = PropertiesService.getDocumentProperties().getProperty(name);
    try {
      return text === null ? null : JSON.parse(text);
    } catch {
      return null;
    }
  },

  /**
   * @param {string} name
   * @param {unknown} value
   */
  write(name, value) {
    PropertiesService.getDocumentProperties().setProperty(name, JSON.stringify(value));
  },

  /** @param {string} name */
  forget(name) {
    PropertiesService.getDocumentProperties().deleteProperty(name);
  },

  /**
   * Leaves a block of rows to whoever holds the lock, or waits to try again.
   *
   * @param {Block} block
   */
  ask(block) {
    Store.write(Store.ASKED + Utilities.getUuid(), block);
  },

  /** @return {boolean} */
  hasAsked() {
    return Store.askedNames_().length > 0;
  },

  /** @return {Block[]} The blocks that were left, which are no longer kept here. */
  takeAsked() {
    return Store.askedNames_().flatMap((name) => {
      const block = Store.read(name);
      Store.forget(name);
      return block && Number.isInteger(block.first) && Number.isInteger(block.last) ? [block] : [];
    });
  },

  /** @return {string[]} */
  askedNames_() {
    return PropertiesService.getDocumentProperties()
      .getKeys()
      .filter((name) => name.startsWith(Store.ASKED));
  },
});
