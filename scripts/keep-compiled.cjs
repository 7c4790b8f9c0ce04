/**
 * Writes V8's compiled code of one file of dist/ beside it. What the file is for is done once first, so that the functions that a
 * run needs are in it and not only the top level. A process of its own, because the program's output is not wanted.
 */
'use strict';
const { writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { basename } = require('node:path');
const { loadCompiled } = require('../bin/load-compiled.js');

const file = process.argv[2];
const name = basename(file, '.cjs');
// A file of plain lines without faults, as most runs see it: what more there were would only make loading longer.
const SAMPLE = `${__dirname}/../tests/fixtures/contract/flat/good.yml`;

/** What is done once, by file. */
const REHEARSALS = {
  main: ({ start }) => {
    process.argv = [process.argv[0], 'umconfig', 'validate', SAMPLE];
    return start();
  },
  cognito: async ({ openCognito }) => {
    const server = createServer((request, response) => {
      request.resume();
      response.end('{}');
    });
    await new Promise((settle) => server.listen(0, '127.0.0.1', settle));
    const credentials = { AWS_ACCESS_KEY_ID: 'rehearsal', AWS_SECRET_ACCESS_KEY: 'rehearsal' };
    Object.assign(process.env, credentials, { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' });
    const endpointUrl = `http://127.0.0.1:${server.address().port}`;
    const cognito = await openCognito({ region: 'us-west-2', endpointUrl });
    // The answers are empty, which the calls may take for a fault: all that counts is that they were made.
    await Promise.allSettled([
      cognito.describeUserPool('us-west-2_Rehearsal'),
      cognito.describeAppClient('us-west-2_Rehearsal', 'rehearsal'),
      cognito.listGroups('us-west-2_Rehearsal'),
    ]);
    server.closeAllConnections();
    server.close();
  },
};

let script;
const loaded = loadCompiled(name, (compiled) => {
  script = compiled;
});
Promise.resolve(REHEARSALS[name]?.(loaded)).finally(() => {
  // Node 22 and later keep compiled code themselves and never ask for this.
  if (script !== undefined) writeFileSync(`${file}.compiled`, script.createCachedData());
});
