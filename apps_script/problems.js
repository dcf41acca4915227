/**
 * What can go wrong, in the marketer's words.
 *
 * @typedef {Object} Problem
 * @property {string} kind What it is, for the code: the last part of the service's `type`, or one of those below.
 * @property {string} title
 * @property {string} detail What was seen.
 * @property {string} hint What to do.
 * @property {number} status HTTP status; 0 where no answer came.
 * @property {boolean} retryable Whether trying again helps. Rows that could not be scored wait meanwhile.
 * @property {number} retryAfterSeconds 0 where the service did not say.
 * @property {any[]} [columns] Columns of `Training_Data` that were recognised all the same.
 */

/**
 * @template T
 * @typedef {{ok: true, value: T} | {ok: false, problem: Problem}} Result
 */

const Problems = Object.freeze({
  /**
   * @param {string} kind
   * @param {string} title
   * @param {string} detail
   * @param {string} hint
   * @return {Problem}
   */
  of(kind, title, detail, hint) {
    return { kind, title, detail, hint, status: 0, retryable: false, retryAfterSeconds: 0 };
  },

  /**
   * @param {string} kind
   * @param {string} title
   * @param {string} detail
   * @param {string} hint
   * @return {{ok: false, problem: Problem}}
   */
  failed(kind, title, detail, hint) {
    return { ok: false, problem: Problems.of(kind, title, detail, hint) };
  },

  /**
   * @param {Problem} problem
   * @return {string} Detail and hint, for a toast.
   */
  sentence(problem) {
    return [problem.detail, problem.hint].filter(Boolean).join(' ');
  },

  /** @return {{ok: false, problem: Problem}} */
  notConnected() {
    return Problems.failed(
      'not-connected',
      say('Not set up yet'),
      say('This spreadsheet is not connected to the service.'),
      say('Choose Set up… in the Audience Targeting menu.'),
    );
  },

  /**
   * @param {string} call
   * @return {string} What helps where the service or Google is away for now.
   */
  wayOut(call) {
    if (call === 'score') {
      return say('Nothing is lost: the rows get their segment at the next edit or within the hour.');
    }
    return call === 'connect'
      ? say('Nothing is lost: wait a minute, then choose Set up… in the menu again.')
      : say('Nothing is lost: wait a minute, then try again.');
  },

  /**
   * Reads an answer that is not a success: problem details where the service itself speaks, else by its status, as
   * something between may have answered (a proxy, a service that is starting), or the service's framework.
   *
   * @param {string} call
   * @param {number} status
   * @param {string} text
   * @param {number} retryAfterSeconds
   * @return {Problem}
   */
  ofAnswer(call, status, text, retryAfterSeconds) {
    const told = Problems.parsed_(text);
    const kind = String(told.type || '').split(':').pop() || '';
    if (typeof told.detail === 'string' && kind && !kind.startsWith('http-')) {
      return {
        kind,
        title: String(told.title || say('The service met a problem')),
        detail: told.detail,
        columns: Array.isArray(told.columns) ? told.columns : [],
        hint: String(told.hint || '') || (status === 429 || status === 503 ? Problems.wayOut(call) : ''),
        status,
        retryable: told.retryable === true,
        retryAfterSeconds,
      };
    }
    const isTemporary = status === 429 || status >= 500;
    return {
      kind: `http-${status}`,
      title: isTemporary ? say('The service is not available') : say('The service did not understand'),
      detail: isTemporary
        ? say('The service cannot be used for the moment (status {status}).', { status })
        : say('The service does not know what was asked for: it answered with status {status}.', { status }),
      hint: isTemporary
        ? Problems.wayOut(call)
        : say('The add-on and the service may be of different versions: ask whoever deployed them.'),
      status,
      retryable: isTemporary,
      retryAfterSeconds,
    };
  },

  /**
   * Reads what UrlFetchApp throws: no consent, a quota of Google's, an address that is not allowed; else nobody
   * answered.
   *
   * @param {string} call
   * @param {unknown} error
   * @return {Problem}
   */
  ofFetch(call, error) {
    const text = Problems.text_(error);
    if (/permission|authori[sz]ation|scope/i.test(text)) {
      return Problems.of(
        'consent',
        say('A permission is missing'),
        say('Google does not let the add-on reach the service, as a permission was not granted.'),
        say('Choose Set up… in the Audience Targeting menu and grant what Google asks for.'),
      );
    }
    if (/too many times|quota/i.test(text)) {
      return {
        ...Problems.of(
          'google-quota',
          say('Used up for today'),
          say('Google allows each account a number of calls a day; they are used up.'),
          call === 'score'
            ? say('The rows get their segment tomorrow; or a colleague chooses Set up… and lets the add-on use their account.')
            : say('Try again tomorrow, or have a colleague do it.'),
        ),
        retryable: true,
      };
    }
    return {
      ...Problems.of(
        'unreachable',
        say('The service cannot be reached'),
        say('The service does not answer.'),
        Problems.wayOut(call),
      ),
      retryable: true,
    };
  },

  /**
   * @param {unknown} error An exception that nobody foresaw.
   * @return {Problem}
   */
  unforeseen(error) {
    return Problems.of(
      'unforeseen',
      say('Something went wrong'),
      say('Google Sheets said: {reason}', { reason: Problems.text_(error) }),
      say('Try again; if it stays, choose Set up… in the menu, which repairs what it can.'),
    );
  },

  /**
   * @param {unknown} error
   * @return {string}
   */
  text_(error) {
    return error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error)
      ? String(/** @type {Error} */ (error).message)
      : String(error);
  },

  /**
   * @param {string} text
   * @return {Record<string, unknown>}
   */
  parsed_(text) {
    try {
      const told = JSON.parse(text);
      return typeof told === 'object' && told !== null ? told : {};
    } catch {
      return {};
    }
  },
});
