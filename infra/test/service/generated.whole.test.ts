import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { ensureGenerated, generatedPackages, whyStale } from '../../setup/generated.mjs';
import { treeRoot } from '../../setup/paths.mjs';
import { recordedProgress } from '../support/progress.ts';
import { temporaryTree, writeTree } from '../support/tree.ts';

const one = { name: 'a', from: ['a/gen.mjs', 'b/source.txt'], tools: ['tool'] };
const code = 'a/src/generated/code.js';

/** Generates by copying, and counts its runs. */
const copying = `
  import { appendFileSync, copyFileSync } from 'node:fs';
  copyFileSync('b/source.txt', process.argv[2] + '/code.js');
  appendFileSync(process.argv[2] + '/../../runs.txt', 'run\\n');
`;
const lockOf = (version: string) =>
  JSON.stringify({
    packages: { '': {}, 'node_modules/tool': { version }, 'node_modules/other': { version: '1.0.0' } },
  });

/** A clone with one package to generate; `cache` as of an earlier clone, or a new one. */
function clone(o: { gen?: string; cache?: string } = {}) {
  const root = temporaryTree({
    'a/gen.mjs': o.gen ?? copying,
    'b/source.txt': 'first\n',
    'package-lock.json': lockOf('1.0.0'),
  });
  const cache = o.cache ?? join(root, 'cache');
  const progress = recordedProgress();
  const context = { root, cache, logs: join(root, 'logs'), node: process.execPath, env: process.env, progress };
  const runs = () =>
    existsSync(join(cache, 'runs.txt')) ? readFileSync(join(cache, 'runs.txt'), 'utf8').split('\n').length - 1 : 0;
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const ensure = () => ensureGenerated(context, [one]);
  return { root, cache, progress, runs, read, ensure };
}

describe('generated code', () => {
  it('is made once, and a warm call starts nothing', async () => {
    const { root, progress, runs, read, ensure } = clone();
    expect(whyStale(root, one)).toBe('it is not generated yet');
    await ensure();
    expect([read(code), whyStale(root, one)]).toEqual(['first\n', undefined]);
    await ensure();
    expect([runs(), progress.said]).toEqual([1, ['Generating the code of a']]);
  });

  it('is made once when two start at the same time', async () => {
    const { runs, read, ensure } = clone();
    await Promise.all([ensure(), ensure()]);
    expect([runs(), read(code)]).toEqual([1, 'first\n']);
  });

  it('is only copied into a second clone', async () => {
    const first = clone();
    await first.ensure();
    const second = clone({ cache: first.cache });
    await second.ensure();
    expect([second.runs(), second.progress.said, second.read(code)]).toEqual([1, [], 'first\n']);
  });

  it('is made again when its source changes, and the way back only copies', async () => {
    const { root, runs, read, ensure } = clone();
    await ensure();
    writeTree(root, { 'b/source.txt': 'second\n' });
    expect(whyStale(root, one)).toBe('its sources have changed');
    await ensure();
    expect(read(code)).toBe('second\n');
    writeTree(root, { 'b/source.txt': 'first\n' });
    await ensure();
    expect([read(code), runs()]).toEqual(['first\n', 2]);
  });

  it.each([
    { what: 'the version of its generator', files: { 'package-lock.json': lockOf('1.0.1') }, runsAfter: 2 },
    { what: 'what generates it', files: { 'a/gen.mjs': `${copying}\n` }, runsAfter: 2 },
    { what: 'another file of the package', files: { 'a/src/other.ts': 'x' }, runsAfter: 1 },
  ])('after a change of $what has been made $runsAfter times', async ({ files, runsAfter }) => {
    const { root, runs, ensure } = clone();
    await ensure();
    writeTree(root, files);
    await ensure();
    expect(runs()).toBe(runsAfter);
  });

  it.each([
    {
      what: 'was edited',
      break: (file: string) => writeFileSync(file, 'edited'),
      why: 'code.js is not what was generated',
    },
    { what: 'was removed', break: (file: string) => rmSync(file), why: 'code.js is not what was generated' },
    {
      what: 'has company',
      break: (file: string) => writeFileSync(`${file}.old`, ''),
      why: 'code.js.old is not generated',
    },
  ])('that $what is put right', async ({ break: spoil, why }) => {
    const { root, runs, read, ensure } = clone();
    await ensure();
    spoil(join(root, code));
    expect(whyStale(root, one)).toBe(why);
    await ensure();
    expect([read(code), runs(), whyStale(root, one)]).toEqual(['first\n', 1, undefined]);
    expect(readdirSync(join(root, 'a/src/generated')).sort()).toEqual(['.made-from.json', 'code.js']);
  });

  it('that is broken in the cache is made again', async () => {
    const first = clone();
    await first.ensure();
    const [entry = ''] = readdirSync(join(first.cache, 'generated'));
    writeFileSync(join(first.cache, 'generated', entry, 'code.js'), 'broken');
    const second = clone({ cache: first.cache });
    await second.ensure();
    expect([second.read(code), second.runs()]).toEqual(['first\n', 2]);
  });

  it('that cannot be made stops the command with what was said, and leaves what was there', async () => {
    const { root, read, ensure, cache } = clone();
    await ensure();
    writeTree(root, { 'a/gen.mjs': "console.error('line 7: unknown type'); process.exit(3)" });
    const failure = { code: 'GENERATE_FAILED', lastLines: expect.arrayContaining(['line 7: unknown type']) };
    await expect(ensure()).rejects.toMatchObject(failure);
    await expect(ensure()).rejects.toMatchObject(failure);
    expect([read(code), readdirSync(join(cache, 'generated')).length]).toEqual(['first\n', 1]);
  });

  it('whose source changes while it is made is not kept', async () => {
    const { ensure, cache, read } = clone({
      gen: `${copying}; import { writeFileSync } from 'node:fs'; writeFileSync('b/source.txt', 'changed meanwhile');`,
    });
    await expect(ensure()).rejects.toMatchObject({ code: 'GENERATE_FAILED' });
    expect(readdirSync(join(cache, 'generated'))).toEqual([]);
    await ensure();
    expect(read(code)).toBe('changed meanwhile');
  });

  it('of old entries is forgotten in the end', async () => {
    const { root, cache, ensure } = clone();
    for (let text = 0; text < 12; text++) {
      writeTree(root, { 'b/source.txt': `${text}` });
      await ensure();
    }
    expect(readdirSync(join(cache, 'generated')).length).toBeLessThan(12);
  });
});

describe('the generated packages of this tree', () => {
  it.each(generatedPackages)('$name: all sources are there, and its code is what they say', (found) => {
    expect(found.from.filter((path) => !existsSync(join(treeRoot, path)))).toEqual([]);
    expect(whyStale(treeRoot, found)).toBeUndefined();
  });

  it('have tools in the lock file', () => {
    const lock = readFileSync(join(treeRoot, 'package-lock.json'), 'utf8');
    for (const tool of generatedPackages.flatMap(({ tools }) => tools))
      expect(lock).toContain(`node_modules/${tool}": {`);
  });

  it('are not committed', () => {
    const ignored = readFileSync(join(treeRoot, '.gitignore'), 'utf8').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(generatedPackages.map(({ name }) => `/${name}/src/generated/`)));
  });
});
