#!/usr/bin/env node
/**
 * Runs the program, and loads the files of dist/ with the code that V8 compiled when they were built, since compiling it anew is
 * most of the time that a command takes. Node 22 and later keep compiled code themselves; a cache of another Node is ignored by V8.
 */
'use strict';
const { readFileSync } = require('node:fs');

const DIST = `${__dirname}/../dist`;
const keepsCompiledCode = !process.version.startsWith('v20.');
const loaded = new Map();

if (require.main === module) {
  // Node ends a process that nothing can wake any more, and a run that has not said how it ended has not succeeded.
  process.once('exit', () => {
    process.exitCode ??= 3;
  });
  if (keepsCompiledCode) require('node:module').enableCompileCache?.();
  // By far the most frequent command is a program of its own.
  loadCompiled(process.argv[2] === 'validate' ? 'validate' : 'main')
    .start()
    .then((exitCode) => {
      process.exitCode = exitCode;
    });
} else {
  exports.loadCompiled = loadCompiled;
}

/** The exports of dist/<name>.cjs. `keep` is handed the compiled script, for the build. */
function loadCompiled(name, keep = () => undefined) {
  if (keepsCompiledCode) return require(`../dist/${name}.cjs`);
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const filename = `${DIST}/${name}.cjs`;
  const { Script } = require('node:vm');
  // The build sees to it that there is nothing but ASCII in it, which is read in half the time this way.
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    cachedData: compiledBefore(filename),
  });
  const exports = {};
  const requireHere = (id) => (id.startsWith('./') ? loadCompiled(id.slice(2, -4)) : require(id));
  const module = { exports };
  script.runInThisContext()(exports, requireHere, module, filename, DIST);
  loaded.set(name, module.exports);
  keep(script);
  return module.exports;
}

function compiledBefore(filename) {
  try {
    return readFileSync(`${filename}.compiled`);
  } catch {
    return undefined;
  }
}
