/**
 * Writes the package.json that is published, without the entries for a checkout (npm 11 warns about scripts in installed packages). `npm
 * pack` runs this file with `strip` before and `restore` after packing; the original is in package.json.checkout meanwhile. If packing was
 * killed, run `npx tsx scripts/packed-manifest.ts restore`.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const FOR_A_CHECKOUT = ['scripts', 'devDependencies', 'overrides'];

/** Makes the published package.json from that of the checkout. */
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
  // A killed run has already stripped it: keep the original.
  if (packedManifest(text) === text) return;
  writeFileSync(ORIGINAL, text);
  // Renamed into place, so that a concurrent reader sees one of the two versions.
  writeFileSync(DRAFT, packedManifest(text));
  renameSync(DRAFT, MANIFEST);
}

const [, , step] = process.argv;
if (step === 'strip') strip();
if (step === 'restore' && existsSync(ORIGINAL)) renameSync(ORIGINAL, MANIFEST);
