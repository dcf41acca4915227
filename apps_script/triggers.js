/**
 * Whose triggers serve this spreadsheet. Triggers fire for every editor's edits and run as whoever made them, and
 * nobody sees another account's: so one account's are enough, a second one's would call the service twice for each
 * edit, and only a sign of life, renewed by the hourly sweep, tells the others that they still run.
 *
 * @typedef {Object} Owner
 * @property {string} email
 * @property {string[]} triggerIds
 * @property {number} heartbeat Milliseconds since 1970.
 *
 * @typedef {Object} LiveState
 * @property {'off' | 'on' | 'stopped'} state `off`: never set up here. `stopped`: no sign of life, or triggers are gone.
 * @property {boolean} isMine
 * @property {string} owner
 * @property {number} heartbeat Milliseconds since 1970, 0 for never.
 * @property {LastRun | null} lastRun
 *
 * @typedef {Object} LastRun
 * @property {number} at Milliseconds since 1970.
 * @property {boolean} isGood
 * @property {string} text
 */
const Triggers = Object.freeze({
  /** Names of the entry points; see menu.js. */
  EDIT_HANDLER: 'handleEdit',
  SWEEP_HANDLER: 'handleSweep',

  /** Three sweeps without a sign of life: Google stops triggers without a word. */
  FRESH_MILLISECONDS: 3 * 3600 * 1000,
  LOCK_MILLISECONDS: 15000,

  /**
   * Makes sure that somebody's triggers serve this spreadsheet; can be repeated without harm.
   *
   * @param {{force?: boolean}} [options] `force`: take over even while another's are alive.
   * @return {Result<{isMine: boolean, owner: string, text: string}>}
   */
  install({ force = false } = {}) {
    const lock = LockService.getDocumentLock();
    if (!lock.tryLock(Triggers.LOCK_MILLISECONDS)) {
      return Problems.failed('busy', say('Busy'), say('Rows are being labelled right now.'), say('Try again in a minute.'));
    }
    try {
      const owner = Triggers.owner_();
      const me = Triggers.me_();
      const isOthers = owner !== null && owner.email !== me;
      if (isOthers && Triggers.isFresh_(owner) && !force) {
        const text = say('Live labels already use the account of {owner}; nothing was added.', { owner: owner.email });
        return { ok: true, value: { isMine: false, owner: owner.email, text } };
      }
      const triggerIds = [Triggers.ensureEdit_(), Triggers.ensureSweep_()];
      Store.write(Store.OWNER, { email: me, triggerIds, heartbeat: Date.now() });
      const text = isOthers
        ? say('Live labels now use your account; they used the account of {owner} before.', { owner: owner.email })
        : say('Live labels are on: rows get their segment as you type, and all rows are checked once an hour.');
      return { ok: true, value: { isMine: true, owner: me, text } };
    } catch (error) {
      return Problems.failed(
        'triggers',
        say('Live labels could not be turned on'),
        say('Google did not allow the triggers: {reason}', { reason: Problems.text_(error) }),
        say(
          'Until they are on, choose Label new rows in the menu. If your account has too many triggers (Google allows 20), delete some under Extensions, Apps Script, Triggers; or have a colleague choose Set up….',
        ),
      );
    } finally {
      lock.releaseLock();
    }
  },

  /**
   * Tells whether a trigger that fired is the one that serves this spreadsheet. One that somebody took over from
   * deletes itself: only its own account can.
   *
   * @param {{triggerUid?: string} | undefined} event
   * @return {boolean}
   */
  serve(event) {
    const owner = Triggers.owner_();
    if (owner === null || !event || !Triggers.isAuthorized_()) {
      return false;
    }
    if (owner.triggerIds.includes(String(event.triggerUid))) {
      return true;
    }
    if (owner.email !== Triggers.me_()) {
      Triggers.remove_();
    }
    return false;
  },

  /** Gives a sign of life. */
  beat() {
    const owner = Triggers.owner_();
    if (owner !== null) {
      Store.write(Store.OWNER, { ...owner, heartbeat: Date.now() });
    }
  },

  /** @return {LiveState} */
  state() {
    const owner = Triggers.owner_();
    const lastRun = Store.read(Store.LAST_RUN);
    if (owner === null) {
      return { state: 'off', isMine: false, owner: '', heartbeat: 0, lastRun };
    }
    const isMine = owner.email === Triggers.me_();
    const isAlive = Triggers.isFresh_(owner) && (!isMine || Triggers.areThere_(owner));
    return {
      state: isAlive ? 'on' : 'stopped',
      isMine,
      owner: owner.email,
      heartbeat: owner.heartbeat,
      lastRun,
    };
  },

  /** @return {Owner | null} */
  owner_() {
    const owner = Store.read(Store.OWNER);
    return owner !== null && Array.isArray(owner.triggerIds) ? owner : null;
  },

  /** @return {string} */
  me_() {
    return Session.getEffectiveUser().getEmail();
  },

  /**
   * @param {Owner} owner
   * @return {boolean}
   */
  isFresh_(owner) {
    return Date.now() - owner.heartbeat < Triggers.FRESH_MILLISECONDS;
  },

  /**
   * @param {Owner} owner
   * @return {boolean}
   */
  areThere_(owner) {
    const present = Triggers.mine_().map((trigger) => trigger.getUniqueId());
    return owner.triggerIds.every((id) => present.includes(id));
  },

  /**
   * @return {boolean} Whether the account still grants what the add-on needs; it may have withdrawn some of it. The
   *     permission to send mails may be withheld.
   */
  isAuthorized_() {
    return Triggers.grants([...Setup.SCOPES]);
  },

  /**
   * @param {string[]} scopes
   * @return {boolean} Whether the account grants all of them; people may withhold single ones.
   */
  grants(scopes) {
    const app = /** @type {any} */ (ScriptApp); // the declarations lack the second argument
    const info = app.getAuthorizationInfo(ScriptApp.AuthMode.FULL, scopes);
    return info.getAuthorizationStatus() !== ScriptApp.AuthorizationStatus.REQUIRED;
  },

  /** @return {string} */
  ensureEdit_() {
    const there = Triggers.only_(Triggers.EDIT_HANDLER);
    const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
    const trigger =
      there || ScriptApp.newTrigger(Triggers.EDIT_HANDLER).forSpreadsheet(spreadsheet).onEdit().create();
    return trigger.getUniqueId();
  },

  /** @return {string} */
  ensureSweep_() {
    const there = Triggers.only_(Triggers.SWEEP_HANDLER);
    const trigger = there || ScriptApp.newTrigger(Triggers.SWEEP_HANDLER).timeBased().everyHours(1).create();
    return trigger.getUniqueId();
  },

  /**
   * @param {string} handler
   * @return {GoogleAppsScript.Script.Trigger | undefined} This account's trigger; doubles are deleted.
   */
  only_(handler) {
    const [first, ...doubles] = Triggers.mine_().filter((each) => each.getHandlerFunction() === handler);
    doubles.forEach((each) => ScriptApp.deleteTrigger(each));
    return first;
  },

  /** Deletes this account's triggers. */
  remove_() {
    Triggers.mine_().forEach((each) => ScriptApp.deleteTrigger(each));
  },

  /**
   * @return {GoogleAppsScript.Script.Trigger[]} This account's triggers here. Those of an add-on's project belong to
   *     all spreadsheets of the account, those of a bound script to its one.
   */
  mine_() {
    return Config.IS_ADD_ON
      ? ScriptApp.getUserTriggers(SpreadsheetApp.getActiveSpreadsheet())
      : ScriptApp.getProjectTriggers();
  },
});
