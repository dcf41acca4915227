/**
 * Further tries for rows that the service refused for now (a quota is used up, others are writing), so that they need
 * not wait for the next edit or the hour while nobody has the sidebar open.
 *
 * The run of the edit itself waits, with the lock let go; edits that come meanwhile leave their rows to it and ask
 * nothing, so many refused edits lead to one request. A time-driven trigger for the purpose would not do: a published
 * add-on has one such trigger for each user and spreadsheet, at most hourly, and that is the sweep; and each that has
 * fired stays among the 20 of its account until it is deleted. What waiting costs is run time: a run may last six
 * minutes, and all triggers of an account 90 minutes a day together, of which no more than a part is slept away here.
 *
 * @typedef {Object} Waiting
 * @property {number} until When the run that waits goes on, milliseconds since 1970; 0 while none waits.
 * @property {number} day Days since 1970, UTC.
 * @property {number} slept Seconds that were slept away on that day.
 */
const Retry = Object.freeze({
  /** Quotas are counted by the minute: after so long there is room again. */
  LONGEST_SECONDS: 60,

  /** All spreadsheets are told the same moment; who comes a little later finds what the first have left. */
  SPREAD_SECONDS: 10,

  /** What one run waits in all: with its requests it stays below Google's six minutes. */
  RUN_SECONDS: 180,
  DAILY_SECONDS: 20 * 60,

  /** A run that has not gone on so long after its time was stopped: edits ask for themselves again. */
  GRACE_MILLISECONDS: 15 * 1000,
  DAY_MILLISECONDS: 24 * 3600 * 1000,

  /**
   * @param {Result<any>} answer
   * @param {number} waited Seconds that this run has waited already.
   * @return {number} Seconds after which to try again; 0 where that would not help, or there are none left.
   */
  seconds(answer, waited) {
    const asked = answer.ok || !answer.problem.retryable ? 0 : answer.problem.retryAfterSeconds;
    if (asked <= 0 || asked > Retry.LONGEST_SECONDS) {
      return 0;
    }
    const seconds = Math.ceil(asked + Retry.SPREAD_SECONDS * Math.random());
    const isLeft = waited + seconds <= Retry.RUN_SECONDS && Retry.state_().slept + seconds <= Retry.DAILY_SECONDS;
    return isLeft ? seconds : 0;
  },

  /**
   * Says that this run will try again; whoever calls it holds the lock.
   *
   * @param {number} seconds
   */
  begin(seconds) {
    const { day, slept } = Retry.state_();
    Store.write(Store.RETRY, { until: Date.now() + 1000 * seconds, day, slept: slept + seconds });
  },

  /** Says that this run waits no more, before it looks what was left to it: what is left later finds nobody waiting. */
  end() {
    Store.write(Store.RETRY, { ...Retry.state_(), until: 0 });
  },

  /** @return {boolean} Whether a run waits to try again. */
  isAhead() {
    return Date.now() < Retry.state_().until + Retry.GRACE_MILLISECONDS;
  },

  /** @return {Waiting} */
  state_() {
    const today = Math.floor(Date.now() / Retry.DAY_MILLISECONDS);
    const kept = Store.read(Store.RETRY);
    const until = kept === null ? 0 : Number(kept.until) || 0;
    return kept !== null && kept.day === today ? { until, day: today, slept: kept.slept } : { until, day: today, slept: 0 };
  },
});
