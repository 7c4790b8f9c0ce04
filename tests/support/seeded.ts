/**
 * Runs before each test file. Properties get the same trials every time, so that a failure comes from the current change. `TEST_SEED=7 npm
 * test` tries others; `npm run soak` explores new ones.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['TEST_SEED'] ?? 1) });
