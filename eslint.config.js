import googleappsscript from 'eslint-plugin-googleappsscript';

/**
 * Takes the script out of an HTML file of the add-on, whose first line is <script> and last line </script>. Lines
 * keep their numbers.
 */
const page = {
  meta: { name: 'page', version: '1' },
  preprocess: (text) => [text.replace(/^<script>/, '').replace(/<\/script>\s*$/, '')],
  postprocess: (messages) => messages.flat(),
};

const rules = {
  'array-callback-return': 'error',
  curly: 'error',
  eqeqeq: 'error',
  'guard-for-in': 'error',
  'no-else-return': 'error',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-param-reassign': 'error',
  'no-shadow': 'error',
  'no-undef': 'error',
  'no-unreachable': 'error',
  'no-unused-expressions': 'error',
  'no-use-before-define': ['error', { functions: false, variables: false, classes: false }],
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'prefer-template': 'error',
};

// Names that one file gives and another uses.
const NAMESPACES = 'About Audience Config Connect DataCheck Digest Fill Forget Live Menu News Numbers Pages Problems Refresh Retry Rows Sample Setup Sidebar Store Texts TextsDe TextsEs TextsFr Triggers Webhook say';
const PAGE_NAMESPACES = 'say toSay Page Format Pictures Segments Why Drift Models Views Questions Check Checking Notice Decision Work Latest Testing TestForm TestViews First Refreshing Shown Sections App AudienceForm AudienceResult AudienceWork Exporting';
const named = (names) => Object.fromEntries(names.split(' ').map((name) => [name, 'readonly']));

export default [
  { ignores: ['node_modules/', '.venv/', '.cache/'] },
  {
    files: ['apps_script/*.js'],
    languageOptions: {
      ecmaVersion: 2020,
      sourceType: 'script',
      globals: { ...googleappsscript.environments.googleappsscript.globals, ...named(NAMESPACES) },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...rules,
      // Nothing at top level does work: the order of the files is not ours, and onOpen runs before authorization.
      'no-restricted-syntax': [
        'error',
        {
          selector: 'Program > :not(FunctionDeclaration, VariableDeclaration)',
          message: 'A file holds one frozen namespace and, in menu.js, the entry points; no work at top level.',
        },
        {
          selector: "Program > VariableDeclaration > VariableDeclarator > :not(Identifier, CallExpression[callee.object.name='Object'][callee.property.name='freeze'])",
          message: 'A namespace is frozen as it is made.',
        },
      ],
      'no-unused-vars': ['error', { vars: 'local', argsIgnorePattern: '^_' }],
      'no-shadow': ['error', { builtinGlobals: false }],
    },
  },
  {
    files: ['apps_script/*.js.html'],
    processor: page,
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: 'script',
      globals: named(`document window google console setTimeout clearTimeout HTMLElement Blob URL ${PAGE_NAMESPACES}`),
    },
    rules: { ...rules, 'no-unused-vars': ['error', { vars: 'local', argsIgnorePattern: '^_' }] },
  },
  {
    files: ['tests/apps_script/**/*.{js,mjs}'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: named('process console URL Buffer') },
    rules: { ...rules, 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
  },
];
