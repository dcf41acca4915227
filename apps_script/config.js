/**
 * What the deployment decides. `make deploy` and `make bundle` replace the placeholders in a copy of the add-on, and put
 * the service's address into `urlFetchWhitelist` of its appsscript.json; nobody types an address into the add-on.
 */

/**
 * @typedef {Object} Deployment
 * @property {string} SERVICE_URL The service's address: https, with the slash at its end.
 * @property {string} SERVICE_ACCOUNT The account that spreadsheets are shared with.
 * @property {boolean} IS_ADD_ON Whether the script is published as an editor add-on, not bound to one spreadsheet.
 * @property {string} PAGE_FILE The HTML file that holds all others, in a bundle; '' where each has a file of its own.
 */

/** @type {Readonly<Deployment>} */
const Config = Object.freeze({
  SERVICE_URL: 'https://YOUR-SERVICE.example/',
  SERVICE_ACCOUNT: 'YOUR-SERVICE-ACCOUNT@YOUR-PROJECT.iam.gserviceaccount.com',
  IS_ADD_ON: false,
  PAGE_FILE: '',
});
