/**
 * The package.json that is published: what users of the package need of it, and nothing that is for a checkout (npm 11 warns about
 * scripts in what it installs). `npm pack` runs this file as a script, with `strip` before and `restore` after it packs; the original
 * lies in package.json.checkout meanwhile. After a run that was killed in between: `npx tsx scripts/packed-manifest.ts restore`.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const FOR_A_CHECKOUT = ['scripts', 'devDependencies', 'overrides'];

/** The text of the published package.json, from that of the checkout. */
export function packedManifest(text: string): string {
  const fields = Object.entries(JSON.parse(text) as Record<string, unknown>);
  const published = fields.filter(([name]) => !FOR_A_CHECKOUT.includes(name));
  return `${JSON.stringify(Object.fromEntries(published), undefined, 2)}\n`;
}

const path = (name: string): URL => new URL(`../${name}`, import.meta.url);
const MANIFEST = path('package.json');
const ORIGINAL = path('package.json.checkout');
const DRAFT = path('package.json.draft');

function strip(): void {
  const text = readFileSync(MANIFEST, 'utf8');
  // Already done, by a run that was killed: the original must stay.
  if (packedManifest(text) === text) return;
  writeFileSync(ORIGINAL, text);
  // Renamed into place, so that whoever reads package.json meanwhile finds one of the two.
  writeFileSync(DRAFT, packedManifest(text));
  renameSync(DRAFT, MANIFEST);
}

const [, , step] = process.argv;
if (step === 'strip') strip();
if (step === 'restore' && existsSync(ORIGINAL)) renameSync(ORIGINAL, MANIFEST);
