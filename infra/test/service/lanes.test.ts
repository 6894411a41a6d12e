import { getPriority } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import type { Lane } from '../../check/tiers.mjs';
import { runLanes, runVitest } from '../../check/vitest.mjs';
import { processStarted } from '../../setup/lock.mjs';
import { temporaryTree } from '../support/tree.ts';

/** Runs a script instead of vitest; resolves with its result and lines. */
function lane(script: string, onLine: (line: string) => void = () => undefined, niceness = 0, limit?: AbortSignal) {
  const root = temporaryTree({ 'vitest.mjs': script });
  const lines: string[] = [];
  const command = [process.execPath, join(root, 'vitest.mjs')];
  const ended = runVitest({
    name: 'a',
    command,
    cwd: root,
    niceness,
    ...(limit && { limit }),
    onLine: (line) => {
      lines.push(line);
      onLine(line);
    },
  });
  return { ended, lines };
}

const reportFile = `process.argv.find((word) => word.startsWith('--outputFile.json=')).split('=')[1]`;

describe('a lane of npm test', () => {
  it('returns its report, its exit code and every line, also an unfinished last one', async () => {
    const { ended, lines } = lane(`
      import { writeFileSync } from 'node:fs';
      writeFileSync(${reportFile}, '{"testResults":[]}');
      console.log('one');
      process.stdout.write('two');
      process.exitCode = 3;
    `);
    expect(await ended).toEqual({
      name: 'a',
      seconds: expect.any(Number),
      report: { testResults: [] },
      exitCode: 3,
    });
    expect(lines).toEqual(['one', 'two']);
  });

  it('runs at the requested low priority, and so do its children', async () => {
    const script = `
      import { execFileSync } from 'node:child_process';
      process.stdout.write(execFileSync(process.execPath, ['-p', 'os.getPriority()']));
    `;
    const { ended, lines } = lane(script, undefined, 5);
    await ended;
    expect(lines).toEqual([String(getPriority() + 5)]);
  });

  it('reports that it was killed, and the missing report', async () => {
    const { ended } = lane("process.kill(process.pid, 'SIGKILL');");
    const { report, exitCode } = await ended;
    expect(exitCode).toBe('SIGKILL');
    expect(report.unreadable).toContain('ENOENT');
  });

  it('is ended at its limit when it hangs, with a child that ignores signals', async () => {
    const deaf =
      "for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => 0); console.log(); setInterval(() => 0, 1000);";
    const script = `
      import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(deaf)}], { stdio: ['ignore', 'pipe', 'ignore'] });
      child.stdout.once('data', () => console.log(child.pid));
    `;
    const limit = new AbortController();
    const { ended, lines } = lane(script, () => limit.abort(), 0, limit.signal);
    expect(await ended).toMatchObject({ isOverdue: true });
    await expect.poll(() => processStarted(Number(lines[0]))).toBeUndefined();
  });

  it('hands its lines on while it runs, and gets the signals of this process', async () => {
    const listeners = process.listenerCount('SIGHUP');
    const { ended, lines } = lane('console.log(process.pid); setInterval(() => undefined, 1000);', () =>
      process.emit('SIGHUP', 'SIGHUP'),
    );
    expect((await ended).exitCode).toBe('SIGHUP');
    expect(processStarted(Number(lines[0]))).toBeUndefined();
    expect(process.listenerCount('SIGHUP')).toBe(listeners);
  });
});

describe('the lanes of npm test', () => {
  const named = (name: string, ...after: string[]): Lane => ({ name, projects: [], after });

  it('begin together, except lanes that come after another lane', async () => {
    const events: string[] = [];
    const { promise: first, resolve: endFirst } = Promise.withResolvers<void>();
    const ran = runLanes([named('first'), named('second'), named('third', 'first')], async ({ name }) => {
      events.push(`${name} begins`);
      if (name === 'first') await first;
      if (name === 'second') endFirst();
      events.push(`${name} ends`);
      return name;
    });
    expect(await ran).toEqual(['first', 'second', 'third']);
    expect(events.slice(0, 2)).toEqual(['first begins', 'second begins']);
    expect(events.indexOf('third begins')).toBeGreaterThan(events.indexOf('first ends'));
  });

  it('come only after lanes above', () => {
    expect(() => runLanes([named('one', 'two'), named('two')], async () => undefined)).toThrow('no lane above');
  });
});
