import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importViolations } from '../../check/import-arrows.mjs';
import { importRules } from '../../check/import-rules.mjs';
import { writeTree } from '../support/tree.ts';

/** Rows have a file, its import, and the rule that must refuse it; `fine` rows are allowed arrows. */
const violations = [
  { from: 'base/protocol/src/a.ts', imports: '@meridian/runtime', rule: 'protocol-alone' },
  { from: 'base/protocol/src/b.ts', imports: 'node:fs', rule: 'no-node-in-browsers' },
  { from: 'base/runtime/src/a.ts', imports: '@meridian/protocol', rule: 'runtime-alone' },
  { from: 'scheduler/src/a.ts', imports: '../../sfu/src/index.ts', rule: 'scheduler-arrows' },
  { from: 'scheduler/test/unit/a.test.ts', imports: '@meridian/signaling', rule: 'scheduler-arrows' },
  { from: 'sfu/src/a.ts', imports: '@meridian/scheduler', rule: 'sfu-arrows' },
  { from: 'signaling/src/a.ts', imports: '@meridian/sfu', rule: 'signaling-arrows' },
  { from: 'edge-probe/src/a.ts', imports: '@meridian/signaling', rule: 'edge-probe-arrows' },
  { from: 'edge-probe/src/b.ts', imports: '@meridian/room-media', rule: 'edge-probe-arrows' },
  { from: 'media/gateway/src/a.ts', imports: '@meridian/signaling', rule: 'gateway-arrows' },
  { from: 'media/room-media/src/a.ts', imports: '@meridian/gateway', rule: 'room-media-arrows' },
  { from: 'sfu/src/b.ts', imports: '@meridian/room-media', rule: 'sfu-arrows' },
  { from: 'base/client/src/a.ts', imports: '@meridian/runtime', rule: 'client-arrows' },
  { from: 'product/api-client/src/a.ts', imports: '@meridian/protocol', rule: 'api-client-alone' },
  { from: 'product/cli/src/a.ts', imports: '@meridian/protocol', rule: 'cli-arrows' },
  { from: 'base/client/src/b.ts', imports: 'node:events', rule: 'no-node-in-browsers' },
  { from: 'sdk-web/src/a.ts', imports: '@meridian/runtime', rule: 'sdk-web-arrows' },
  { from: 'sdk-web/src/b.ts', imports: 'node:events', rule: 'no-node-in-browsers' },
  { from: 'product/web/src/a.ts', imports: '@meridian/runtime', rule: 'web-page-arrows' },
  { from: 'product/web/src/b.ts', imports: '../server/index.ts', rule: 'page-not-server' },
  { from: 'product/web/src/core/a.ts', imports: '@meridian/api-client', rule: 'core-is-pure' },
  { from: 'product/web/server/b.ts', imports: '@meridian/api-client', rule: 'web-server-arrows' },
  { from: 'product/web/server/a.ts', imports: '@meridian/sdk-web', rule: 'web-server-arrows' },
  { from: 'examples/oa/src/a.ts', imports: '@meridian/protocol', rule: 'examples-arrows' },
  { from: 'infra/local/a.ts', imports: '@meridian/runtime', rule: 'infra-alone' },
  { from: 'base/runtime/src/t.ts', imports: '../../../proof/test/support/index.ts', rule: 'sources-not-tests' },
  { from: 'proof/test/e2e/a.ts', imports: '../../lab/index.ts', rule: 'laboratory-alone' },
  { from: 'sfu/src/t.ts', imports: '../test/unit/index.ts', rule: 'sources-not-tests' },
  { from: 'sfu/src/core/a.ts', imports: 'node:crypto', rule: 'core-is-pure' },
  { from: 'sfu/src/core/b.ts', imports: '../index.ts', rule: 'core-is-pure' },
  { from: 'scheduler/src/placing/core/a.ts', imports: 'node:crypto', rule: 'core-is-pure' },
  { from: 'scheduler/src/placing/core/b.ts', imports: 'fastify', rule: 'core-is-pure' },
  { from: 'scheduler/src/placing/core/c.ts', imports: '@meridian/runtime', rule: 'core-is-pure' },
  { from: 'scheduler/src/placing/core/d.ts', imports: '../../adapters/redis.ts', rule: 'core-is-pure' },
  { from: 'scheduler/src/placing/core/e.ts', imports: '../placing.ts', rule: 'core-is-pure' },
  { from: 'scheduler/src/core.ts', imports: './placing/placing.ts', rule: 'core-is-pure' },
  { from: 'scheduler/src/placing/up.ts', imports: '../moving/core/queue.ts', rule: 'scheduler-downwards' },
  { from: 'scheduler/src/base/core/up.ts', imports: '../../fleet/core/node.ts', rule: 'scheduler-downwards' },
  { from: 'scheduler/src/adapters/up.ts', imports: '../config.ts', rule: 'scheduler-downwards' },
  { from: 'scheduler/src/elsewhere/a.ts', imports: '../fleet/core/node.ts', rule: 'scheduler-downwards' },
  { from: 'product/api/src/http/up.ts', imports: '../meetings/meetings.ts', rule: 'api-downwards' },
  { from: 'product/api/src/access/core/up.ts', imports: '../keys.ts', rule: 'api-downwards' },
  { from: 'product/api/src/meetings/up.ts', imports: '../app.ts', rule: 'api-downwards' },
  { from: 'product/api/src/elsewhere/a.ts', imports: '../access/keys.ts', rule: 'api-downwards' },
  { from: 'scheduler/src/adapters/a.ts', imports: './redis.ts', rule: 'adapters-apart' },
  { from: 'scheduler/src/adapters/b.ts', imports: './geo/index.ts', rule: 'adapters-apart' },
  { from: 'scheduler/src/adapters/c.ts', imports: '../app.ts', rule: 'adapters-below-app' },
  { from: 'scheduler/src/circle-back.ts', imports: './circle.ts', rule: 'no-circular' },
  { from: 'scheduler/src/lost.ts', imports: './nowhere.ts', rule: 'no-unresolvable' },
  { from: 'scheduler/src/undeclared.ts', imports: 'ws', rule: 'declared-dependencies' },
  { from: 'scheduler/src/undeclared-built.ts', imports: 'built', rule: 'declared-dependencies' },
  { from: 'product/web/src/account/core/a.ts', imports: 'built', rule: 'core-is-pure' },
];
const fine = [
  { from: 'scheduler/src/ok.ts', imports: '@meridian/protocol' },
  { from: 'scheduler/src/ok2.ts', imports: '@meridian/runtime' },
  { from: 'scheduler/src/placing/core/ok.ts', imports: '@meridian/protocol' },
  { from: 'scheduler/src/placing/core/ok2.ts', imports: './filters/index.ts' },
  { from: 'scheduler/src/placing/core/ok3.ts', imports: '../../fleet/core/node.ts' },
  { from: 'scheduler/src/moving/ok.ts', imports: '../placing/placing.ts' },
  { from: 'scheduler/src/adapters/ok.ts', imports: '../placing/placing.ts' },
  { from: 'scheduler/src/adapters/ok2.ts', imports: 'fastify' },
  { from: 'scheduler/src/adapters/geo/ok.ts', imports: './index.ts' },
  { from: 'product/api/src/ok.ts', imports: './meetings/meetings.ts' },
  { from: 'product/api/src/meetings/ok.ts', imports: '../config.ts' },
  { from: 'product/api/src/meetings/ok2.ts', imports: '../access/keys.ts' },
  { from: 'product/api/src/http/ok.ts', imports: '../access/core/scopes.ts' },
  { from: 'sdk-web/src/ok.ts', imports: '@meridian/protocol' },
  { from: 'sdk-web/src/ok2.ts', imports: '@meridian/client' },
  { from: 'media/gateway/src/ok.ts', imports: '@meridian/client' },
  { from: 'product/api-client/src/ok.ts', imports: './index.ts' },
  { from: 'product/cli/src/ok.ts', imports: '@meridian/api-client' },
  { from: 'base/client/src/ok.ts', imports: '@meridian/protocol' },
  { from: 'product/web/src/ok.ts', imports: '@meridian/sdk-web' },
  { from: 'product/web/src/ok2.ts', imports: '@meridian/api-client' },
  { from: 'product/web/src/account/core/ok.ts', imports: '@meridian/api-client', typesOnly: true },
  { from: 'examples/oa/src/ok.ts', imports: '@meridian/api-client' },
  { from: 'product/web/server/ok.ts', imports: '@meridian/runtime' },
  { from: 'proof/test/e2e/ok.ts', imports: '@meridian/signaling' },
  { from: 'proof/lab/ok.ts', imports: '../test/support/index.ts' },
];
const packages = [
  ...['base/protocol', 'base/runtime', 'base/client', 'scheduler', 'sfu', 'signaling', 'edge-probe', 'sdk-web'],
  ...['media/gateway', 'media/room-media', 'media/sdp', 'files/object-store', 'product/api-client', 'product/cli'],
];
const targets = [
  ...packages.map((folder) => `${folder}/src/index.ts`),
  ...[
    'product/web/server/index.ts',
    'proof/test/support/index.ts',
    'proof/lab/index.ts',
    'sfu/test/unit/index.ts',
    'infra/local/index.ts',
    'scheduler/src/config.ts',
  ],
  ...[
    'scheduler/src/app.ts',
    'scheduler/src/fleet/core/node.ts',
    'scheduler/src/moving/core/queue.ts',
    'scheduler/src/placing/placing.ts',
    'scheduler/src/adapters/redis.ts',
    'scheduler/src/adapters/geo/index.ts',
    'scheduler/src/placing/core/filters/index.ts',
  ],
  ...['app', 'config', 'meetings/meetings', 'access/keys', 'access/core/scopes'].map(
    (name) => `product/api/src/${name}.ts`,
  ),
];

