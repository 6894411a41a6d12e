// A recorder that is killed at any moment of a job leaves what the next try makes whole: the same objects as a job that
// was never touched.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { secureRng } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { openFileStore } from '../../../object-store/src/file-store.ts';
import { recorded, startRecorder } from '../support/finishing.ts';
import { temporaryFolder } from '../support/spooling.ts';

const child = join(import.meta.dirname, '../support/finishing-child.ts');

/** Runs a job until it has changed the store so often and is killed, or to its end. Answers what it said. */
async function run(folder: string, killAfter = Number.POSITIVE_INFINITY): Promise<string[]> {
  const process_ = spawn(process.execPath, [child, folder, 'Acme', 'rec_1'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(process_, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface(process_.stdout)) {
    lines.push(line);
    if (lines.length >= killAfter) process_.kill('SIGKILL');
  }
  const [code] = (await exited) as [number | null];
  // The kill may have come too late.
  expect(code === 0 || (code === null && lines.length >= killAfter), `exit code ${code}`).toBe(true);
  return lines;
}

async function objectsOf(folder: string): Promise<Record<string, string | undefined>> {
  const store = await openFileStore({ folder });
  const found = await store.list('', { limit: 1000 });
  const hashes: Record<string, string | undefined> = {};
  for (const { key } of found) hashes[key] = (await store.head(key))?.sha256;
  await store.close('test');
  return hashes;
}

it('a job that is killed again and again makes the same objects as one that runs through', async () => {
  const own = await startRecorder();
  onTestFinished(() => own.dispose());
  await recorded(own);
  const place = temporaryFolder('finish-killed');
  onTestFinished(() => rm(place, { recursive: true }));
  const [untouched, killed] = [join(place, 'untouched'), join(place, 'killed')];
  for (const folder of [untouched, killed]) await cp(join(own.place, 'store'), folder, { recursive: true });
  expect((await run(untouched)).at(-1)).toBe('finished');
  const expected = await objectsOf(untouched);
  expect(Object.keys(expected).filter((key) => key.includes('/finished/')).length).toBeGreaterThan(10);
  const rng = secureRng();
  const rounds: string[] = [];
  for (let round = 0; round < 7; round += 1) {
    // What is there already is not made again: each round comes further.
    const killAfter = 1 + rng.int(6);
    rounds.push(`killed after ${killAfter} changes`);
    if ((await run(killed, killAfter)).includes('finished')) break;
  }
  expect(rounds.length).toBeGreaterThan(2);
  expect((await run(killed)).at(-1)).toBe('finished');
  expect(await objectsOf(killed), rounds.join('; ')).toEqual(expected);
});
