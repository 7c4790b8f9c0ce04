#!/usr/bin/env node
'use strict';
const { loadCompiled } = require('./load-compiled.js');

loadCompiled('main')
  .start()
  .then((exitCode) => {
    process.exitCode = exitCode;
  });
