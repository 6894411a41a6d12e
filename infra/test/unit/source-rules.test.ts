import { describe, expect, it } from 'vitest';
import { findingsIn } from '../../check/source-rules.mjs';

const core = (text: string) => findingsIn('scheduler/src/placing/core/place.ts', text);
const shell = (text: string) => findingsIn('scheduler/src/app.ts', text);
const test = (text: string) => findingsIn('scheduler/test/unit/place.test.ts', text);

describe('core stays pure', () => {
  it.each(['sfu/src/core/epoch.ts', 'scheduler/src/core.ts', 'scheduler/src/fleet/core/node.ts'])(
    '%s is core',
    (path) => {
      expect(findingsIn(path, 'Date.now();')).toHaveLength(1);
    },
  );

  it.each(['sfu/src/epoch.ts', 'scheduler/src/fleet/warm-up.ts'])('%s is not core', (path) => {
    expect(findingsIn(path, 'Date.now();')).toEqual([]);
  });

  const impure = [
    'const t = Date.now();',
    'const t = new Date();',
    'const t = new Date;',
    'const t = Date();',
    'const r = Math.random();',
    'setTimeout(() => undefined, 1);',
    'const later = setInterval;',
    'if (process.env.X) done();',
    'const now = performance.now();',
    'console.log(1);',
    'export async function place() {}',
    'export const place = async () => 1;',
    'class A { async place() {} }',
    'await place();',
    'for await (const x of y) use(x);',
    'const p = Promise.resolve(1);',
    'globalThis.x = 1;',
    'const id = crypto.randomUUID();',
    'call({ process });',
  ];
  it.each(impure)('%s', (text) => {
    expect(core(text), 'in core').toHaveLength(1);
    expect(shell(text), 'outside of it').toEqual([]);
  });

  const pure = [
    'const t = new Date(nowMs);',
    'const x = Math.max(1, 2);',
    'const x = job.process;',
    'const x = { process: 1, console: 2 };',
    'interface Job { process: string; fetch(): void }',
    '// Date.now, setTimeout and await in a comment',
    "const s = 'Date.now() await';",
    'const { process: run } = job;',
  ];
  it.each(pure)('ignores: %s', (text) => {
    expect(core(text)).toEqual([]);
  });

  it('names place, fault and remedy', () => {
    expect(core('\n\nconst t = Date.now();')).toEqual([
      'scheduler/src/placing/core/place.ts:3 Date.now in core: take nowMs as an argument',
    ]);
  });

  it('applies by folder, so adapters and tests named core are free', () => {
    expect(findingsIn('scheduler/test/core/a.ts', 'Date.now();')).toEqual([]);
  });
});

it('an object literal may not be spread into another, a value may', () => {
  const finding = [expect.stringContaining('write its fields there')];
  expect(shell('const a = { ...{ b, c }, d };')).toEqual(finding);
  expect(test('const a = { ...{ b, c }, d };')).toEqual(finding);
  expect(shell('const a = { ...b, ...(c && { d }) };')).toEqual([]);
});

it('a hook at the top level is only for test files', () => {
  const hook = 'afterEach(() => open.close());';
  const support = (text: string) => findingsIn('sfu/test/service/kit/cloud.ts', text);
  expect(support(hook)).toEqual([expect.stringContaining('put it into a function')]);
  expect(support(`export function withCloud() { ${hook} }`)).toEqual([]);
  expect(findingsIn('sfu/test/service/life.whole.test.ts', hook)).toEqual([]);
});

describe('nothing is swallowed', () => {
  const swallowed = [
    'try { a(); } catch {}',
    'try { a(); } catch (e) { /* why */ }',
    'a().catch(() => {});',
    'a().catch(function () {});',
  ];
  it.each(swallowed)('%s is found', (text) => {
    expect(shell(text)).toHaveLength(1);
  });
  it.each([
    'try { a(); } catch (e) { log(e); }',
    'a().catch(() => undefined);',
    'a().catch(log);',
    'try { a(); } finally {}',
  ])('%s is allowed', (text) => {
    expect(shell(text)).toEqual([]);
  });
});

