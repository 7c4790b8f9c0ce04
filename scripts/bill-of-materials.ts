/**
 * Writes the bill of materials of the package in CycloneDX: each third-party package in the bundles, with version, licence and checksum.
 * npm and scanners cannot see these packages, because the package has no dependencies. The same packages give the same bytes.
 */
import { readFile } from 'node:fs/promises';
import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import type { BundledPackage, Manifest } from './bundled-packages.ts';

const LOCKFILE = new URL('../package-lock.json', import.meta.url);

/** The lockfile entry of a package. */
export interface LockEntry {
  readonly version: string;
  /** Checksum of the tarball in the registry. */
  readonly integrity: string;
  readonly hasInstallScript?: boolean;
}

/** The lockfile entries by path, without the project itself. */
export async function readLockfile(): Promise<ReadonlyMap<string, LockEntry>> {
  const { packages } = JSON.parse(await readFile(LOCKFILE, 'utf8')) as {
    readonly packages: Readonly<Record<string, LockEntry>>;
  };
  return new Map(Object.entries(packages).filter(([path]) => path !== ''));
}

/** Throws if a package differs from the lockfile or its licence is not a single SPDX licence. Both need a review. */
export async function billOfMaterials(
  manifest: Manifest,
  packages: readonly BundledPackage[],
): Promise<string> {
  const lockfile = await readLockfile();
  const product = component(manifest, Enums.ComponentType.Application);
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: product }) });
  for (const { path, manifest } of packages) {
    const entry = lockfile.get(path);
    if (entry?.version !== manifest.version)
      throw new Error(`${path} is ${manifest.version}, which differs from package-lock.json`);
    const part = component(manifest, Enums.ComponentType.Library);
    part.scope = Enums.ComponentScope.Required;
    part.hashes.set(...Contrib.FromNodePackageJson.Utils.parsePackageIntegrity(entry.integrity));
    part.properties.add(new Models.Property('cdx:npm:package:path', path));
    part.properties.add(new Models.Property('cdx:npm:package:bundled', 'true'));
    bom.components.add(part);
    product.dependencies.add(part.bomRef);
  }
  const normalizers = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const text = new Serialize.JsonSerializer(normalizers).serialize(bom, { sortLists: true, space: 2 });
  return `${text}\n`;
}

function component(manifest: Manifest, type: Enums.ComponentType): Models.Component {
  const builder = new Contrib.FromNodePackageJson.Builders.ComponentBuilder(
    new Contrib.FromNodePackageJson.Factories.ExternalReferenceFactory(),
    new Contrib.License.Factories.LicenseFactory(refuseExpression),
  );
  const made = builder.makeComponent(manifest, type);
  if (made === undefined) throw new Error(`invalid package name: ${manifest.name}`);
  for (const licence of made.licenses) {
    if (!(licence instanceof Models.SpdxLicense))
      throw new Error(`the licence of ${manifest.name} is not an SPDX licence`);
  }
  if (made.licenses.size === 0) throw new Error(`${manifest.name} has no licence`);
  made.purl = new PackageURL('npm', made.group, made.name, made.version).toString();
  made.bomRef.value = made.purl;
  return made;
}

function refuseExpression(expression: string): never {
  throw new RangeError(`${expression} is not a single licence`);
}
