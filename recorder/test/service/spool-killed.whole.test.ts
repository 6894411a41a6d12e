// A recorder that is killed at any moment leaves a journal of which every line is true, and every piece that it was
// promised.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { secureRng } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { falseLines, linesOf, temporaryFolder } from '../support/spooling.ts';

const child = join(import.meta.dirname, '../support/spooling-child.ts');

it('every line of the journal of a killed process is true, and nothing that was durable is missing', async () => {
  const rng = secureRng();
  const rounds: string[] = [];
  for (let round = 0; round < 6; round += 1) {
    const folder = join(temporaryFolder('killed'), 'stint');
    const process_ = spawn(process.execPath, [child, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(process_, 'exit');
    const killAt = 5 + rng.int(150);
    let promisedMs = -1;
    // The kill falls somewhere into the work after a random promise.
    for await (const line of createInterface(process_.stdout)) {
      promisedMs = Number(line);
      if (promisedMs >= killAt) process_.kill('SIGKILL');
    }
    expect((await exited)[1]).toBe('SIGKILL');
    const lines = linesOf(folder);
    rounds.push(`killed at ${killAt}, promised ${promisedMs}, ${lines.length} lines`);
    expect(falseLines(folder, lines), rounds.join('; ')).toEqual([]);
    const kept = lines.flatMap((line) => (line.type === 'piece' && line.ms <= promisedMs ? [line.ms] : []));
    expect(kept.length, rounds.join('; ')).toBe(4 * (promisedMs + 1));
    await rm(folder, { recursive: true });
  }
});
