/** Checks the supply chain of the published package: pinned dependencies, no install scripts, and a complete bill of materials. */
import { readFileSync } from 'node:fs';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { describe, expect, test } from '@jest/globals';
import { RULES } from '../src/core/rules/index.ts';
import { readLockfile } from '../scripts/bill-of-materials.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

interface Manifest {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
}

interface Component {
  readonly name: string;
  readonly group?: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses: readonly { readonly license: { readonly id: string } }[];
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const lockfile = await readLockfile();
const billText = read('dist/sbom.cdx.json');
const { components } = JSON.parse(billText) as { readonly components: readonly Component[] };

const pathOf = ({ properties }: Component): string =>
  properties.find(({ name }) => name === 'cdx:npm:package:path')?.value ?? '';
const nameOf = ({ group, name }: Component): string => (group === undefined ? name : `${group}/${name}`);

describe('package.json', () => {
  test('has no runtime dependency', () => {
    const kinds = [
      'dependencies',
      'optionalDependencies',
      'peerDependencies',
      'bundleDependencies',
      'bundledDependencies',
    ];
    expect(Object.keys(manifest).filter((key) => kinds.includes(key))).toEqual([]);
  });

  test('has no install script', () => {
    const scripts = Object.keys(manifest.scripts);
    // `prepare` builds a checkout or a git dependency; npm does not run it for an installed tarball.
    expect(
      scripts.filter((name) => /^(?:pre|post)?install$|^(?:pre|post)?prepare$|^(?:un)install/.test(name)),
    ).toEqual(['prepare']);
  });

  test('pins every package to one version', () => {
    // Two versions of one package use aliases: `npm:js-yaml@4.1.0`.
    const exact = (range: string): string => range.replace(/^npm:[\w-]+@/, '');
    const ranges = Object.entries({ ...manifest.devDependencies, ...manifest.overrides }).map(
      ([name, range]) => [name, exact(range)] as const,
    );
    expect(ranges.filter(([, range]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(range))).toEqual([]);
    for (const [name, version] of Object.entries(manifest.devDependencies)) {
      expect([name, lockfile.get(`node_modules/${name}`)?.version]).toEqual([name, exact(version)]);
    }
  });
});

describe('workflows', () => {
  const WORKFLOWS = ['action.yml', '.github/workflows/ci.yml', 'docs/ci.md'];

  test.each(WORKFLOWS)('%s pins every action to a full commit, and downloads no package by name', (name) => {
    const used = [...read(name).matchAll(/uses: (\S+)/g)].map(([, action = '']) => action);
    expect(used).not.toEqual([]);
    expect(used.filter((action) => !/@(?:[0-9a-f]{40}|…)$/.test(action))).toEqual([]);
    expect(read(name)).not.toMatch(/\bnpx (?!--no-install )[^\n`]*umconfig/);
  });
});

describe('the lockfile', () => {
  test('has a checksum for every package, and no download URL', () => {
    expect(lockfile.size).toBeGreaterThan(500);
    const odd = [...lockfile].filter(
      ([path, entry]) =>
        !path.startsWith('node_modules/') ||
        !/^sha512-[\w+/]{86}==$/.test(entry.integrity) ||
        'resolved' in entry ||
        'link' in entry,
    );
    expect(odd.map(([path]) => path)).toEqual([]);
  });

  test('has no unknown package with an install script', () => {
    // All are development tools whose scripts fetch or check a binary that npm has already installed.
    expect(
      [...lockfile].filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path),
    ).toEqual([
      'node_modules/@parcel/watcher',
      'node_modules/@swc/core',
      'node_modules/aws-sdk',
      'node_modules/esbuild',
      'node_modules/unrs-resolver',
    ]);
  });
});

describe('the bill of materials', () => {
  test('is valid CycloneDX', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(billText)).toBeNull();
    expect(await validator.validate(billText.replace('"library"', '"books"'))).not.toBeNull();
  });

  test('has exactly one licence text for every package', () => {
    const heading = /^(?:-{80}\n\n)?((?:@[\w.-]+\/)?[\w.-]+ \d\S+) \(.+\)$/gm;
    const named = [...read('dist/THIRD-PARTY-LICENSES.txt').matchAll(heading)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual(
      [...new Set(components.map((part) => `${nameOf(part)} ${part.version}`))].sort(),
    );
  });

  test('lists the packages in the bundles, including the compiler of the schemas', () => {
    const names = components.map(nameOf);
    for (const name of [
      '@aws-sdk/client-cognito-identity-provider',
      '@inquirer/prompts',
      'ajv',
      'commander',
      'open',
      'yaml',
    ])
      expect(names).toContain(name);
    for (const name of ['esbuild', 'jest', 'typescript', 'umconfig']) expect(names).not.toContain(name);
  });

  test.each(components.map((part) => [pathOf(part), part] as const))('%s', (path, part) => {
    const entry = lockfile.get(path);
    expect(entry?.version).toBe(part.version);
    // An install script would have run during the build and could have changed the bundle.
    expect(entry?.hasInstallScript).toBeUndefined();
    expect(part.purl).toBe(`pkg:npm/${nameOf(part).replace('@', '%40')}@${part.version}`);
    const [, base64 = ''] = /^sha512-(.+)$/.exec(entry?.integrity ?? '') ?? [];
    expect(part.hashes).toEqual([{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }]);
    expect(part.licenses.map(({ license }) => license.id)).toEqual([
      expect.stringMatching(/^(?:Apache-2\.0|BSD-3-Clause|ISC|MIT)$/),
    ]);
  });
});

describe('SECURITY.md', () => {
  test('names existing finding codes', () => {
    for (const code of ['tracked-by-git', 'file-mode', 'secret-in-log']) {
      expect(read('SECURITY.md')).toContain(`\`${code}\``);
      expect(RULES.map((rule) => rule.code)).toContain(code);
    }
  });
});
