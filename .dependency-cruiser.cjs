/** The rooms of the design and the one direction that imports go. Each rule is planted and seen to fail in
 *  test/unit/rooms.test.ts. */
const inside = (...rooms) => `^worker/(${rooms.join('|')})`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-is-pure',
      comment: 'domain imports nothing of ours, and no I/O',
      severity: 'error',
      from: { path: inside('domain/') },
      to: { path: '^(worker/(?!domain/)|test/|extension/)|^(fs|net|http|https|child_process|pg|node:fs)$' },
    },
    {
      name: 'mapping-is-pure',
      comment: 'mapping knows domain only; reading files is the edge of it (mapping/files.ts)',
      severity: 'error',
      from: { path: inside('mapping/'), pathNot: '^worker/mapping/files\\.ts$' },
      to: {
        path: '^(worker/(?!(domain|mapping)/)|test/|extension/)|^(fs|net|http|https|child_process|node:fs)$',
      },
    },
    {
      name: 'adapters-know-domain-only',
      comment: 'sources, twenty and ledger import domain and themselves',
      severity: 'error',
      from: { path: '^worker/(sources|twenty|ledger)/' },
      to: { path: '^worker/(?!domain/)', pathNot: '^worker/$1/' },
    },
    {
      name: 'engine-sees-ports',
      comment: 'engine imports mapping, domain and the port files',
      severity: 'error',
      from: { path: inside('engine/') },
      to: {
        path: '^worker/(?!(engine|mapping|domain)/)',
        pathNot: '^worker/(sources/source-connector|twenty/target|ledger/ledger)\\.ts$',
      },
    },
    {
      name: 'stages-see-ports',
      comment: 'stages import engine, mapping, domain and the port files',
      severity: 'error',
      from: { path: inside('stages/') },
      to: {
        path: '^worker/(?!(stages|engine|mapping|domain)/)',
        pathNot: '^worker/(sources/source-connector|twenty/target|ledger/ledger)\\.ts$',
      },
    },
    {
      name: 'stages-never-import-one-another',
      severity: 'error',
      from: { path: '^worker/stages/([^/.]+)' },
      to: { path: '^worker/stages/', pathNot: '^worker/stages/($1[/.]|stage\\.ts$)' },
    },
    {
      name: 'jobs-see-stages',
      severity: 'error',
      from: { path: inside('jobs/') },
      to: { path: '^worker/(http/|main|cli)' },
    },
    {
      name: 'http-is-below-main',
      severity: 'error',
      from: { path: inside('http/') },
      to: { path: '^worker/(main|cli)' },
    },
    {
      name: 'worker-takes-only-constants-of-the-extension',
      severity: 'error',
      from: { path: '^worker/' },
      to: { path: '^extension/', pathNot: '^extension/src/constants/' },
    },
    {
      name: 'extension-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^extension/' },
      to: { path: '^(worker|mappings|test)/' },
    },
    {
      name: 'worker-never-imports-tests',
      severity: 'error',
      from: { path: '^worker/' },
      to: { path: '^test/' },
    },
    {
      name: 'only-declared-packages',
      severity: 'error',
      from: { path: '^worker/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'default', 'types'],
    },
  },
};
