/**
 * The key of this spreadsheet: got in two steps that prove that the caller may write here, kept beside the
 * spreadsheet, renewed before it ends.
 *
 * @typedef {Object} Key
 * @property {string} spreadsheetId Whose key it is: a copy of the spreadsheet must not use it.
 * @property {string} key `whsec_` and base64.
 * @property {number} expiry Seconds since 1970.
 *
 * @typedef {Key & {tabsMade: string[], serviceVersion: string}} Connection
 */
const Connect = Object.freeze({
  METADATA: 'ate-connect',
  RENEWAL_SECONDS: 2 * 24 * 3600,

  /** @return {Result<Key>} The key as it is. */
  key() {
    const kept = Store.read(Store.KEY);
    const isOurs = kept !== null && kept.spreadsheetId === SpreadsheetApp.getActiveSpreadsheet().getId();
    return isOurs ? { ok: true, value: kept } : Problems.notConnected();
  },

  /** @return {Result<Key>} The key, renewed where it ends within two days; where that fails, the key as it is. */
  lastingKey() {
    const current = Connect.key();
    if (!current.ok || Connect.secondsLeft_(current.value) > Connect.RENEWAL_SECONDS) {
      return current;
    }
    const renewed = Connect.renew();
    return renewed.ok || Connect.secondsLeft_(current.value) <= 0 ? renewed : current;
  },

  /**
   * Gets a key. The service sees the proof through its own access to the spreadsheet, so whoever can only read
   * cannot connect, and the proof is a hash, so that whoever reads it cannot use it.
   *
   * @return {Result<Connection>}
   */
  renew() {
    const identityToken = ScriptApp.getIdentityToken();
    if (!identityToken) {
      return Problems.failed(
        'consent',
        say('A permission is missing'),
        say('Google did not tell the service who you are, as that permission was not granted.'),
        say('Choose Set up… in the Audience Targeting menu again and grant what Google asks for.'),
      );
    }
    const body = { call: 'connect', ...Webhook.envelope(), identityToken };
    const first = Webhook.send('connect', JSON.stringify(body), {});
    if (!first.ok) {
      return first;
    }
    const { nonce, expiry } = first.value;
    const verifier = `${Utilities.getUuid()}${Utilities.getUuid()}`.replace(/-/g, '');
    const proof = `${expiry}:${Connect.hash_(`${nonce}.${verifier}`)}`;
    try {
      Connect.leave_(proof);
    } catch {
      return Problems.failed(
        'read-only',
        say('You may only read this spreadsheet'),
        say('Connecting needs somebody who may edit the spreadsheet.'),
        say('Ask its owner to make you an editor, or to choose Set up… themselves.'),
      );
    }
    const second = Webhook.send('connect', JSON.stringify({ ...body, nonce, verifier }), {});
    if (!second.ok) {
      Connect.takeBack_(proof);
      return second;
    }
    return { ok: true, value: Connect.keep_(second.value) };
  },

  /**
   * @param {any} answer
   * @return {Connection}
   */
  keep_(answer) {
    const key = {
      spreadsheetId: SpreadsheetApp.getActiveSpreadsheet().getId(),
      key: answer.key,
      expiry: answer.keyExpiry,
    };
    Store.write(Store.KEY, key);
    return { ...key, tabsMade: answer.tabsMade || [], serviceVersion: answer.version || '' };
  },

  /** @param {string} proof */
  leave_(proof) {
    SpreadsheetApp.getActiveSpreadsheet().addDeveloperMetadata(
      Connect.METADATA,
      proof,
      SpreadsheetApp.DeveloperMetadataVisibility.DOCUMENT,
    );
    SpreadsheetApp.flush();
  },

  /**
   * Takes back a proof that was not used; the service deletes those that were.
   *
   * @param {string} proof
   */
  takeBack_(proof) {
    for (const entry of SpreadsheetApp.getActiveSpreadsheet().getDeveloperMetadata()) {
      if (entry.getKey() === Connect.METADATA && entry.getValue() === proof) {
        entry.remove();
      }
    }
  },

  /**
   * @param {string} text
   * @return {string} SHA-256 of its UTF-8 bytes, hexadecimal.
   */
  hash_(text) {
    const bytes = Utilities.computeDigest(
      Utilities.DigestAlgorithm.SHA_256,
      text,
      Utilities.Charset.UTF_8,
    );
    return bytes.map((byte) => (byte & 0xff).toString(16).padStart(2, '0')).join('');
  },

  /**
   * @param {Key} key
   * @return {number}
   */
  secondsLeft_(key) {
    return key.expiry - Date.now() / 1000;
  },
});
