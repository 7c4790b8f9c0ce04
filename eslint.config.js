import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const outsideWorld = (message) => [
  'error',
  { object: 'process', property: 'exit', message },
  { object: 'process', property: 'env', message },
  { object: 'Date', property: 'now', message },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'src/core/config/compiled-schema.js', 'tests/types/'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['bin/*.js', '*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      // What the outside world sends is stripped of control characters by pattern.
      'no-control-regex': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': outsideWorld('The outside world is reached through src/adapters only.'),
    },
  },
  {
    files: ['src/adapters/**/*.ts'],
    rules: { 'no-console': 'off', 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-restricted-exports': 'off' },
    languageOptions: { globals: { process: 'readonly' } },
  },
  {
    // CommonJS: see docs/decisions/0007-start-up-time.md
    files: ['bin/*.js'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
    languageOptions: {
      sourceType: 'commonjs',
      globals: { process: 'readonly', require: 'readonly', exports: 'writable', __dirname: 'readonly' },
    },
  },
);
