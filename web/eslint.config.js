import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const rooms = ['submit', 'track', 'result', 'insight'];
/** What each part of `shared` may import from the other parts: arrows go down this list only. */
const shared = {
  api: [],
  device: ['api'],
  imaging: ['api', 'device'],
  i18n: ['api', 'imaging'],
  ui: ['api', 'device', 'imaging', 'i18n'],
};

/** Tests in a room may open the whole page, so `app` may be `alsoFrom`. */
const zones = (...alsoFrom) => [
  ...rooms.map((room) => ({
    target: `./src/${room}`,
    from: './src',
    except: [`./${room}`, './shared', ...alsoFrom],
    message: `${room} may import itself and shared. Only app knows all rooms.`,
  })),
  ...Object.entries(shared).map(([part, others]) => ({
    target: `./src/shared/${part}`,
    from: './src',
    except: [part, ...others].map((other) => `./shared/${other}`),
    message: `shared/${part} may import ${[`shared/${part}`, ...others.map((other) => `shared/${other}`)].join(', ')}.`,
  })),
];
const roomsKeptApart = (...alsoFrom) => ({
  'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: zones(...alsoFrom) }],
});

export default tseslint.config(
  { ignores: ['dist', 'test-results', 'playwright-report', 'src/shared/api/wire.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  { files: ['src/**/*.{ts,tsx}'], ...reactHooks.configs.flat['recommended-latest'] },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/extensions': ['.ts', '.tsx'],
    },
    rules: { ...roomsKeptApart(), 'import-x/no-cycle': 'error', 'import-x/no-self-import': 'error' },
  },
  { files: ['src/**/*.test.{ts,tsx}'], rules: roomsKeptApart('./app') },
  {
    files: ['src/*.{ts,tsx}', 'src/shared/*.{ts,tsx}'],
    ignores: ['src/main.ts'],
    rules: { 'no-restricted-syntax': ['error', { selector: 'Program', message: 'Every file but main.ts belongs to a room.' }] },
  },
);
