#!/usr/bin/env node
// Runs the program: dist/cli.cjs is src/cli/main.ts with everything that it imports. Nothing here is newer than Node 6, so that an
// old Node gets a sentence instead of a syntax error.
'use strict';
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 17)) {
  process.stderr.write(`error: umconfig requires Node 20.17 or later, found ${process.version}\n`);
  process.exitCode = 2;
} else {
  // Node ends a process when nothing can wake it any more: a run that has not reported its exit code by then has failed.
  process.once('exit', () => {
    if (process.exitCode === undefined) process.exitCode = 3;
  });
  require('../dist/cli.cjs')
    .main()
    .then((exitCode) => {
      process.exitCode = exitCode;
    });
}
