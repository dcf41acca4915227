/**
 * What runs by itself: the hourly sweep asks the service whether a refresh is due, and sends the digest that it hands
 * out. What the sidebar and the menu say of it stands in the spreadsheet's metadata, which costs the service nothing.
 *
 * @typedef {Object} RefreshState
 * @property {'off' | 'nightly' | 'weekly'} every
 * @property {string} at As `Settings` has it.
 * @property {boolean} hasDigest Whether anybody gets the digest.
 * @property {string} nextAt UTC, ISO 8601; '' for never.
 * @property {{at: string, what: string, state: string, result: string} | null} last
 * @property {string} stopped Why it switched itself off.
 * @property {string} overdueSince Since when it has not run well, ''; said after two periods.
 * @property {string} digestProblem Why the last digest was not sent.
 */
const Refresh = Object.freeze({
  RECORD: 'ate-schedule',
  TAB: 'Settings',

  /** Periods by what `Settings` says, and the time that a run may be late. */
  PERIODS: Object.freeze({ nightly: 24 * 3600 * 1000, weekly: 7 * 24 * 3600 * 1000 }),
  SLACK_MILLISECONDS: 3 * 3600 * 1000,

  /** Looks whether a refresh is due; part of the hourly sweep, which alone has a trigger. */
  hour() {
    if (!Refresh.isWanted_()) {
      return;
    }
    const answer = Webhook.call('refresh');
    if (answer.ok && answer.value.digestDue) {
      Digest.send();
    }
  },

  /** @return {RefreshState} */
  state() {
    const chosen = Refresh.chosen_();
    const record = Refresh.record_();
    return {
      every: chosen.every,
      at: chosen.at,
      hasDigest: chosen.to !== '',
      nextAt: chosen.every === 'off' ? '' : record.next_at || '',
      last: record.last || null,
      stopped: record.stopped || '',
      overdueSince: Refresh.overdueSince_(chosen.every, record),
      digestProblem: (record.sent && record.sent.problem) || '',
    };
  },

  /**
   * Writes the marketer's choice into `Settings`, and has the service take note of it.
   *
   * @param {any} every
   * @return {Result<RefreshState>}
   */
  choose(every) {
    if (!['off', 'nightly', 'weekly'].includes(every)) {
      return Problems.failed('unknown-call', say('Not known'), say('This is no answer that Settings takes.'), '');
    }
    const written = DataCheck.keep([{ setting: 'Refresh', value: every }]);
    if (!written.ok) {
      return written;
    }
    const answer = Webhook.call('refresh', { chosen: true });
    return answer.ok ? { ok: true, value: Refresh.state() } : answer;
  },

  /** @return {boolean} Whether the menu is to say that the refresh does not run. */
  isOverdue() {
    return Refresh.overdueSince_(Refresh.chosen_().every, Refresh.record_()) !== '';
  },

  /** @return {boolean} Whether there is anything to ask: a schedule, a digest, or one that was just switched off. */
  isWanted_() {
    const chosen = Refresh.chosen_();
    const { schedule } = Refresh.record_();
    return chosen.every !== 'off' || chosen.to !== '' || (schedule !== undefined && !['', 'off'].includes(schedule));
  },

  /** @return {{every: 'off' | 'nightly' | 'weekly', at: string, to: string}} What `Settings` says. */
  chosen_() {
    const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(Refresh.TAB);
    const places = sheet === null ? null : DataCheck.places_(sheet);
    /** @param {string} name */
    const value = (name) => (places === null ? '' : places.values[(places.rows[name] || 0) - 1] || '');
    const every = value('refresh').toLowerCase();
    const to = value('digestto');
    return {
      every: every === 'nightly' || every === 'weekly' ? every : 'off',
      at: value('refreshat'),
      to: ['none', 'auto'].includes(to.toLowerCase()) ? '' : to,
    };
  },

  /** @return {any} What the service remembers of the schedule; an empty object where there is nothing. */
  record_() {
    const entries = SpreadsheetApp.getActiveSpreadsheet().getDeveloperMetadata();
    const entry = entries.find((each) => each.getKey() === Refresh.RECORD);
    try {
      return (entry && JSON.parse(entry.getValue() || '{}')) || {};
    } catch {
      return {};
    }
  },

  /**
   * @param {'off' | 'nightly' | 'weekly'} every
   * @param {any} record
   * @return {string}
   */
  overdueSince_(every, record) {
    const good = Date.parse(record.good_at || '');
    if (every === 'off' || Number.isNaN(good)) {
      return '';
    }
    const late = Date.now() - good - 2 * Refresh.PERIODS[every];
    return late > Refresh.SLACK_MILLISECONDS ? record.good_at : '';
  },
});
