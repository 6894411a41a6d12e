import { expect, it } from 'vitest';
import { JobTurns } from '../../src/file-threads/job-turns.ts';
import type { FileJobEnd, FileStep } from '../../src/file-threads/steps.ts';

/** Jobs whose operations are only noted; those on a path of `broken` fail. */
function turnsOf(broken: readonly string[] = []) {
  const done: string[] = [];
  const ends: FileJobEnd[] = [];
  const note = (what: string, path: string): void => {
    done.push(`${what} ${path}`);
    if (broken.includes(path)) throw Object.assign(new Error(`${path} is broken`), { code: 'ENOSPC' });
  };
  const turns = new JobTurns({
    run(step) {
      note(step.do, step.do === 'link' ? step.to : step.path);
      return step.do === 'makeFolder' ? [`above ${step.path}`] : [];
    },
    syncFile: (path) => note('sync', path),
    syncFolder: (path) => note('sync', path),
    onEnd: (end) => void ends.push(end),
  });
  const runAll = (...jobs: readonly FileStep[][]): void => {
    for (const [number, steps] of jobs.entries()) turns.add({ number, steps });
    while (!turns.isIdle) turns.turn();
  };
  return { runAll, done, ends };
}

const write = (path: string): FileStep => ({ do: 'write', path, bytes: Buffer.from('x'), flags: 'wx' });
const link = (to: string): FileStep => ({ do: 'link', from: 'x', to });

it('a job does its steps in order, and those after a sync after it', () => {
  const { runAll, done, ends } = turnsOf();
  runAll([write('a'), { do: 'sync', files: ['a'], folders: ['folder'] }, link('b'), { do: 'sync', files: ['b'] }]);
  expect(done).toEqual(['write a', 'sync a', 'sync folder', 'link b', 'sync b']);
  expect(ends).toEqual([{ number: 0 }]);
});

it('jobs share the sync of a folder, which comes after the steps of all of them', () => {
  const { runAll, done } = turnsOf();
  const job = (name: string): FileStep[] => [write(name), { do: 'sync', files: [name], folders: ['folder'] }];
  runAll(job('a'), job('b'), job('c'));
  expect(done).toEqual(['write a', 'write b', 'write c', 'sync a', 'sync folder', 'sync b', 'sync c']);
});

it('the folders above a new folder are durable with the next sync, and only then', () => {
  const { runAll, done } = turnsOf();
  const sync: FileStep = { do: 'sync', folders: ['new'] };
  runAll([{ do: 'makeFolder', path: 'new', within: '/' }, sync, link('new/a'), sync]);
  expect(done).toEqual(['makeFolder new', 'sync above new', 'sync new', 'link new/a', 'sync new']);
});

it('a step that fails ends its job with its code, and no other job', () => {
  const { runAll, done, ends } = turnsOf(['a']);
  runAll([write('a'), link('after a')], [write('b')]);
  expect(done).toEqual(['write a', 'write b']);
  expect(ends).toEqual([{ number: 0, failure: { code: 'ENOSPC', message: 'a is broken' } }, { number: 1 }]);
});

it('a sync that fails ends all jobs that share it, before their next steps', () => {
  const { runAll, done, ends } = turnsOf(['folder']);
  const job = (name: string): FileStep[] => [write(name), { do: 'sync', folders: ['folder'] }, link(`${name}2`)];
  runAll(job('a'), job('b'));
  expect(done).toEqual(['write a', 'write b', 'sync folder']);
  expect(ends.map(({ number, failure }) => [number, failure?.code])).toEqual([
    [0, 'ENOSPC'],
    [1, 'ENOSPC'],
  ]);
});
