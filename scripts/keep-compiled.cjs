/**
 * Writes V8's compiled code of one file of dist/ beside it. The program is run once first, so that the functions that a
 * run needs are in it and not only the top level. A process of its own, because the program's output is not wanted.
 */
'use strict';
const { writeFileSync } = require('node:fs');
const { basename } = require('node:path');
const { loadCompiled } = require('../bin/load-compiled.js');

const file = process.argv[2];
const name = basename(file, '.cjs');
// A file of plain lines without faults, as most runs see it: what more there were would only make loading longer.
const SAMPLE = `${__dirname}/../tests/fixtures/contract/flat/good.yml`;

let script;
const { start } = loadCompiled(name, (compiled) => {
  script = compiled;
});
process.argv = [process.argv[0], 'umconfig', 'validate', SAMPLE];
Promise.resolve(start === undefined ? undefined : start()).finally(() => {
  // Node 22 and later keep compiled code themselves and never ask for this.
  if (script !== undefined) writeFileSync(`${file}.compiled`, script.createCachedData());
});
