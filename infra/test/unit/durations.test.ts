import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileDurations, recordedDurations, slowestFiles } from '../../check/durations.mjs';
import { longestFirst } from '../../check/sequencer.mjs';
import { temporaryTree } from '../support/tree.ts';

it('the slowest files of all lanes of a long run are listed, and none of a short run', () => {
  const testResults = Array.from({ length: 20 }, (_, index) => ({
    name: `/tree/a/${index}.test.ts`,
    startTime: 1000,
    endTime: 1000 + index * 100,
  }));
  const durations = fileDurations(
    [{ testResults: testResults.slice(0, 5) }, { testResults: testResults.slice(5) }],
    '/tree',
  );
  expect(durations[0]).toEqual({ file: 'a/19.test.ts', ms: 1900 });
  expect(slowestFiles(durations).split('\n').slice(1, 3)).toEqual([
    '     1.9 s  a/19.test.ts',
    '     1.8 s  a/18.test.ts',
  ]);
  expect(slowestFiles(durations.slice(1))).toBe('');
  expect(fileDurations([{}], '/tree')).toEqual([]);
});

it('the record is empty before the first whole run, and for a damaged file', () => {
  const root = temporaryTree({ 'good.json': '{"a.test.ts":7}', 'bad.json': '{"a.test' });
  expect(recordedDurations(join(root, 'good.json'))).toEqual({ 'a.test.ts': 7 });
  for (const name of ['bad.json', 'none.json']) expect(recordedDurations(join(root, name))).toEqual({});
});

it('files run longest first, untimed files before them, and projects one after another', () => {
  const spec = (name: string, project: string) => ({ moduleId: `/tree/${name}`, project: { name: project } });
  const specs = [
    ...[spec('short', 'service'), spec('new', 'service'), spec('long', 'service'), spec('newer', 'service')],
    ...[spec('first', 'realtime'), spec('last', 'realtime')],
  ];
  const durations = { short: 1, long: 5, first: 2, last: 9 };
  const order = longestFirst(specs, { durations, root: '/tree' }).map(({ moduleId }) => moduleId.slice(6));
  expect(order).toEqual(['new', 'newer', 'long', 'short', 'last', 'first']);
});

it('files that are known to be slow come first without a record', () => {
  const long = 'product/api/test/service/units-on-postgres.whole.test.ts';
  const specs = ['large.test.ts', long].map((file) => ({ moduleId: `/tree/${file}`, project: { name: 'service' } }));
  const order = longestFirst(specs, { durations: {}, root: '/tree' });
  expect(order.map(({ moduleId }) => moduleId)).toEqual([`/tree/${long}`, '/tree/large.test.ts']);
  expect(existsSync(new URL(`../../../${long}`, import.meta.url))).toBe(true);
});
