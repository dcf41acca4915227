/** Live labels: what happens when somebody edits `New User`, and once an hour. */
const Live = Object.freeze({
  /** How long an edit waits for the lock before it leaves its rows to whoever holds it. */
  LOCK_MILLISECONDS: 100,

  /** So many blocks at most are left to a later run. */
  LEFT_BLOCKS: 5,

  /** How often one run takes over what others left; the sweep does the rest. */
  ROUNDS: 5,

  /** A sweep asks again while rows wait, as long as this; Google stops a script after six minutes. */
  SWEEP_MILLISECONDS: 3 * 60 * 1000,
  TOAST_SECONDS: 4,
  PROBLEM_TOAST_SECONDS: 10,

  /** Of what the sidebar shows as well, with a button that a longer message would cover. */
  NEWS_TOAST_SECONDS: 6,

  /**
   * Handles an edit. Google may drop events and fires several people's triggers for one, so it is a hint: what it
   * leaves out is found by the next edit near by, or by the sweep.
   *
   * @param {GoogleAppsScript.Events.SheetsOnEdit | undefined} event
   */
  edit(event) {
    if (!event || !event.range) {
      return;
    }
    const sheet = event.range.getSheet();
    if (sheet.getName() === News.ACTION_MAP && Triggers.serve(event)) {
      News.edited(event);
    }
    if (sheet.getName() === DataCheck.SETTINGS_TAB && Triggers.serve(event)) {
      News.settingEdited(event);
    }
    if (sheet.getName() !== Rows.TAB) {
      return;
    }
    const block = Rows.touched(sheet, event.range);
    if (block !== null && Triggers.serve(event)) {
      Live.serve_(sheet, block);
    }
  },

  /**
   * Handles the hour: scores all that waits, makes rows and log agree, and looks whether a refresh is due.
   *
   * @param {GoogleAppsScript.Events.TimeDriven | undefined} event
   */
  sweep(event) {
    if (!Triggers.serve(event)) {
      return;
    }
    Triggers.beat();
    Store.takeAsked();
    const end = Date.now() + Live.SWEEP_MILLISECONDS;
    let answer;
    do {
      answer = Webhook.call('score', { trigger: 'sweep' });
      Live.record(answer);
    } while (answer.ok && answer.value.waiting > 0 && answer.value.scored > 0 && Date.now() < end);
    Refresh.hour();
  },

  /**
   * Notes how a scoring call went, for the sidebar.
   *
   * @param {Result<any>} answer
   */
  record(answer) {
    const at = Date.now();
    if (answer.ok) {
      Store.write(Store.LAST_RUN, { at, isGood: true, text: answer.value.message });
      Store.forget(Store.PENDING);
      return;
    }
    const { problem } = answer;
    Store.write(Store.LAST_RUN, { at, isGood: false, text: Problems.sentence(problem) });
    if (problem.retryable) {
      const { title, retryAfterSeconds } = problem;
      Store.write(Store.PENDING, { at, title, text: Problems.sentence(problem), retryAfterSeconds });
    }
  },

  /**
   * Scores a block under the document's lock. Where the lock is taken, or a run waits to try again, the block is left
   * to that run, which looks for such blocks after letting go: whoever then still finds it there can rely on it.
   *
   * @param {GoogleAppsScript.Spreadsheet.Sheet} sheet
   * @param {Block} block
   */
  serve_(sheet, block) {
    const lock = LockService.getDocumentLock();
    const isMine = () => !Retry.isAhead() && lock.tryLock(Live.LOCK_MILLISECONDS);
    let blocks = [block];
    if (!isMine()) {
      Store.ask(block);
      if (!isMine()) {
        return;
      }
      blocks = [];
    }
    let waited = 0;
    let seconds = Live.rounds_(sheet, blocks, lock, waited);
    while (seconds > 0) {
      Utilities.sleep(1000 * seconds);
      waited += seconds;
      Retry.end();
      seconds = lock.tryLock(Live.LOCK_MILLISECONDS) ? Live.rounds_(sheet, [], lock, waited) : 0;
    }
  },

  /**
   * Scores blocks and those that are left meanwhile, and lets go of the lock.
   *
   * @param {GoogleAppsScript.Spreadsheet.Sheet} sheet
   * @param {Block[]} first
   * @param {GoogleAppsScript.Lock.Lock} lock It is held.
   * @param {number} waited Seconds that this run has waited since the first refusal.
   * @return {number} Seconds after which to try again what was refused; 0 for no more.
   */
  rounds_(sheet, first, lock, waited) {
    let blocks = first;
    for (let round = 1; ; round += 1) {
      try {
        blocks.push(...Store.takeAsked());
        const answer = blocks.length > 0 ? Live.score_(sheet, blocks) : null;
        const seconds = answer === null ? 0 : Retry.seconds(answer, waited);
        if (answer !== null && (waited === 0 || seconds === 0)) {
          Live.tell_(answer, seconds);
        }
        if (seconds > 0) {
          Retry.begin(seconds);
        }
        if (answer !== null && !answer.ok && answer.problem.retryable) {
          Live.leave_(blocks);
          return seconds;
        }
      } finally {
        lock.releaseLock();
      }
      blocks = [];
      if (round === Live.ROUNDS || !Store.hasAsked() || !lock.tryLock(Live.LOCK_MILLISECONDS)) {
        return 0;
      }
    }
  },

  /**
   * Leaves blocks to the next try, or the next edit. While the service is away every edit does so: many blocks become
   * the one that spans them, as each is a property to read and to write.
   *
   * @param {Block[]} blocks
   */
  leave_(blocks) {
    const merged = Rows.merged(blocks);
    const span = { first: merged[0].first, last: merged[merged.length - 1].last };
    (merged.length > Live.LEFT_BLOCKS ? [span] : merged).forEach((each) => Store.ask(each));
  },

  /**
   * Asks the service once about the rows that edits concern.
   *
   * @param {GoogleAppsScript.Spreadsheet.Sheet} sheet
   * @param {Block[]} blocks
   * @return {Result<any> | null} Null where there is nothing to ask.
   */
  score_(sheet, blocks) {
    SpreadsheetApp.flush();
    const layout = Rows.layout(sheet);
    if (layout.missing.length > 0) {
      const names = layout.missing.join(', ');
      return Problems.failed(
        'layout',
        say('A column is missing'),
        say('{tab} has no column {names}.', { tab: Rows.TAB, names }),
        say('Put the header {headers} back into row 1.', { headers: names }),
      );
    }
    const rows = Rows.concerned(sheet, layout, blocks);
    if (rows !== null && rows.length === 0) {
      return null;
    }
    // Without rows the service takes all that wait, in as many commits as it needs: still one request.
    const fields = rows === null ? {} : { rows: rows.map(({ row, seen }) => ({ row, ...seen })) };
    const answer = Webhook.call('score', { ...fields, trigger: 'edit' }, { hurry: true });
    Live.record(answer);
    return answer;
  },

  /**
   * @param {Result<any>} answer
   * @param {number} seconds After which it is tried again, 0 for not.
   */
  tell_(answer, seconds) {
    const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
    if (!answer.ok) {
      const { title, detail } = answer.problem;
      const again = say('The add-on tries again in {seconds} seconds.', { seconds });
      const text = seconds > 0 ? `${detail} ${again}` : Problems.sentence(answer.problem);
      spreadsheet.toast(text, title, Live.PROBLEM_TOAST_SECONDS);
      return;
    }
    const text = Live.summary(answer.value);
    if (text) {
      spreadsheet.toast(text, About.NAME, Live.TOAST_SECONDS);
    }
  },

  /**
   * @param {any} result What `score` answers.
   * @return {string} It in a few words; "" where nothing was done that one would want to hear of.
   */
  summary(result) {
    const done = result.scored + result.restored;
    if (done === 1 && result.rows.length === 1 && result.invalid.length === 0 && result.waiting === 0) {
      return `${result.rows[0].CustomerID}: ${result.rows[0].Segment}`;
    }
    return done + result.cleared + result.invalid.length + result.waiting > 0 ? result.message : '';
  },
});
