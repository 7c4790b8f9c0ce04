// TypeScript is stripped by swc; types are checked by `npm run typecheck`.
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  // What takes long is in tests/slow: `npm run test:slow`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/slow/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
  setupFiles: ['<rootDir>/tests/support/seeded.ts'],
  maxWorkers: 2,
  // For what never ends, not for what is slow: a busy machine must not come near it.
  testTimeout: 300_000,
};
