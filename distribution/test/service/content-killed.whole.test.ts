// A content whose process is killed while it comes.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, systemClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { openContentFolder } from '../../src/content/folder.ts';
import { Holder, hashesOf, hexOf } from '../support/holder.ts';

const BLOCK = 1000;
const film = randomBytes(4 * BLOCK + 10);
const blocksSha256 = hexOf(hashesOf(film, BLOCK));
const wanted = { content: 'up_film', tenant: 'acme', bytes: film.length, sha256: hexOf(film), blocksSha256 };

it('missing blocks alone come again after kill -9', async () => {
  const root = mkdtempSync(join(tmpdir(), 'meridian-killed-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const holder = await Holder.of(film, BLOCK);
  onTestFinished(() => holder.close());
  const reached = Promise.withResolvers<void>();
  holder.give = (response, bytes, from) => {
    if (from < 3 * BLOCK) response.end(bytes);
    else {
      response.write(bytes.subarray(0, 5));
      reached.resolve();
    }
  };
  const argument = JSON.stringify({ folder: root, source: holder.source, wanted, blockBytes: BLOCK });
  const script = join(import.meta.dirname, '../support/fetching-child.ts');
  const child = spawn(process.execPath, [script, argument], { stdio: 'inherit' });
  await reached.promise;
  child.kill('SIGKILL');
  await once(child, 'exit');
  holder.give = (response, bytes) => response.end(bytes);
  holder.asked.length = 0;
  const log = createLogger({ name: 'content', level: 'silent' });
  const o = { folder: root, bytesMax: 100_000, parallel: 2, clock: systemClock(), log, blockBytes: BLOCK };
  const folder = await openContentFolder(o);
  const supply = { token: 'token', pass: 'pass', sources: async () => [holder.source] };
  const { path } = await folder.fetch(wanted, supply, { signal: new AbortController().signal });
  await folder.close();
  expect(readFileSync(path).equals(film)).toBe(true);
  expect(holder.asked.toSorted()).toEqual(['3000', '4000']);
});