describe('a promise that no code awaits handles its failure', () => {
  const unhandled = [
    'void made.then((x) => use(x));',
    'const onState = () => void made.then(use);',
    'made.then(use);',
    'void made.then(a).then(b);',
    'void made.catch(tell).then(b);',
    'made.then(use).finally(done);',
  ];
  it.each(unhandled)('%s is found', (text) => {
    expect(shell(text)).toEqual([expect.stringContaining('a promise that no code waits for')]);
    expect(findingsIn('product/web/src/app.tsx', text), 'a page is not ended by it').toEqual([]);
    expect(findingsIn('product/web/server/app.ts', text)).toHaveLength(1);
  });
  it.each([
    'void made.then(use, tell);',
    'made.then(use, tell).finally(done);',
    'void made.then(use).catch(tell);',
    'const next = made.then(use);',
    'await made.then(use);',
    'return made.then(use);',
    'const run = () => made.then(use);',
    'void promised();',
    'then(use);',
  ])('%s is allowed', (text) => {
    expect(shell(text)).toEqual([]);
  });
});

describe('no test is left out', () => {
  const left = [
    "it.skip('x', f)",
    "describe.only('x', f)",
    "test.todo('x')",
    "it.skipIf(a)('x', f)",
    "describe.concurrent.skip('x', f)",
    "it.each(rows).only('x', f)",
    "xit('x', f)",
  ];
  it.each(left)('%s', (text) => {
    expect(test(text).length).toBeGreaterThan(0);
    expect(shell(text)).toEqual([]);
  });
  it.each(["it('x', f)", 'stream.skip(3)', "it.each(rows)('x', f)"])('%s is allowed', (text) => {
    expect(test(text)).toEqual([]);
  });
});

describe('no comment disables the type checker', () => {
  const ignore = `@ts-${'ignore'}`;
  it.each([`// ${ignore}\nx();`, `/* ${ignore} */ x();`, `// @ts-${'nocheck'}`])('%s', (text) => {
    expect(shell(text)).toHaveLength(1);
  });
});

describe('services name kinds of nodes by nodeKind', () => {
  it.each([
    "if (node.kind === 'sfu') use();",
    "const x = kind !== 'edge-probe';",
    "use(remote?.kind === 'scheduler');",
  ])('%s', (text) => {
    expect(shell(text)).toHaveLength(1);
    expect(core(text)).toHaveLength(1);
    expect(test(text), 'in a test').toEqual([]);
    expect(findingsIn('infra/local/cloud.ts', text), 'where protocol is not known').toEqual([]);
  });

  it.each(['if (kind === nodeKind.media) use();', "if (kind === 'video') use();", "if (name === 'sfu') use();"])(
    'ignores: %s',
    (text) => {
      expect(shell(text)).toEqual([]);
    },
  );
});

describe('the api begins transactions by transact', () => {
  const api = (text: string) => findingsIn('product/api/src/rooms/rooms.ts', text);
  it.each([
    'await db.transaction().execute(work);',
    "await this.#o.db.transaction().setIsolationLevel('repeatable read').execute(work);",
    'const trx = await db.startTransaction().execute();',
  ])('%s', (text) => {
    expect(api(text)).toEqual([expect.stringContaining('begin it by transact')]);
    expect(findingsIn('product/api/src/store/transaction.ts', text), 'the place of transact').toEqual([]);
    expect(findingsIn('product/api/src/backup/backup.ts', text), 'a backup').toEqual([]);
    expect(findingsIn('product/api/test/support/database.ts', text), 'a test').toEqual([]);
  });

  it.each(['await transact(db, work);', "import { transact } from '../store/transaction.ts';"])(
    'ignores: %s',
    (text) => {
      expect(api(text)).toEqual([]);
    },
  );
});
