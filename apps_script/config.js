/**
 * What the deployment decides. The deploy step replaces the placeholders, and puts the service's address into
 * `urlFetchWhitelist` of appsscript.json; nobody types an address into the add-on.
 */

/**
 * @typedef {Object} Deployment
 * @property {string} SERVICE_URL The service's address: https, with the slash at its end.
 * @property {string} SERVICE_ACCOUNT The account that spreadsheets are shared with.
 * @property {boolean} IS_ADD_ON Whether the script is published as an editor add-on, not bound to one spreadsheet.
 */

/** @type {Readonly<Deployment>} */
const Config = Object.freeze({
  SERVICE_URL: 'https://YOUR-SERVICE.example/',
  SERVICE_ACCOUNT: 'YOUR-SERVICE-ACCOUNT@YOUR-PROJECT.iam.gserviceaccount.com',
  IS_ADD_ON: false,
});
