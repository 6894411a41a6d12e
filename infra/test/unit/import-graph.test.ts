import { describe, expect, it } from 'vitest';
import { importsOf, namedIn } from '../../check/import-graph.mjs';
import { temporaryTree } from '../support/tree.ts';

/** Rows have a source and its imports; `type` marks imports of types alone. */
const sources: readonly (readonly [source: string, imports: readonly string[]])[] = [
  [`const text = "import './a.ts'"; // import './b.ts'`, []],
  ['await import(`./${text}.ts`);', []],
  [`require(name); a.require('x');`, []],
  [`import './a.ts';`, ['./a.ts']],
  [`import a, { type B } from './a.ts';`, ['./a.ts']],
  [`import { type A, b } from './a.ts';`, ['./a.ts']],
  [`import { type A, type B } from './a.ts';`, ['type ./a.ts']],
  [`import type { A } from './a.ts';`, ['type ./a.ts']],
  [`import type {} from './a.ts';`, ['type ./a.ts']],
  [`import {} from './a.ts';`, ['./a.ts']],
  [`import type { A } from './a.ts';\nimport { b } from './a.ts';`, ['type ./a.ts', './a.ts']],
  [`export * from './a.ts';`, ['./a.ts']],
  [`export { a, type B } from './a.ts';`, ['./a.ts']],
  [`export type { A } from './a.ts';`, ['type ./a.ts']],
  [`export type * from './a.ts';`, ['type ./a.ts']],
  [`export {} from './a.ts';`, ['./a.ts']],
  [`const a = await import('./a.ts');`, ['./a.ts']],
  ['const a = await import(`./a.ts`);', ['./a.ts']],
  [`let a: import('./a.ts').A;`, ['type ./a.ts']],
  [`type A = typeof import('./a.ts');\nconst b = import('./b.ts');`, ['./b.ts', 'type ./a.ts']],
  [`const a = require('./a.ts');`, ['./a.ts']],
  [`import a = require('./a.ts');`, ['./a.ts']],
  [`/** @type {import('./a.ts').A} */\nlet a;`, []],
];

/** The same for JavaScript, whose types are in comments. */
const scripts: typeof sources = [
  [`/** Not an import: \`import('./a.mjs')\`. */`, []],
  [`// @type {import('./a.mjs').A}`, []],
  [`/** @type {import('./a.mjs').A} */\nlet a;`, ['type ./a.mjs']],
  [`/** @param {{ a: readonly import("./a.mjs").A[] }} b */`, ['type ./a.mjs']],
  [`/**\n * @import { A, B } from './a.mjs'\n */`, ['type ./a.mjs']],
  [`const { a } = require('./a.cjs');`, ['./a.cjs']],
];

const words = (path: string, source: string) =>
  namedIn(path, source).map(({ name, isType }) => (isType ? `type ${name}` : name));

describe('the imports of a source', () => {
  it.each(sources)('are found in %s', (source, imports) => {
    expect(words('a.ts', source)).toEqual(imports);
  });

  it.each(scripts)('are found in JavaScript: %s', (source, imports) => {
    expect(words('a.mjs', source)).toEqual(imports);
  });

  it('of an unreadable source are refused, with the name of the file', () => {
    expect(() => namedIn('a/b.ts', `import { from './a.ts';`)).toThrow(/^a\/b\.ts: /);
  });
});

describe('the targets of imports', () => {
  /** Rows have a name in a file of `a`, its target and its kind. */
  const rows = [
    ['./none.ts', './none.ts', 'lost'],
    ['none', 'none', 'lost'],
    ['table/none', 'table/none', 'lost'],
    ['table/hidden/x', 'table/hidden/x', 'lost'],
    ['#none', '#none', 'lost'],
    ['node:fs/promises', 'fs/promises', 'node'],
    ['os', 'os', 'node'],
    ['./beside.ts', 'a/src/beside.ts', undefined],
    ['./beside.ts?worker&url', 'a/src/beside.ts', undefined],
    ['./look.css', 'a/src/look.css', undefined],
    ['#inside', 'a/src/beside.ts', undefined],
    ['table', 'node_modules/table/types.d.ts', undefined],
    ['table/x/y', 'node_modules/table/inside/x/y.js', undefined],
    ['plain', 'a/node_modules/plain/main.js', undefined],
    ['plain/deep.js', 'a/node_modules/plain/deep.js', undefined],
    ['typed', 'node_modules/@types/typed/index.d.ts', undefined],
    ['other', 'node_modules/other/index.js', 'undeclared'],
  ] as const;

  it('are resolved like in Node: files, exports and imports of packages, the nearest package', () => {
    const root = temporaryTree({
      'package.json': JSON.stringify({ devDependencies: { table: '1', '@types/typed': '1' } }),
      'a/package.json': JSON.stringify({ dependencies: { plain: '1' }, imports: { '#inside': './src/beside.ts' } }),
      'a/src/from.ts': rows.map(([name]) => `import '${name}';\n`).join(''),
      'a/src/beside.ts': '',
      'a/src/look.css': '',
      'a/dist/built.js': `import './nowhere.js';`,
      'node_modules/table/package.json': JSON.stringify({
        exports: {
          '.': { browser: './none.js', import: { types: './types.d.ts' } },
          './*': './inside/*.js',
          './hidden/*': null,
        },
      }),
      'node_modules/table/types.d.ts': '',
      'node_modules/table/inside/x/y.js': '',
      'node_modules/table/inside/hidden/x.js': '',
      'node_modules/plain/package.json': '{}',
      'node_modules/plain/index.js': '',
      'a/node_modules/plain/package.json': JSON.stringify({ main: 'main.js' }),
      'a/node_modules/plain/main.js': '',
      'a/node_modules/plain/deep.js': '',
      'node_modules/@types/typed/package.json': JSON.stringify({ types: 'index.d.ts' }),
      'node_modules/@types/typed/index.d.ts': '',
      'node_modules/other/package.json': '{}',
      'node_modules/other/index.js': '',
    });
    const found = importsOf(root, ['a']).map(({ name, to, kinds }) => [name, to, kinds[0]]);
    expect(found).toEqual(rows);
  });

  it('outside the folders are followed, except built files and packages', () => {
    const root = temporaryTree({
      'package.json': '{}',
      'a/from.ts': `import '../b/one.ts';\nimport '../dist/built.js';\n`,
      'b/one.ts': `import './two.ts';\n`,
      'b/two.ts': '',
      'b/three.ts': `import './two.ts';\n`,
      'dist/built.js': `import './nowhere.js';`,
    });
    expect(importsOf(root, ['a']).map(({ from, to }) => `${from} ${to}`)).toEqual([
      'a/from.ts b/one.ts',
      'a/from.ts dist/built.js',
      'b/one.ts b/two.ts',
    ]);
  });
});
