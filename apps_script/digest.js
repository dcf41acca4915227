/** Sends the digest that the service has composed: as a mail, and to the chats that `Settings` names. */
const Digest = Object.freeze({
  SCOPE: 'https://www.googleapis.com/auth/script.send_mail',

  /** The only hosts that a message is posted to, whatever the service or `Settings` say. */
  CHATS: Object.freeze(['https://hooks.slack.com/', 'https://chat.googleapis.com/v1/spaces/']),

  /** Takes the digest that is due, sends it, and tells the service that it was sent or why not. */
  send() {
    const taken = Webhook.call('digest');
    if (!taken.ok || taken.value.claim === '') {
      return;
    }
    const mailed = Digest.mail_(taken.value);
    /** @type {string[]} */
    const posted = taken.value.webhooks.map((/** @type {string} */ url) => Digest.post_(url, taken.value.chat));
    const problems = [mailed, ...posted].filter((each) => each !== '');
    // Sent where one way went through, as it would come twice there.
    const ways = (taken.value.to.length > 0 ? 1 : 0) + taken.value.webhooks.length;
    const problem = problems.length === ways ? problems.join(' ').slice(0, 500) : '';
    Webhook.call('digest', { claim: taken.value.claim, ...(problem ? { problem } : {}) });
  },

  /** @return {boolean} Whether the account lets the add-on send mails: people may withhold this alone. */
  canMail() {
    return Triggers.grants([Digest.SCOPE]);
  },

  /**
   * @param {{to: string[], subject: string, html: string, text: string}} digest
   * @return {string} Why it was not sent, '' where it was or nobody is to get it.
   */
  mail_({ to, subject, html, text }) {
    if (to.length === 0) {
      return '';
    }
    if (!Digest.canMail()) {
      return say('The permission to send mails is withheld: choose Set up… in the menu and allow it.');
    }
    try {
      if (MailApp.getRemainingDailyQuota() < to.length) {
        return say('Google lets this account send no more mails today.');
      }
      MailApp.sendEmail({ to: to.join(','), subject, body: text, htmlBody: html, name: About.NAME });
      return '';
    } catch (error) {
      return say('Google did not send the mail: {why}', { why: Problems.text_(error) });
    }
  },

  /**
   * @param {string} url
   * @param {string} text
   * @return {string} Why it was not posted, '' where it was.
   */
  post_(url, text) {
    if (!Digest.CHATS.some((host) => url.startsWith(host))) {
      return say('A webhook in DigestTo is neither of Slack nor of Google Chat.');
    }
    try {
      const response = UrlFetchApp.fetch(url, {
        method: 'post',
        contentType: 'application/json; charset=UTF-8',
        payload: JSON.stringify({ text }),
        muteHttpExceptions: true,
        followRedirects: false,
      });
      const status = response.getResponseCode();
      return status === 200 ? '' : say('The chat did not take the digest (HTTP {status}).', { status });
    } catch (error) {
      return say('The chat was not reached: {why}', { why: Problems.text_(error) });
    }
  },
});
