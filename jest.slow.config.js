// The slow tests: campaigns, browsers, language servers, npm, and deadlines of real seconds.
import fast from './jest.config.js';

export default {
  ...fast,
  roots: ['<rootDir>/tests/slow'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 900_000,
};
