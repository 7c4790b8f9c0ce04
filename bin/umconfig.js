#!/usr/bin/env node
// Runs the program: dist/cli.cjs is src/cli/main.ts with everything that it imports.
'use strict';
const { main } = require('../dist/cli.cjs');

// Node ends a process when nothing can wake it any more: a run that has not reported its exit code by then has failed.
process.once('exit', () => {
  process.exitCode ??= 3;
});
main().then((exitCode) => {
  process.exitCode = exitCode;
});
