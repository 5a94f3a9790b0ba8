/**
 * The linter: typescript-eslint's strictest sets, sizes, and the rooms of
 * `src` with what each may import (docs/design.md has the same table).
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import tseslint from 'typescript-eslint';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Each room of `src`, and the other rooms that it may import from; besides, all of them may import from `text`. */
const ROOMS = {
  text: [],
  files: [],
  net: [],
  core: [],
  monitor: ['core'],
  checkpoint: ['core', 'files'],
  history: ['core', 'files'],
  shop: ['core', 'net'],
  abacos: ['core', 'net'],
  'erp-command': ['core', 'net'],
  integration: ['core', 'files', 'net'],
  metrics: ['core', 'net'],
  systemd: [],
  control: ['core', 'net'],
  words: ['core', 'control', 'history'],
  alerts: ['core', 'net', 'words'],
  page: ['core', 'net', 'words'],
  config: ['files'],
  terminal: ['config'],
  privileges: ['checkpoint', 'config', 'terminal'],
  adapters: [
    ...[
      'abacos',
      'alerts',
      'checkpoint',
      'config',
      'control',
      'core',
      'erp-command',
      'files',
      'integration',
      'monitor',
    ],
    ...['privileges', 'shop', 'systemd', 'terminal'],
  ],
  lookup: ['adapters', 'checkpoint', 'config', 'control', 'core', 'files', 'history', 'shop', 'terminal', 'words'],
  audit: ['core', 'monitor'],
  migration: ['adapters', 'checkpoint', 'config', 'files', 'privileges', 'terminal', 'words'],
  service: [
    ...['adapters', 'alerts', 'checkpoint', 'config', 'control', 'core', 'history', 'lookup', 'metrics', 'monitor'],
    ...['page', 'shop', 'systemd', 'terminal', 'words'],
  ],
  commands: [
    ...['adapters', 'alerts', 'audit', 'checkpoint', 'config', 'control', 'core', 'history', 'integration', 'lookup'],
    ...['migration', 'privileges', 'service', 'shop', 'systemd', 'terminal', 'words'],
  ],
};

const everyRoom = Object.keys(ROOMS);

/** A folder that has no line above would be bound by nothing. */
const unknownRooms = {
  files: ['src/**/*.ts'],
  ignores: everyRoom.map((room) => `src/${room}/**`),
  rules: {
    'no-restricted-syntax': [
      'error',
      { selector: 'Program', message: 'This folder is no room that .ci/eslint.config.mjs and docs/design.md know.' },
    ],
  },
};

/** A relative import that leads into one of these folders, however it gets there. */
const into = (folders) => `^\\.(?:.*/)?(?:${folders.join('|')})(?:/|$)`;

const WAITING = [
  {
    selector: 'NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"]',
    message: 'A wait that nothing can end: use the clock, whose wait takes an AbortSignal.',
  },
];

/** Refuses an import in all its forms: `import`, `export … from`, and `import()`, which the rule for the others overlooks. */
function refuse(files, refusals) {
  return {
    files,
    rules: {
      'no-restricted-imports': ['error', { patterns: refusals }],
      'no-restricted-syntax': [
        'error',
        ...refusals.map(({ regex, message }) => ({
          selector: `ImportExpression[source.value=/${regex.replaceAll('/', '\\/')}/]`,
          message,
        })),
        ...WAITING,
      ],
    },
  };
}

const roomRules = Object.entries(ROOMS).map(([room, listed]) => {
  const allowed = room === 'text' ? listed : [...listed, 'text'];
  const others = everyRoom.filter((other) => other !== room && !allowed.includes(other));
  const refusals = [
    {
      regex: into([...others, 'test']),
      message: `src/${room} may import from ${[room, ...allowed].join(', ')} only (docs/design.md).`,
    },
  ];
  if (room === 'core') {
    refusals.push({ regex: '^(?!\\.)', message: 'src/core is pure: it imports no package and no node: module.' });
  }
  if (room === 'monitor') {
    refusals.push({ regex: '^(?!\\.)', message: 'src/monitor does its I/O through its ports only.' });
  }
  return refuse([`src/${room}/**/*.ts`], refusals);
});

const pureRooms = {
  files: ['src/core/**/*.ts', 'src/monitor/**/*.ts'],
  rules: {
    'no-restricted-globals': [
      'error',
      ...['process', 'console', 'fetch', 'performance', 'setTimeout', 'setInterval', 'setImmediate'],
    ],
    'no-restricted-properties': [
      'error',
      { object: 'Date', property: 'now', message: 'The clock is handed in.' },
      { object: 'Math', property: 'random', message: 'Randomness is handed in.' },
    ],
  },
};

/** The scripts of this folder are plain JavaScript: the core rules that find mistakes. */
const scripts = {
  files: ['.ci/**/*.mjs'],
  rules: {
    eqeqeq: 'error',
    'no-undef-init': 'error',
    'no-unused-vars': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'no-unreachable': 'error',
    'no-self-compare': 'error',
    'no-promise-executor-return': 'error',
    'max-lines': ['error', { max: 400 }],
    'max-lines-per-function': ['error', { max: 70 }],
  },
};

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: root } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/strict-boolean-expressions': ['error', { allowNullableObject: true }],
      // Numbers read well in sentences; objects do not, and stay forbidden.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // An index signature is named by a Record here and there; both read well.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'no-param-reassign': 'error',
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 70 }],
      'max-params': ['error', 3],
    },
  },
  ...roomRules,
  unknownRooms,
  pureRooms,
  scripts,
  {
    files: ['test/**/*.ts'],
    rules: {
      // node:test's `test` and `describe` return promises that the runner itself awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'describe', 'it', 'suite'] },
          ],
        },
      ],
      // A table of cases or a scenario reads best in one piece.
      'max-lines-per-function': 'off',
      'no-console': 'off',
    },
  },
);
