/** Starts the system's opener of addresses; the only module that imports the package for it. Imported lazily, by browser.ts. */
import open from 'open';
import { withChildEnvironment } from './child-environment.ts';

/** Rejects where it cannot be started. */
export async function openAddress(url: string): Promise<void> {
  // The package has no say in the environment of what it starts.
  await withChildEnvironment(() => open(url));
}
