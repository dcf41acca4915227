// The Node child: runs one script at a time, each in a fresh context, and asks the parent over a blocking pipe.
'use strict';
const fs = require('fs');
const vm = require('vm');
const { Worker } = require('worker_threads');

const PARENT_LOOKED_FOR_MS = 250;

// A parent that was killed can end nobody, and a script in an endless loop never comes back to the pipe to see
// that it is gone. So a thread beside the script looks whether the parent still is who started this.
new Worker(
  `const { parent, milliseconds } = require('worker_threads').workerData;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, milliseconds);`,
  {
    eval: true,
    workerData: { parent: Number(process.argv[3]), milliseconds: PARENT_LOOKED_FOR_MS },
    // Its output led into this process's own would make the pipe to the parent one that does not block.
    stdout: true,
    stderr: true,
  },
);

let buffered = Buffer.alloc(0);

/** Returns the next line from the parent; ends the child where there is none any more. */
function readLine() {
  const parts = [];
  for (;;) {
    const end = buffered.indexOf(10);
    if (end >= 0) {
      parts.push(buffered.subarray(0, end));
      buffered = buffered.subarray(end + 1);
      return Buffer.concat(parts).toString('utf8');
    }
    parts.push(buffered);
    const chunk = Buffer.allocUnsafe(1 << 16);
    const size = fs.readSync(0, chunk, 0, chunk.length, null);
    if (size === 0) process.exit(0);
    buffered = chunk.subarray(0, size);
  }
}

/** Writes a line to the parent. */
function writeLine(text) {
  const bytes = Buffer.from(text + '\n', 'utf8');
  for (let at = 0; at < bytes.length;) at += fs.writeSync(1, bytes, at);
}

const globals = new vm.Script(fs.readFileSync(process.argv[2], 'utf8'), { filename: 'apps-script-runtime' });
const drain = new vm.Script('0');
let described = {};
let project = [];

/** Compiles the project's files; one that does not parse fails when a script runs, as at Google. */
function load(message) {
  described = message.described;
  project = message.files.map(([name, source]) => {
    try {
      return { name, script: new vm.Script(source, { filename: name }) };
    } catch (error) {
      return { name, message: error.message, stack: String(error.stack) };
    }
  });
}

/** Runs one function and returns what became of it. */
function run(message) {
  const context = vm.createContext({}, { microtaskMode: 'afterEvaluate' });
  const call = (text) => {
    writeLine(text);
    return readLine();
  };
  const runtime = globals.runInContext(context)(call, JSON.stringify(described.services), (name) =>
    JSON.stringify(described.classes[name] || null), message.ahead);
  const files = message.backwards ? [...project].reverse() : project;
  for (const file of files) {
    if (!file.script) return JSON.stringify({ done: { error: syntaxError(file) } });
    const failure = runtime.guarded(() => file.script.runInContext(context));
    if (failure) return failure;
  }
  const outcome = runtime.run(message.function, JSON.stringify(message.arguments), Boolean(message.plain));
  drain.runInContext(context); // what the script's promises still have to do
  return outcome;
}

function syntaxError(file) {
  const line = /:(\d+)/.exec(file.stack.split('\n')[0]);
  return { name: 'SyntaxError', message: file.message, stack: '', file: file.name, line: line ? Number(line[1]) : 0 };
}

for (;;) {
  const message = JSON.parse(readLine());
  if (message.load) {
    load(message.load);
  } else {
    writeLine(run(message));
  }
}
