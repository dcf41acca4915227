/**
 * Calls to the service: JSON, signed as the Standard Webhooks specification says.
 *
 * @typedef {string} Call Name of a call in the service's table.
 */
const Webhook = Object.freeze({
  /**
   * Calls the service about this spreadsheet. A key that is not taken any more is renewed once.
   *
   * @param {Call} call
   * @param {Object} [fields] What the body has beside the envelope.
   * @param {{hurry?: boolean}} [options] `hurry`: renew a key only when it is needed, not when it soon will be.
   * @return {Result<any>}
   */
  call(call, fields = {}, { hurry = false } = {}) {
    const current = hurry ? Connect.key() : Connect.lastingKey();
    if (!current.ok) {
      return Webhook.withoutKey_(call, current);
    }
    const id = `msg_${Utilities.getUuid()}`;
    const body = JSON.stringify({ call, ...Webhook.envelope(), ...fields });
    const answer = Webhook.signed_(call, body, id, current.value);
    if (answer.ok || answer.problem.status !== 401) {
      return answer;
    }
    const renewed = Connect.renew();
    return renewed.ok ? Webhook.signed_(call, body, id, renewed.value) : Webhook.withoutKey_(call, renewed);
  },

  /**
   * @param {Call} call
   * @param {{ok: false, problem: Problem}} failed Getting a key for it.
   * @return {{ok: false, problem: Problem}} The same; where it is only for now, with what helps with the call itself.
   */
  withoutKey_(call, { problem }) {
    return { ok: false, problem: problem.retryable ? { ...problem, hint: Problems.wayOut(call) } : problem };
  },

  /** @return {{spreadsheetId: string, addOnVersion: string}} What every body has. */
  envelope() {
    return { spreadsheetId: SpreadsheetApp.getActiveSpreadsheet().getId(), addOnVersion: About.VERSION };
  },

  /**
   * @param {string} call
   * @param {string} body
   * @param {string} id The same for the repetition of a call, so that it joins what the first one started.
   * @param {Key} key
   * @return {Result<any>}
   */
  signed_(call, body, id, key) {
    const timestamp = String(Math.floor(Date.now() / 1000));
    return Webhook.send(call, body, {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': Webhook.signature(key.key, id, timestamp, body),
      'audience-spreadsheet': key.spreadsheetId,
      'audience-key-expiry': String(key.expiry),
    });
  },

  /**
   * Signs the text's bytes with the key's bytes. Given texts, Utilities would choose a charset of its own, and the
   * key is no text at all.
   *
   * @param {string} key `whsec_` and base64.
   * @param {string} id
   * @param {string} timestamp Seconds since 1970.
   * @param {string} body
   * @return {string} `v1,` and base64.
   */
  signature(key, id, timestamp, body) {
    const secret = Utilities.base64Decode(key.replace(/^whsec_/, ''));
    const signed = Utilities.newBlob(`${id}.${timestamp}.${body}`).getBytes();
    return `v1,${Utilities.base64Encode(Utilities.computeHmacSha256Signature(signed, secret))}`;
  },

  /**
   * Sends a body. Redirects are not followed: a signed body is for the service alone.
   *
   * @param {string} call
   * @param {string} body
   * @param {Record<string, string>} headers
   * @return {Result<any>}
   */
  send(call, body, headers) {
    let response;
    try {
      response = UrlFetchApp.fetch(`${Config.SERVICE_URL}v1/${call}`, {
        method: 'post',
        contentType: 'application/json',
        payload: body,
        headers: { ...headers, 'accept-language': Texts.language() },
        muteHttpExceptions: true,
        followRedirects: false,
      });
    } catch (error) {
      return { ok: false, problem: Problems.ofFetch(call, error) };
    }
    const status = response.getResponseCode();
    const text = response.getContentText('UTF-8');
    if (status !== 200 && status !== 202) {
      return { ok: false, problem: Problems.ofAnswer(call, status, text, Webhook.retryAfter_(response)) };
    }
    try {
      return { ok: true, value: JSON.parse(text) };
    } catch {
      return { ok: false, problem: Problems.ofAnswer(call, 502, '', 0) };
    }
  },

  /**
   * @param {GoogleAppsScript.URL_Fetch.HTTPResponse} response
   * @return {number} Seconds, 0 where the answer does not say.
   */
  retryAfter_(response) {
    const headers = /** @type {Record<string, unknown>} */ (response.getHeaders());
    const name = Object.keys(headers).find((each) => each.toLowerCase() === 'retry-after');
    const seconds = Number(name === undefined ? 0 : headers[name]);
    return seconds > 0 && seconds < 3600 ? seconds : 0;
  },
});