describe('the import arrows', () => {
  let root = '';
  let found: ReturnType<typeof violationsOf> = [];

  beforeAll(() => {
    root = plantTree();
    found = violationsOf(root);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it.each(violations)('$from may not import $imports ($rule)', ({ from, rule }) => {
    expect(namesOf(from)).toContain(rule);
  });

  it.each(fine)('$from may import $imports', ({ from }) => {
    expect(namesOf(from)).toEqual([]);
  });

  it('the message shows the path of a circle', () => {
    const circle = found.find((row) => row.from === 'scheduler/src/circle.ts');
    expect(circle?.way).toEqual(['scheduler/src/circle-back.ts', 'scheduler/src/circle.ts']);
  });

  const namesOf = (from: string) => found.filter((row) => row.from === from).map((row) => row.rule);
});

/** Makes a small copy of the tree: every package with an index, the planted files, and the real rules. */
function plantTree(): string {
  const root = mkdtempSync(join(tmpdir(), 'meridian-arrows-'));
  const folders = [...packages, 'product/api', 'product/web', 'infra', 'proof', 'examples'];
  const ours = Object.fromEntries(folders.map((folder) => [`@meridian/${basename(folder)}`, '0.1.0']));
  for (const folder of folders) {
    const manifest = {
      name: `@meridian/${basename(folder)}`,
      version: '0.1.0',
      exports: './src/index.ts',
      dependencies: { ...ours, fastify: '1.0.0' },
    };
    writeTree(root, { [`${folder}/package.json`]: JSON.stringify(manifest) });
  }
  for (const name of ['fastify', 'ws']) {
    writeTree(root, {
      [`node_modules/${name}/package.json`]: `{"name":"${name}"}`,
      [`node_modules/${name}/index.js`]: 'module.exports = 1;',
    });
  }
  writeTree(root, {
    'node_modules/built/package.json': '{"name":"built","exports":{".":{"default":"./dist/index.js"}}}',
    'node_modules/built/dist/index.js': 'export {};',
  });
  mkdirSync(join(root, 'node_modules/@meridian'));
  for (const folder of folders) symlinkSync(join(root, folder), join(root, 'node_modules/@meridian', basename(folder)));
  const text = (path: string) => `export const x = '${path}';\n`;
  writeTree(root, Object.fromEntries(targets.map((path) => [path, text(path)])));
  for (const row of [...violations, ...fine]) {
    const names = 'typesOnly' in row ? 'type { X } from ' : '';
    writeTree(root, { [row.from]: `import ${names}'${row.imports}';\n${text(row.from)}` });
  }
  writeTree(root, {
    'scheduler/src/circle.ts': "import './circle-back.ts';\nexport const y = 1;\n",
    'package.json': '{"name":"meridian"}',
  });
  return root;
}

/** Runs the check like `npm run check`. */
function violationsOf(root: string) {
  const folders = readdirSync(root).filter(
    (name) => !name.startsWith('.') && !['node_modules', 'package.json'].includes(name),
  );
  return importViolations(root, folders, importRules.forbidden);
}
