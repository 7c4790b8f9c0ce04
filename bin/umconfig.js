#!/usr/bin/env node
'use strict';
const { loadCompiled } = require('./load-compiled.js');

// Node ends a process that nothing can wake any more, and a run that has not said how it ended has not succeeded.
process.once('exit', () => {
  process.exitCode ??= 3;
});

loadCompiled('main')
  .start()
  .then((exitCode) => {
    process.exitCode = exitCode;
  });
