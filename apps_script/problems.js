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
 */

/**
 * @template T
 * @typedef {{ok: true, value: T} | {ok: false, problem: Problem}} Result
 */

const Problems = Object.freeze({
  TRY_AGAIN: 'Nothing is lost: wait a minute, then try again.',

  /** What helps where the service or Google is away for now, by call; `TRY_AGAIN` for all others. */
  TRY_AGAIN_LATER: Object.freeze({
    score: 'Nothing is lost: rows wait, and are scored at the next edit or within the hour.',
    connect: 'Nothing is lost: wait a minute, then choose Set up… in the menu again.',
  }),

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
      'Not set up yet',
      'This spreadsheet is not connected to the service.',
      `Choose Set up… in the ${About.NAME} menu.`,
    );
  },

  /**
   * @param {string} call
   * @return {string}
   */
  wayOut(call) {
    return Problems.TRY_AGAIN_LATER[/** @type {'score'} */ (call)] || Problems.TRY_AGAIN;
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
        title: String(told.title || 'The service met a problem'),
        detail: told.detail,
        hint: String(told.hint || '') || (status === 429 || status === 503 ? Problems.wayOut(call) : ''),
        status,
        retryable: told.retryable === true,
        retryAfterSeconds,
      };
    }
    const isTemporary = status === 429 || status >= 500;
    return {
      kind: `http-${status}`,
      title: isTemporary ? 'The service is not available' : 'The service did not understand',
      detail: isTemporary
        ? `The service cannot be used for the moment (status ${status}).`
        : `The service does not know what was asked for: it answered with status ${status}.`,
      hint: isTemporary
        ? Problems.wayOut(call)
        : 'The add-on and the service may be of different versions: ask whoever deployed them.',
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
        'A permission is missing',
        'Google does not let the add-on reach the service, as a permission was not granted.',
        `Choose Set up… in the ${About.NAME} menu and grant what Google asks for.`,
      );
    }
    if (/too many times|quota/i.test(text)) {
      return {
        ...Problems.of(
          'google-quota',
          'Used up for today',
          'Google allows each account a number of calls a day; they are used up.',
          call === 'score'
            ? 'Rows wait and are scored tomorrow; or a colleague chooses Set up… and takes over live scoring.'
            : 'Try again tomorrow, or have a colleague do it.',
        ),
        retryable: true,
      };
    }
    return {
      ...Problems.of(
        'unreachable',
        'The service cannot be reached',
        'The service does not answer.',
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
      'Something went wrong',
      `Google Sheets said: ${Problems.text_(error)}`,
      'Try again; if it stays, choose Set up… in the menu, which repairs what it can.',
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
