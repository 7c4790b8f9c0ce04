/**
 * Builds single-file executables for Linux, since a machine with the server or Docker often has no Node: Node's binary with dist/ and the
 * packaged files inside (https://nodejs.org/api/single-executable-applications.html).
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A long-term support release. */
const NODE_VERSION = '24.21.0';

/** The npm packages with Node's binaries by processor, and the checksum of each. */
const BINARIES = {
  x64: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  arm64: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
} as const;

type Processor = keyof typeof BINARIES;
const PROCESSORS = Object.keys(BINARIES) as readonly Processor[];

/** The folders of files that the program reads at run time. */
const PACKAGED = ['completions', 'schemas', 'templates'];

/** The marker in Node's binary that the program is injected at; the same in every version. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * Writes `umconfig-VERSION-linux-x64`, the same for arm64, and the licences of all contents into `folder`. Uses dist/ without rebuilding
 * it. Returns the file names. Throws if a Node package has the wrong checksum.
 */
export async function makeExecutables(folder: string, version: string): Promise<readonly string[]> {
  const work = mkdtempSync(join(tmpdir(), 'umconfig-executables-'));
  try {
    for (const processor of PROCESSORS) download(processor, work);
    const blob = await prepareBlob(work);
    const names = PROCESSORS.map((processor) => {
      const name = `umconfig-${version}-linux-${processor}`;
      inject(join(work, processor, 'package/bin/node'), blob, join(folder, name));
      return name;
    });
    const licences = `umconfig-${version}-LICENSES.txt`;
    writeFileSync(join(folder, licences), licenceTexts(work));
    return [...names, licences];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Unpacks Node's package for a processor into its own folder. */
function download(processor: Processor, work: string): void {
  const name = `node-linux-${processor}`;
  run('npm', ['pack', '--silent', '--ignore-scripts', `${name}@${NODE_VERSION}`], work);
  const archive = join(work, `${name}-${NODE_VERSION}.tgz`);
  const digest = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (`sha512-${digest}` !== BINARIES[processor])
    throw new Error(`${name} ${NODE_VERSION} has the wrong checksum: ${digest}`);
  mkdirSync(join(work, processor));
  run('tar', ['-xzf', archive, '-C', processor, 'package/bin/node', 'package/LICENSE'], work);
}

/**
 * Makes the blob that is injected into each binary. Returns its path. Paths are relative, so that the same program gives the same bytes.
 */
async function prepareBlob(work: string): Promise<string> {
  const host = PROCESSORS.find((processor) => processor === process.arch);
  if (host === undefined || process.platform !== 'linux')
    throw new Error(`executables can be built only on Linux, on ${PROCESSORS.join(' or ')}`);
  await build({
    entryPoints: [join(root, 'bin/umconfig.js')],
    outfile: join(work, 'umconfig.cjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: `node${NODE_VERSION}`,
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const config = {
    main: 'umconfig.cjs',
    output: 'umconfig.blob',
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: false,
    assets: Object.fromEntries(packagedFiles().map((path) => [path, join(root, path)])),
  };
  writeFileSync(join(work, 'sea.json'), JSON.stringify(config));
  run(join(work, host, 'package/bin/node'), ['--experimental-sea-config', 'sea.json'], work);
  return join(work, config.output);
}

function packagedFiles(): readonly string[] {
  const entries = PACKAGED.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true }),
  );
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return paths.map((path) => path.slice(root.length)).sort();
}

function inject(node: string, blob: string, executable: string): void {
  copyFileSync(node, executable);
  chmodSync(executable, 0o755);
  const postject = join(root, 'node_modules/.bin/postject');
  run(postject, [executable, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE], root);
}

function licenceTexts(work: string): string {
  const read = (path: string): string => readFileSync(path, 'utf8').trim();
  return [
    read(join(root, 'LICENSE')),
    read(join(root, 'dist/THIRD-PARTY-LICENSES.txt')),
    `Node.js ${NODE_VERSION}\n\n${read(join(work, 'x64/package/LICENSE'))}\n`,
  ].join(`\n\n${'-'.repeat(80)}\n\n`);
}

/** Runs a program; its output is shown only if it fails. */
function run(program: string, args: readonly string[], cwd: string): void {
  execFileSync(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
}
