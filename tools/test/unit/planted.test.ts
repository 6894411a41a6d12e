// The faults that `npm run lab -- planted` plants must be up to date: this says so at once, where the lab takes
// minutes.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allFaults, readFault } from '../../lab/planted.ts';
import { parsePatch, unfit } from '../../support/patch.ts';

const repository = join(import.meta.dirname, '../../..');
const read = (path: string): string | undefined => {
  const file = join(repository, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};

describe('a patch', () => {
  const text = 'one\ntwo\nthree\ntwo\n';
  const patch = (body: string, head = '@@ -1,2 +1,2 @@') => `--- a/x.ts\n+++ b/x.ts\n${head}\n${body}\n`;
  const judged = (of: string) => unfit(parsePatch(of), (path) => (path === 'x.ts' ? text : undefined));
  test.each([
    { name: 'of nothing', of: '# why: x\n', want: ['it changes nothing'] },
    {
      name: 'of a file that is gone',
      of: patch(' one\n-two\n+2').replaceAll('x.ts', 'y.ts'),
      want: ['y.ts is not there'],
    },
    {
      name: 'of lines that are gone',
      of: patch(' zero\n-two\n+2'),
      want: ['x.ts: 0 places like the hunk with "zero"'],
    },
    {
      name: 'of lines that are there twice',
      of: patch('-two\n+2', '@@ -2 +2 @@'),
      want: ['x.ts: 2 places like the hunk with "two"'],
    },
    { name: 'that puts back what it takes', of: patch(' one\n-two\n+two'), want: ['x.ts: a hunk changes nothing'] },
    { name: 'that fits', of: patch(' one\n-two\n+2'), want: [] },
    {
      name: 'that fits the first and the last line',
      of: `${patch('-one', '@@ -1 +0,0 @@')}@@ -3,2 +2 @@\n three\n-two\n`,
      want: [],
    },
  ])('$name is judged', ({ of, want }) => {
    expect(judged(of)).toEqual(want);
  });
  test('shorter than its head says is an error', () => {
    expect(() => parsePatch(patch('-two', '@@ -2,3 +2,2 @@'))).toThrow('not as long');
  });
});

test.each(['', '# why: x\n', '# test: x\n', '# why:\n# test: x\n'])(
  'a fault without its head (%j) is refused',
  (text) => {
    expect(() => readFault('m', text)).toThrow('m: a planted fault begins with');
  },
);

describe('every fault of test/planted', () => {
  const faults = allFaults();
  test('is one of sixteen', () => expect(faults.length).toBe(16));
  test.each(faults)('$name fits the tree, and its test is there', ({ name, testArguments }) => {
    const patch = parsePatch(read(`test/planted/${name}.patch`) ?? '');
    expect(unfit(patch, read)).toEqual([]);
    for (const { path } of patch) expect(path).not.toMatch(/\/test\//);
    const [file = '', flag] = testArguments;
    expect([flag, read(file) !== undefined]).toEqual(['-t', true]);
  });
});
