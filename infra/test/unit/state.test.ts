import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseStartTime, processStart, writeConfig } from '../../local/state.ts';
import { temporaryTree } from '../support/tree.ts';

describe('a child’s configuration', () => {
  const config = { id: 'sfu-fra-1', mediaListen: [{ ip: '127.0.1.5', port: 7900 }] };
  /** Returns a file with `config`, on a disk without room for another. */
  const onFullDisk = (token?: string): string => {
    const file = join(temporaryTree(), 'config.json');
    writeConfig(file, config, token);
    mkdirSync(`${file}.new`);
    return file;
  };

  it.each([
    { name: 'is not written again when it is the same', token: undefined },
    { name: 'is not written again when it differs only by a used token', token: 'spent' },
  ])('$name', ({ token }) => {
    const file = onFullDisk(token);
    writeConfig(file, config);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject(config);
  });

  it.each([
    { name: 'has another value', next: { ...config, id: 'sfu-fra-2' }, token: undefined },
    { name: 'has a key less', next: { id: 'sfu-fra-1' }, token: undefined },
    { name: 'gets a token', next: config, token: 'fresh' },
  ])('is written when it $name', ({ next, token }) => {
    expect(() => writeConfig(onFullDisk(), next, token)).toThrow('EISDIR');
  });

  it('is rewritten when the file is damaged', () => {
    const file = join(temporaryTree({ 'config.json': '{"id":"sfu' }), 'config.json');
    writeConfig(file, config);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(config);
  });
});

it.each([
  { name: 'runs', stat: '7 (node) S 1 7 7 0 -1 4194304 1 0 0 0 5 3 0 0 20 0 11 0 4242 9 9', start: '4242' },
  {
    name: 'has a strange name',
    stat: '7 (a) Z (b) R 1 7 7 0 -1 4194304 1 0 0 0 5 3 0 0 20 0 1 0 4242 9 9',
    start: '4242',
  },
  { name: 'has ended', stat: '7 (node) Z 1 7 7 0 -1 4194304 1 0 0 0 5 3 0 0 20 0 1 0 4242 0 0', start: undefined },
  {
    name: 'is ending, thread by thread',
    stat: '7 (node) Z 1 7 7 0 -1 4194304 1 0 0 0 5 3 0 0 20 0 3 0 4242 0 0',
    start: '4242',
  },
])('a process that $name: start $start', ({ stat, start }) => {
  expect(parseStartTime(stat)).toBe(start);
});

it('a killed process whose exit code was not read has no start time, like one that is gone', async () => {
  // After `exec`, the sleeping parent knows nothing of its child and never reaps it.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(processStart(pid)).toMatch(/^\d+$/);
  // The shell would reap it, as long as it is a shell.
  await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n');
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
  expect(processStart(pid)).toBeUndefined();
});
