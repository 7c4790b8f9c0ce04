#!/usr/bin/env node
// Runs the program: dist/cli.cjs is src/cli/main.ts with everything that it imports.
'use strict';
const { main } = require('../dist/cli.cjs');

// A run that never reports an exit code has failed: Node ends a process when nothing can wake it any more.
process.exitCode = 3;
main().then((exitCode) => {
  process.exitCode = exitCode;
});
