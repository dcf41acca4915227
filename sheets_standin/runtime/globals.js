// Evaluated in each fresh context: makes Apps Script's globals and returns what the host needs.
(function (call, services, describe, ahead) {
  'use strict';
  const { parse, stringify } = JSON;
  const made = new Map();
  const enums = new Map();
  const HANDLE = new WeakMap();

  class Enumerated {
    constructor(kind, name, place) {
      Object.defineProperties(this, { kind_: { value: kind }, name_: { value: name }, place_: { value: place } });
    }
    toString() { return this.name_; }
    name() { return this.name_; }
    ordinal() { return this.place_; }
    compareTo(other) { return this.place_ - other.place_; }
    toJSON() { return this.name_; }
  }

  /** Returns the object that holds an enumeration's values. */
  function enumeration(kind, names) {
    if (!enums.has(kind)) {
      const values = names || parse(describe(kind)).enum;
      const holder = {};
      values.forEach((name, place) => { holder[name] = Object.freeze(new Enumerated(kind, name, place)); });
      enums.set(kind, Object.freeze(holder));
    }
    return enums.get(kind);
  }

  /** Returns a value as it goes to the parent. */
  function encode(value) {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : { $: 'number', v: String(value) };
    if (value === undefined) return { $: 'undefined' };
    if (typeof value === 'function') return { $: 'function' };
    if (typeof value === 'bigint' || typeof value === 'symbol') throw new TypeError('Cannot convert a ' + typeof value);
    if (HANDLE.has(value)) return { $: 'object', v: HANDLE.get(value) };
    if (value instanceof Enumerated) return { $: 'enum', c: value.kind_, v: value.name_ };
    if (Array.isArray(value)) return Array.from(value, encode);
    if (value instanceof Date) return { $: 'date', v: value.getTime() };
    const copy = {};
    for (const name of Object.keys(value)) copy[name] = encode(value[name]);
    return '$' in copy ? { $: 'plain', v: copy } : copy;
  }

  /** Returns a value that came from the parent. */
  function decode(value) {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) if (typeof value[i] === 'object') value[i] = decode(value[i]);
      return value;
    }
    switch (value.$) {
      case undefined:
        for (const name of Object.keys(value)) value[name] = decode(value[name]);
        return value;
      case 'undefined': return undefined;
      case 'number': return Number(value.v);
      case 'date': return new Date(value.v);
      case 'enum': return enumeration(value.c)[value.v];
      case 'object': return object(value.c, value.v);
      default: return decode(value.v);
    }
  }

  /** Asks the parent; throws what it answers as an error. */
  function ask(message) {
    const answer = parse(call(stringify(message)));
    if (answer.error) {
      const error = new Error(answer.error.message);
      error.name = answer.error.name;
      Object.defineProperty(error, 'name', { enumerable: false });
      error.stack = String(error.stack).replace(/^Error/, error.name);
      throw error;
    }
    return decode(answer.value);
  }

  /** Returns the class of Google's objects of one kind, made of the names that the parent knows. */
  function classOf(kind) {
    if (!made.has(kind)) {
      const told = parse(describe(kind)) || { methods: [], holds: {} };
      const type = kind === 'HtmlService.HtmlTemplate' ? HtmlTemplate : class {};
      const shown = kind.slice(kind.lastIndexOf('.') + 1);
      for (const name of told.methods) {
        if (Object.prototype.hasOwnProperty.call(type.prototype, name)) continue;
        const method = {
          [name](...given) {
            return ask({ object: HANDLE.get(this), class: kind, method: name, arguments: given.map(encode) });
          },
        }[name];
        Object.defineProperty(type.prototype, name, { value: method });
      }
      if (!told.methods.includes('toString')) {
        Object.defineProperty(type.prototype, 'toString', { value() { return shown; } });
      }
      for (const name of Object.keys(told.holds || {})) {
        Object.defineProperty(type.prototype, name, { get: () => enumeration(told.holds[name]), enumerable: true });
      }
      made.set(kind, type);
    }
    return made.get(kind);
  }

  /** Returns the one object of a handle. */
  const objects = new Map();
  function object(kind, handle) {
    if (!objects.has(handle)) {
      if (describe(kind) === 'null') return unknown(kind);
      const type = classOf(kind);
      const it = Object.create(type.prototype);
      HANDLE.set(it, handle);
      objects.set(handle, it);
    }
    return objects.get(handle);
  }

  /** Returns a service of Google's that the stand-in does not have: whatever is called of it throws. */
  function unknown(kind) {
    return new Proxy({}, {
      get: (_, name) => (typeof name === 'symbol' ? undefined
        : () => ask({ object: kind, class: kind, method: name, arguments: [] })),
    });
  }

  /** A template: what the script sets on it are the variables of its scriptlets. */
  class HtmlTemplate {
    evaluate() {
      const names = Object.keys(this);
      const source = ask({ object: HANDLE.get(this), class: 'HtmlService.HtmlTemplate', method: 'getCode', arguments: [] });
      const written = [];
      const output = {
        raw: (value) => written.push(value === undefined || value === null ? String(value) : value),
        safe: (value) => written.push(String(value).replace(/[&<>"']/g, (sign) => '&#' + sign.charCodeAt(0) + ';')),
      };
      new Function('output_', ...names, source)(output, ...names.map((name) => this[name]));
      return ask({ object: 'HtmlService', class: 'HtmlService', method: 'createHtmlOutput', arguments: [written.join('')] });
    }
  }

  /** Returns one line of what a script logs. */
  function line(values) {
    const text = (value) => {
      if (typeof value === 'string') return value;
      if (value instanceof Error) return String(value.stack || value);
      if (value === undefined || typeof value === 'function' || HANDLE.has(value)) return String(value);
      try { return stringify(value); } catch { return String(value); }
    };
    const [first, ...rest] = values;
    if (typeof first !== 'string') return values.map(text).join(' ');
    const filled = first.replace(/%([sdifjoO%])/g, (mark, kind) => {
      if (kind === '%') return '%';
      if (!rest.length) return mark;
      const value = rest.shift();
      return kind === 'd' || kind === 'i' ? String(parseInt(value, 10)) : kind === 'f' ? String(Number(value)) : text(value);
    });
    return [filled, ...rest.map(text)].join(' ');
  }

  const logged = [];
  const log = (level, values) => {
    const said = line(values);
    if (level === 'LOGGER') logged.push(said);
    ask({ log: level, text: said });
  };
  const timers = new Map();
  const console = {
    log: (...values) => log('DEBUG', values),
    info: (...values) => log('INFO', values),
    warn: (...values) => log('WARNING', values),
    error: (...values) => log('ERROR', values),
    time: (label = 'default') => { timers.set(label, Date.now()); },
    timeEnd: (label = 'default') => log('DEBUG', [label + ': ' + (Date.now() - timers.get(label)) + 'ms']),
  };
  const Logger = {
    log(...values) { log('LOGGER', values); return Logger; },
    getLog: () => logged.map((each) => each + '\n').join(''),
    clear: () => { logged.length = 0; },
    toString: () => 'Logger',
  };
  /** The clock of the stand-in, where a test has moved it on: Date.now() and new Date() follow it. */
  if (ahead) {
    const Real = Date;
    const now = () => Real.now() + ahead;
    globalThis.Date = new Proxy(Real, {
      construct: (type, given, target) => Reflect.construct(type, given.length ? given : [now()], target),
      apply: () => String(new Real(now())),
      get: (type, name) => (name === 'now' ? now : type[name]),
    });
  }

  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  define('console', Object.freeze(console));
  define('Logger', Object.freeze(Logger));
  for (const name of parse(services)) {
    if (name === 'Logger') continue;
    Object.defineProperty(globalThis, name, { get: () => object(name, name), set: (value) => define(name, value), configurable: true });
  }
  /** Returns an error as the parent wants it: where it was thrown, without the frames of this file. */
  function told(error) {
    if (!(error instanceof Error)) return { name: 'Exception', message: String(error), stack: '' };
    const frames = String(error.stack || '').split('\n').filter((each) => /^\s+at /.test(each));
    const ours = frames.filter((each) => !/apps-script-runtime|node:|host\.cjs/.test(each));
    const place = ours.length ? /\(?([^\s()]+):(\d+):(\d+)\)?$/.exec(ours[0]) : null;
    return {
      name: String(error.name),
      message: String(error.message),
      stack: ours.join('\n'),
      file: place ? place[1] : '',
      line: place ? Number(place[2]) : 0,
      column: place ? Number(place[3]) : 0,
    };
  }

  /** Returns a copy of what google.script.run may carry back; refuses the rest. */
  function plain(value, seen = []) {
    if (value === undefined || value === null) return null;
    if (['string', 'boolean'].includes(typeof value)) return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : null;
    if (typeof value !== 'object' || value instanceof Date || HANDLE.has(value) || seen.includes(value)) {
      throw new Error('The script completed but the returned value is not a supported return type.');
    }
    if (Array.isArray(value)) return Array.from(value, (each) => plain(each, [...seen, value]));
    if (value instanceof Enumerated) throw new Error('The script completed but the returned value is not a supported return type.');
    const copy = {};
    for (const name of Object.keys(value)) if (value[name] !== undefined) copy[name] = plain(value[name], [...seen, value]);
    return copy;
  }

  return {
    guarded(work) {
      try {
        work();
        return null;
      } catch (error) {
        return stringify({ done: { error: told(error) } });
      }
    },
    run(name, given, isPlain) {
      try {
        const entry = globalThis[name];
        if (typeof entry !== 'function' || HANDLE.has(entry)) {
          const error = new Error('Script function not found: ' + name);
          error.name = 'Exception';
          throw error;
        }
        const result = entry(...decode(parse(given)));
        return stringify({ done: { value: isPlain ? plain(result) : null } });
      } catch (error) {
        return stringify({ done: { error: told(error) } });
      }
    },
  };
})
