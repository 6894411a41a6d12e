// The faults of proof/test/planted must be up to date; a gate plants only five of them.
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsePatch, patched } from '../../check/patch.mjs';
import { allFaults, copyTree, drawFaults, readFault, verdictOf } from '../../check/planted.mjs';
import { temporaryTree } from '../support/tree.ts';

const repository = join(import.meta.dirname, '../../..');
const read = (path: string): string | undefined => {
  const file = join(repository, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};

describe('a patch', () => {
  const text = 'one\ntwo\nthree\ntwo\n';
  const patch = (body: string, head = '@@ -1,2 +1,2 @@') => `--- a/x.ts\n+++ b/x.ts\n${head}\n${body}\n`;
  const judged = (of: string) => patched(parsePatch(of), (path) => (path === 'x.ts' ? text : undefined));
  test.each([
    { name: 'without a hunk', of: '# why: x\n', want: { unfit: ['it changes nothing'] } },
    {
      name: 'of a file that is gone',
      of: patch(' one\n-two\n+2').replaceAll('x.ts', 'y.ts'),
      want: { unfit: ['y.ts is not there'] },
    },
    {
      name: 'of lines that are gone',
      of: patch(' zero\n-two\n+2'),
      want: { unfit: ['x.ts: 0 places like the hunk with "zero"'] },
    },
    {
      name: 'of lines that are there twice',
      of: patch('-two\n+2', '@@ -2 +2 @@'),
      want: { unfit: ['x.ts: 2 places like the hunk with "two"'] },
    },
    {
      name: 'that changes nothing',
      of: patch(' one\n-two\n+two'),
      want: { unfit: ['x.ts: a hunk changes nothing'] },
    },
    { name: 'that fits', of: patch(' one\n-two\n+2'), want: { texts: new Map([['x.ts', 'one\n2\nthree\ntwo\n']]) } },
    {
      name: 'that fits the first and the last line',
      of: `${patch('-one', '@@ -1 +0,0 @@')}@@ -3,2 +2 @@\n three\n-two\n`,
      want: { texts: new Map([['x.ts', 'two\nthree\n']]) },
    },
  ])('$name is evaluated', ({ of, want }) => {
    expect(judged(of)).toMatchObject(want);
  });
  test('that is shorter than it states is an error', () => {
    expect(() => parsePatch(patch('-two', '@@ -2,3 +2,2 @@'))).toThrow('not as long');
  });
});

test.each(['', '# why: x\n', '# test: x -t "y"\n', '# why:\n# test: x -t "y"\n', '# why: x\n# test: x\n'])(
  'a fault without its head (%j) is refused',
  (text) => {
    expect(() => readFault('m', text)).toThrow('m: a planted fault begins with');
  },
);

describe('the faults of a gate', () => {
  const fault = (name: string, file = 'a/test/unit/a.test.ts') => readFault(name, `# why: x\n# test: ${file} -t "y"\n`);
  const some = Array.from({ length: 20 }, (_, index) => fault(String.fromCharCode(116 - index)));
  const namesFor = (commit: string) => drawFaults(some, commit).map(({ name }) => name);

  test('are five, different for another commit, equal for the same', () => {
    expect(namesFor('c0ffee')).toEqual(namesFor('c0ffee'));
    expect(new Set(namesFor('c0ffee')).size).toBe(5);
    expect(namesFor('c0ffee')).not.toEqual(namesFor('decade'));
    const ofMany = Array.from({ length: 100 }, (_, index) => namesFor(`${index}`)).flat();
    expect(new Set(ofMany).size).toBe(some.length);
  });
  test('are the first by name without a commit', () => {
    expect(namesFor('')).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
  test('exclude tests outside a gate and slow tests', () => {
    const others = [
      readFault('v', '# why: x\n# test: a/test/unit/a.test.ts -t "y"\n# slow: yes\n'),
      fault('w', 'a/test/unit/a.whole.test.ts'),
      fault('x', 'proof/test/e2e/a.test.ts'),
      fault('z', 'proof/test/tools/seeds/a.test.ts'),
    ];
    expect(drawFaults([...others, fault('y')], '').map(({ name }) => name)).toEqual(['y']);
  });
});

describe('a fault', () => {
  const verdict = (status: string, tests: { status: string; failureMessages?: string[] }[]) =>
    verdictOf({
      name: 'planted',
      exitCode: status === 'failed' ? 1 : 0,
      report: { testResults: [{ name: 'a.test.ts', status, assertionResults: tests }] },
    });
  test.each([
    {
      name: 'a test of its file fails',
      status: 'failed',
      tests: [{ status: 'failed', failureMessages: ['1 is 2\nat a'] }],
      want: { isFound: true, says: '1 is 2' },
    },
    { name: 'no test of its file fails', status: 'passed', tests: [{ status: 'passed' }], want: { isFound: false } },
    {
      name: 'its file does not load',
      status: 'failed',
      tests: [],
      want: { isFound: false, says: 'failed outside of its tests: a.test.ts' },
    },
    {
      name: 'no test has that name',
      status: 'passed',
      tests: [{ status: 'skipped' }],
      want: { isFound: false, says: 'no test ran' },
    },
  ])('is found or survives when $name', ({ status, tests, want }) => {
    expect(verdict(status, tests)).toMatchObject(want);
  });
});

describe('a copy of the tree for a fault', () => {
  test('has the packages of each workspace, but its own packages are no links into the tree', () => {
    const root = temporaryTree({
      'package.json': '{"workspaces":["product/cli"]}',
      'node_modules/@meridian/cli/here': '',
      'product/cli/node_modules/commander/package.json': '{}',
      'product/cli/src/main.ts': '',
    });
    const copy = temporaryTree();
    copyTree(root, copy);
    expect(existsSync(join(copy, 'product/cli/node_modules/commander/package.json'))).toBe(true);
    expect(lstatSync(join(copy, 'node_modules/@meridian/cli')).isSymbolicLink()).toBe(false);
  });
});

describe('every fault of proof/test/planted', () => {
  const faults = allFaults(repository);
  test('is among at least forty', () => expect(faults.length).toBeGreaterThanOrEqual(40));
  test.each(faults)('$name fits the tree, and its test exists', ({ patch, file }) => {
    expect(patched(patch, read).unfit).toEqual([]);
    for (const { path } of patch) expect(path).not.toMatch(/\/test\//);
    expect(read(file)).toBeDefined();
  });
});
