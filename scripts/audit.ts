/**
 * Runs `npm audit` and requires a reason for each advisory in scripts/audit-explained.json (or the file given as an argument). Not part of
 * CI: the result changes without a change here, and some registries have no audit service. Exits 0 if every advisory is explained, 1 if one
 * is not, 3 if the registry does not answer.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Explained {
  /** The ID at the end of the advisory's URL: GHSA-…. */
  readonly advisory: string;
  /** Why it is harmless here, for a reader who does not know the code. */
  readonly reason: string;
}

/** The parts of `npm audit --json` that are used. */
interface Audit {
  readonly message?: string;
  readonly error?: { readonly summary?: string };
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly nodes: readonly string[]; readonly via: readonly (string | Advisory)[] }>
  >;
}

interface Advisory {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly severity: string;
  readonly range: string;
}

function audit(): Promise<Audit> {
  return new Promise((settle, fail) => {
    // Exits with 1 when it finds an advisory.
    execFile('npm', ['audit', '--json'], { cwd: root, maxBuffer: 2 ** 26 }, (error, stdout) => {
      if (stdout.trim() === '') fail(error ?? new Error('npm audit printed nothing'));
      else settle(JSON.parse(stdout) as Audit);
    });
  });
}

/** The paths of the packages in the published bundles. No other package reaches a user. */
async function bundled(): Promise<ReadonlySet<string>> {
  const text = await readFile(`${root}dist/sbom.cdx.json`, 'utf8');
  const { components } = JSON.parse(text) as {
    readonly components: readonly {
      readonly properties: readonly { readonly name: string; readonly value: string }[];
    }[];
  };
  const properties = components.flatMap((component) => component.properties);
  return new Set(properties.filter(({ name }) => name === 'cdx:npm:package:path').map(({ value }) => value));
}

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

const [file = `${root}scripts/audit-explained.json`] = process.argv.slice(2);
const explained = JSON.parse(await readFile(file, 'utf8')) as readonly Explained[];
const { vulnerabilities, message, error } = await audit();
if (vulnerabilities === undefined) {
  say(`no answer from npm audit: ${message ?? error?.summary ?? 'no reason given'}`);
  say('Use a registry with an audit service: npm run audit --registry=URL');
  process.exitCode = 3;
} else {
  const shipped = await bundled();
  const found = Object.values(vulnerabilities).flatMap(({ nodes, via }) =>
    via.flatMap((each) => (typeof each === 'string' ? [] : { ...each, nodes })),
  );
  for (const { name, range, title, url, severity, nodes } of found) {
    const reason = explained.find(({ advisory }) => url.endsWith(`/${advisory}`))?.reason;
    const where = nodes.some((node) => shipped.has(node))
      ? 'in the published bundles'
      : 'in development only';
    say(`${name} ${range}: ${title} (${severity}, ${where}) ${url}\n  ${reason ?? 'NOT EXPLAINED'}`);
    if (reason === undefined) process.exitCode = 1;
  }
  for (const { advisory } of explained) {
    if (!found.some(({ url }) => url.endsWith(`/${advisory}`)))
      say(`${advisory} is no longer reported: remove it`);
  }
  say(`advisories: ${found.length}`);
}
