/**
 * Writes V8's compiled code of one file of dist/ beside it. What the file is for is done once first, so that the functions that a
 * run needs are in it and not only the top level. A process of its own, because the program's output is not wanted.
 */
'use strict';
const { writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { tmpdir } = require('node:os');
const { basename, join } = require('node:path');
const { loadCompiled } = require('../bin/umconfig.js');

const file = process.argv[2];
const name = basename(file, '.cjs');

// A file of plain lines without faults, as most runs see it: what more there were would only make loading longer.
const VALIDATE = ['validate', join(__dirname, '../tests/fixtures/contract/flat/good.yml')];
const POOL = 'us-west-2_Rehearsal';
const CLIENT = '1rehearsalclient0000000000';
const DISCOVER = ['discover', '--dry-run', '--pool', POOL, '--client', CLIENT, '--region', 'us-west-2'];
/** The command lines whose functions are kept, by file. */
const REHEARSALS = {
  main: [['--help']],
  'command-line': [['--help'], DISCOVER],
  validate: [VALIDATE],
  every: [DISCOVER],
  cognito: [DISCOVER],
};

/** What an account says in which nothing is missing, by operation. */
const ANSWERS = {
  DescribeUserPool: { UserPool: { Id: POOL, Name: 'rehearsal', Domain: 'rehearsal' } },
  ListUserPoolClients: { UserPoolClients: [{ ClientId: CLIENT, ClientName: 'rehearsal' }] },
  DescribeUserPoolClient: {
    UserPoolClient: {
      UserPoolId: POOL,
      ClientId: CLIENT,
      ClientName: 'rehearsal',
      ClientSecret: 'notarealsecret'.repeat(3),
      SupportedIdentityProviders: ['COGNITO'],
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ['email', 'openid'],
      CallbackURLs: ['http://localhost:8686/auth'],
      LogoutURLs: ['http://localhost:8686/'],
    },
  },
  DescribeUserPoolDomain: { DomainDescription: { UserPoolId: POOL, Domain: 'rehearsal', Status: 'ACTIVE' } },
  ListGroups: { Groups: [{ GroupName: 'admin' }] },
};

async function rehearse(commandLines) {
  const server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).replace(/^.*\./, '');
    request.resume();
    response.end(JSON.stringify(ANSWERS[operation] ?? {}));
  });
  await new Promise((settle) => server.listen(0, '127.0.0.1', settle));
  process.env.AWS_ACCESS_KEY_ID = 'AKIAFAKE';
  process.env.AWS_SECRET_ACCESS_KEY = 'notarealkey';
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${server.address().port}`;
  process.chdir(tmpdir());
  for (const args of commandLines) {
    process.argv = [process.argv[0], 'umconfig', ...args];
    const exitCode = await loadCompiled(args[0] === 'validate' ? 'validate' : 'main').start();
    if (exitCode !== 0) throw new Error(`umconfig ${args.join(' ')}: exit code ${exitCode}`);
  }
  server.closeAllConnections();
  server.close();
}

let script;
loadCompiled(name, (compiled) => {
  script = compiled;
});
// Node 22 and later keep compiled code themselves and never ask for this.
if (script !== undefined) {
  rehearse(REHEARSALS[name] ?? []).then(() => {
    writeFileSync(`${file}.compiled`, script.createCachedData());
  });
}
