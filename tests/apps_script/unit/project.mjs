/** The add-on's files in a fresh global scope, beside small stand-ins for Google's services that record what they get. */
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const FOLDER = fileURLToPath(new URL('../../../apps_script/', import.meta.url));
const signed = (/** @type {Buffer} */ buffer) => [...buffer].map((byte) => (byte > 127 ? byte - 256 : byte));
const bytes = (/** @type {number[]} */ list) => Buffer.from(list.map((byte) => byte & 0xff));

/** As Utilities.formatDate, of the patterns that the add-on uses. */
function formatDate(/** @type {Date} */ date, /** @type {string} */ zone, /** @type {string} */ pattern) {
  const told = { timeZone: zone, hourCycle: 'h23', timeZoneName: 'longOffset', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' };
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-US', told).formatToParts(date).map((part) => [part.type, part.value]));
  const values = { yyyy: parts.year, MM: parts.month, dd: parts.day, HH: parts.hour, mm: parts.minute, Z: parts.timeZoneName };
  return pattern.replace(/yyyy|MM|dd|HH|mm|Z/g, (token) => values[token]);
}

/** A sheet of plain values; `notes` by "row,column", from 1. */
export class Sheet {
  constructor(name, rows, notes = {}) {
    this.name = name;
    this.rows = rows;
    this.notes = notes;
    this.reads = [];
    this.selected = null;
  }

  getActiveRange() {
    return this.selected;
  }

  getName() {
    return this.name;
  }

  getLastRow() {
    return this.rows.reduce((last, row, i) => (row.some((cell) => cell !== '') ? i + 1 : last), 0);
  }

  getLastColumn() {
    return Math.max(0, ...this.rows.map((row) => row.length));
  }

  getRange(row, column, height = 1, width = 1) {
    return new Range(this, row, column, height, width);
  }
}

export class Range {
  constructor(sheet, row, column, height, width) {
    Object.assign(this, { sheet, row, column, height, width });
  }

  getSheet() {
    return this.sheet;
  }

  getRow() {
    return this.row;
  }

  getLastRow() {
    return this.row + this.height - 1;
  }

  getColumn() {
    return this.column;
  }

  getLastColumn() {
    return this.column + this.width - 1;
  }

  cells_(of) {
    return Array.from({ length: this.height }, (_, i) =>
      Array.from({ length: this.width }, (__, j) => of(this.row + i, this.column + j)),
    );
  }

  getValues() {
    this.sheet.reads.push([this.row, this.height]);
    return this.cells_((row, column) => (this.sheet.rows[row - 1] || [])[column - 1] ?? '');
  }

  getDisplayValues() {
    return this.getValues().map((row) => row.map(String));
  }

  getNotes() {
    return this.cells_((row, column) => this.sheet.notes[`${row},${column}`] || '');
  }

  setValue(value) {
    while (this.sheet.rows.length < this.row) {
      this.sheet.rows.push([]);
    }
    this.sheet.rows[this.row - 1][this.column - 1] = value;
  }
}

const NEW_USER = ['CustomerID', 'Recency', 'Frequency', 'MonetaryValue', 'Cluster', 'ActionPlan', 'PredictedAt', 'PredictionId'];

/** `New User` with rows of inputs and, where there are more cells, outputs. */
export const newUser = (rows, notes) => new Sheet('New User', [NEW_USER, ...rows], notes);

/** Outputs of a row that is classified. */
export const OUTPUTS = [0, 'VIP', 46000, 'v1-abc'];

/**
 * Loads the add-on.
 *
 * @param {{sheets?: Sheet[], answers?: Array, me?: string, now?: number, isBusy?: () => boolean}} [world] `answers`: what
 *     the service answers, one after the other, [status, body, headers], or an Error that fetch throws.
 */
export function load({ sheets = [], answers = [], me = 'anna@shop.example', now = 1_795_539_600_000, isBusy = () => false } = {}) {
  const seen = { requests: [], toasts: [], metadata: [], properties: new Map(), triggers: [], deleted: [], menu: [], locks: 0, isHeld: false, slept: [] };
  const world = { me, now, answers, isBusy, seen, isAuthorized: true, random: 0, zone: 'Europe/Berlin', onRequest: () => undefined, onRelease: () => undefined, onSleep: () => undefined };
  const spreadsheet = {
    getId: () => 'spreadsheet-0001',
    getUrl: () => 'https://docs.google.com/spreadsheets/d/spreadsheet-0001/edit',
    getSpreadsheetLocale: () => 'en_US',
    getSpreadsheetTimeZone: () => world.zone,
    getSheetByName: (name) => sheets.find((each) => each.name === name) || null,
    toast: (text, title) => seen.toasts.push(`${title}: ${text}`),
    addDeveloperMetadata: (key, value) => seen.metadata.push([key, value]),
    getDeveloperMetadata: () =>
      seen.metadata.map((entry) => ({
        getKey: () => entry[0],
        getValue: () => entry[1],
        remove: () => seen.metadata.splice(seen.metadata.indexOf(entry), 1),
      })),
  };
  const trigger = (handler) => {
    const made = { id: `t${seen.triggers.length + seen.deleted.length + 1}`, handler, owner: world.me };
    seen.triggers.push(made);
    return asTrigger(made);
  };
  const asTrigger = (made) => ({ made, getUniqueId: () => made.id, getHandlerFunction: () => made.handler });
  const lock = {
    tryLock: () => {
      seen.locks += 1;
      seen.isHeld = !world.isBusy();
      return seen.isHeld;
    },
    releaseLock: () => {
      seen.isHeld = false;
      world.onRelease();
    },
  };
  const menu = {
    addItem(label, name) {
      seen.menu.push([label, name]);
      return menu;
    },
    addSeparator: () => menu,
    addToUi: () => seen.menu.push('shown'),
  };
  const globals = {
    console,
    SpreadsheetApp: {
      getActiveSpreadsheet: () => spreadsheet,
      getActiveSheet: () => sheets[0],
      flush: () => undefined,
      DeveloperMetadataVisibility: { DOCUMENT: 'DOCUMENT' },
      getUi: () => ({ createMenu: () => menu, createAddonMenu: () => menu }),
    },
    PropertiesService: {
      getDocumentProperties: () => ({
        getProperty: (name) => (seen.properties.has(name) ? seen.properties.get(name) : null),
        setProperty: (name, value) => seen.properties.set(name, value),
        deleteProperty: (name) => seen.properties.delete(name),
        getKeys: () => [...seen.properties.keys()],
      }),
    },
    LockService: { getDocumentLock: () => lock },
    Session: { getEffectiveUser: () => ({ getEmail: () => world.me }) },
    ScriptApp: {
      AuthMode: { FULL: 'FULL' },
      AuthorizationStatus: { REQUIRED: 'REQUIRED' },
      getAuthorizationInfo: () => ({ getAuthorizationStatus: () => (world.isAuthorized ? 'NOT_REQUIRED' : 'REQUIRED') }),
      getIdentityToken: () => 'identity',
      getProjectTriggers: () => seen.triggers.filter((each) => each.owner === world.me).map(asTrigger),
      deleteTrigger: ({ made }) => seen.deleted.push(...seen.triggers.splice(seen.triggers.indexOf(made), 1)),
      newTrigger: (handler) => ({
        forSpreadsheet: () => ({ onEdit: () => ({ create: () => trigger(handler) }) }),
        timeBased: () => ({ everyHours: () => ({ create: () => trigger(handler) }) }),
      }),
    },
    Utilities: {
      DigestAlgorithm: { SHA_256: 'SHA_256' },
      Charset: { UTF_8: 'UTF_8' },
      getUuid: () => randomUUID(),
      formatDate,
      sleep: (milliseconds) => {
        seen.slept.push(milliseconds / 1000);
        world.onSleep();
        world.now += milliseconds;
      },
      newBlob: (text) => ({ getBytes: () => signed(Buffer.from(text, 'utf8')) }),
      base64Encode: (list) => bytes(list).toString('base64'),
      base64Decode: (text) => signed(Buffer.from(text, 'base64')),
      computeHmacSha256Signature: (value, key) => signed(createHmac('sha256', bytes(key)).update(bytes(value)).digest()),
      computeDigest: (_algorithm, text) => signed(createHash('sha256').update(text, 'utf8').digest()),
    },
    UrlFetchApp: {
      fetch: (url, options) => {
        seen.requests.push({ url, ...options, body: JSON.parse(options.payload) });
        world.onRequest();
        const answer = world.answers.length > 1 ? world.answers.shift() : world.answers[0];
        if (answer instanceof Error) {
          throw answer;
        }
        const [status, body, headers = {}] = answer;
        return {
          getResponseCode: () => status,
          getContentText: () => (typeof body === 'string' ? body : JSON.stringify(body)),
          getHeaders: () => headers,
        };
      },
    },
  };
  const context = vm.createContext(globals);
  const RealDate = vm.runInContext('Date', context);
  RealDate.now = () => world.now;
  vm.runInContext('Math', context).random = () => world.random;
  for (const name of readdirSync(FOLDER).filter((each) => each.endsWith('.js'))) {
    vm.runInContext(readFileSync(FOLDER + name, 'utf8'), context, { filename: name });
  }
  world.run = (/** @type {string} */ code) => vm.runInContext(code, context);
  world.plain = (value) => JSON.parse(JSON.stringify(value));
  const key = { spreadsheetId: 'spreadsheet-0001', key: `whsec_${Buffer.alloc(32, 7).toString('base64')}`, expiry: now / 1000 + 6 * 86_400 };
  world.connect = (changes = {}) => seen.properties.set('ate.key', JSON.stringify({ ...key, ...changes }));
  world.own = (changes = {}) =>
    seen.properties.set('ate.owner', JSON.stringify({ email: world.me, triggerIds: ['t1', 't2'], heartbeat: now, ...changes }));
  world.edit = (sheet, row, column, height = 1, width = 1, triggerUid = 't1') =>
    world.run('handleEdit')({ range: sheet.getRange(row, column, height, width), triggerUid });
  return world;
}

/** What `score` answers. */
export const scored = (fields = {}) => [
  200,
  { scored: 1, restored: 0, cleared: 0, waiting: 0, incomplete: 0, invalid: [], rows: [], message: '1 row labelled.', ...fields },
];

/** A problem as the service tells it. */
export const refused = (status, kind, fields = {}, headers = {}) => [
  status,
  { type: `urn:audience-targeting:problem:${kind}`, title: 'T', status, detail: 'Detail.', hint: 'Hint.', retryable: false, ...fields },
  headers,
];
