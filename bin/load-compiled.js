/**
 * Loads a file of dist/ with the code that V8 compiled when it was built, since compiling it anew is most of the time
 * that a command takes. Node 22 and later keep compiled code themselves; a cache of another Node is ignored by V8.
 */
'use strict';
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const DIST = join(__dirname, '../dist');
const loaded = new Map();

/** The exports of dist/<name>.cjs. `keep` is handed the compiled script, for the build. */
exports.loadCompiled = function loadCompiled(name, keep = () => undefined) {
  if (typeof Module.enableCompileCache === 'function') {
    Module.enableCompileCache();
    return require(`../dist/${name}.cjs`);
  }
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const filename = join(DIST, `${name}.cjs`);
  // The build sees to it that there is nothing but ASCII in it, which is read in half the time this way.
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, 'latin1')}\n})`;
  const script = new Script(source, { filename, cachedData: compiledBefore(filename) });
  const module = { exports: {} };
  const requireFromDist = Module.createRequire(filename);
  const requireHere = (id) => (id.startsWith('./') ? loadCompiled(id.slice(2, -4)) : requireFromDist(id));
  script.runInThisContext()(module.exports, requireHere, module, filename, DIST);
  loaded.set(name, module.exports);
  keep(script);
  return module.exports;
};

function compiledBefore(filename) {
  try {
    return readFileSync(`${filename}.compiled`);
  } catch {
    return undefined;
  }
}
