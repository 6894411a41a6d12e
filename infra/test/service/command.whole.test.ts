import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runLogged } from '../../setup/command.mjs';
import { processStarted } from '../../setup/lock.mjs';
import { temporaryTree } from '../support/tree.ts';

const fail = { code: 'NPM_FAILED' as const, what: 'Trying', remedy: 'try harder' };

describe('a command of the set-up', () => {
  it('that fails shows its last lines, what to do and where the whole log is', async () => {
    const log = join(temporaryTree(), 'logs/a.log');
    const script = 'for i in $(seq 1 50); do echo line $i; done; echo the end >&2; exit 7';
    await expect(runLogged('sh', ['-c', script], { log, fail })).rejects.toMatchObject({
      code: 'NPM_FAILED',
      message: 'Trying failed: sh ended with 7',
      remedy: `try harder. The whole log: ${log}`,
      lastLines: expect.arrayContaining(['line 50', 'the end']),
    });
    expect(readFileSync(log, 'utf8')).toContain('line 1\n');
  });

  it('that does not exist is a failure like any other', async () => {
    const log = join(temporaryTree(), 'a.log');
    await expect(runLogged('/not/there', [], { log, fail })).rejects.toMatchObject({
      message: expect.stringContaining('ENOENT'),
    });
  });

  it('tells its lines, and those of descriptor 3 apart from them', async () => {
    const lines: string[] = [];
    const status: string[] = [];
    const log = join(temporaryTree(), 'a.log');
    await runLogged('sh', ['-c', 'echo out; echo err >&2; echo 50 >&3'], {
      log,
      fail,
      onLine: (line) => lines.push(line),
      onStatus: (line) => status.push(line),
    });
    expect([lines.sort(), status]).toEqual([['err', 'out'], ['50']]);
  });

  it('is ended with all its children when the set-up is interrupted, also those that ignore Ctrl-C', async () => {
    const root = temporaryTree();
    const text = (name: string) => (existsSync(join(root, name)) ? readFileSync(join(root, name), 'utf8') : '');
    const interrupt = new AbortController();
    // A shell's background jobs ignore SIGINT; this one says what ended it.
    const job = `trap 'echo term > ${root}/end; exit' TERM; echo up > ${root}/up; while :; do sleep 0.1; done`;
    const script = `sh -c "${job}" & echo $! > ${root}/pid; wait`;
    const run = runLogged('sh', ['-c', script], { log: join(root, 'a.log'), fail, signal: interrupt.signal });
    const failed = expect(run).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await expect.poll(() => text('up')).toBe('up\n');
    await expect.poll(() => text('pid')).toMatch(/^\d+\n$/);
    const child = Number(text('pid'));
    expect(processStarted(child)).toBeDefined();
    interrupt.abort();
    await failed;
    // Ended is not yet gone: the process that inherits it has to take it out of the table.
    await expect.poll(() => processStarted(child)).toBeUndefined();
    expect(text('end')).toBe('term\n');
  });

  it('does not begin once the set-up is interrupted', async () => {
    const root = temporaryTree();
    const run = runLogged('touch', [join(root, 'x')], { log: join(root, 'a.log'), fail, signal: AbortSignal.abort() });
    await expect(run).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(existsSync(join(root, 'x'))).toBe(false);
  });
});
