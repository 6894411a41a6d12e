// A company's requests while the process that answers them is killed again and again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRng } from '@meridian/runtime';
import { afterEach, expect, it } from 'vitest';
import { Operations } from '../support/killed/operations.ts';
import { type StartedServer, startApi } from '../support/start-api.ts';

const OPERATIONS = 80;
const KILLS = 2;

let folder: string;
let api: StartedServer;
afterEach(async () => {
  await api.kill();
  rmSync(folder, { recursive: true, force: true });
});

it('are done once and kept, whenever it was', async () => {
  const rng = seededRng('killed');
  folder = mkdtempSync(join(tmpdir(), 'meridian-killed-'));
  const url = `sqlite:${join(folder, 'api.db')}`;
  api = await startApi(url);
  const operations = new Operations({
    url: () => `http://127.0.0.1:${api.port}`,
    token: async () => api.token,
    rng,
  });
  const killedAt = new Set(Array.from({ length: KILLS }, (_, at) => 20 + 30 * at + rng.int(20)));
  let [next, kills] = [0, 0];
  const lane = async (): Promise<void> => {
    while (next < OPERATIONS) {
      const index = next++;
      const done = operations.next(index);
      // Right behind a request: it is at any point of being carried out.
      if (killedAt.has(index)) {
        await api.kill();
        kills += 1;
        api = await startApi(url);
      }
      await done;
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  expect(kills).toBe(KILLS);
  expect(await operations.faults()).toEqual([]);
  // Some were cut off, or nothing would have been shown.
  expect(operations.sent).toBeGreaterThan(OPERATIONS);
});
