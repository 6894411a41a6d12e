// Tests the copy of the revocations: received, fetched when incomplete, and kept.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@meridian/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { collectingLog } from '../../../runtime/test/support/log.ts';
import { REVOCATIONS_MAX } from '../../src/core/revocation-list.ts';
import { Revocations } from '../../src/revocations.ts';
import { SealedFile } from '../../src/sealed-file.ts';
import { ScriptedApi } from '../support/scripted-api.ts';

let dir: string;
let clock: ManualClock;
let api: ScriptedApi;
let revocations: Revocations;
let file: SealedFile;
let changes: number;
let lines: ReturnType<typeof collectingLog>['lines'];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'meridian-revoked-'));
  clock = new ManualClock();
  start();
});
afterEach(async () => {
  revocations.close();
  await file.close();
  rmSync(dir, { recursive: true, force: true });
});

function start(): void {
  const { log, lines: written } = collectingLog();
  lines = written;
  api = new ScriptedApi(() => clock.nowMs());
  file = new SealedFile({ dir, name: 'revocations.sealed', log });
  revocations = new Revocations({ api: api.links, file, clock, log });
  changes = 0;
  revocations.onChange(() => {
    changes += 1;
  });
}
const message = (version: number, since: number, ...ids: string[]) => ({
  version,
  since,
  revoked: ids.map((id) => ({ tenant: 'acme', id, untilWallMs: clock.wallMs() + 3_600_000 })),
});
const isRevoked = (via: string): boolean =>
  revocations.isRevoked({ tenant: 'acme', apiKey: 'key', tokenId: '', via, issuedWallMs: undefined });
const untilSettled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('missing entries are fetched over a new link, part by part', async () => {
  api.answers.set(0, message(2, 0, 'a', 'b'));
  api.answers.set(2, message(3, 2, 'c'));
  api.up();
  await untilSettled();
  expect([api.askedSince, revocations.version]).toEqual([[0, 2, 3], 3]);
  expect(['a', 'b', 'c', 'd'].map(isRevoked)).toEqual([true, true, true, false]);
});

it('a message counts at once, and is announced once', async () => {
  api.up();
  await untilSettled();
  api.revoke(message(1, 0, 'a'));
  api.revoke(message(1, 0, 'a'));
  expect([isRevoked('a'), changes]).toEqual([true, 1]);
});

it('forgotten entries in force are logged, with their number, once in a minute', async () => {
  api.up();
  await untilSettled();
  const forgotten = () => lines.filter(({ code }) => code === 'REVOCATIONS_FORGOTTEN').map((line) => line['forgotten']);
  const part = REVOCATIONS_MAX / 5;
  for (let at = 1; at <= 5; at += 1)
    api.revoke(message(at, at - 1, ...Array.from({ length: part }, (_, index) => `LG_${at}_${index}`)));
  expect(forgotten()).toEqual([]);
  api.revoke(message(6, 5, 'LG_x', 'LG_y'));
  api.revoke(message(7, 6, 'LG_z'));
  expect(forgotten()).toEqual([2]);
  clock.advance(60_000);
  api.revoke(message(8, 7, 'LG_w'));
  expect(forgotten()).toEqual([2, 2]);
});

it('missed entries are fetched after a gap', async () => {
  api.up();
  await untilSettled();
  api.answers.set(0, message(5, 0, 'a', 'b'));
  api.revoke(message(5, 4, 'b'));
  expect([isRevoked('a'), isRevoked('b')]).toEqual([false, true]);
  await untilSettled();
  expect([isRevoked('a'), revocations.version, api.askedSince]).toEqual([true, 5, [0, 0, 5]]);
});

it('a failed answer or a lost message is repaired within a minute', async () => {
  api.failsWith = 'DATABASE_AWAY';
  api.up();
  await untilSettled();
  expect([api.askedSince, revocations.version]).toEqual([[0], 0]);
  api.failsWith = undefined;
  api.answers.set(0, message(1, 0, 'a'));
  clock.advance(60_000);
  await untilSettled();
  expect(isRevoked('a')).toBe(true);
});

it('revocations hold while the api is down, also after a restart', async () => {
  api.up();
  await untilSettled();
  api.revoke(message(3, 0, 'a'));
  api.down();
  expect(isRevoked('a')).toBe(true);
  revocations.close();
  await file.close();
  start();
  expect([isRevoked('a'), revocations.version]).toEqual([true, 3]);
  api.revoke(message(3, 0, 'a'));
  api.up();
  await untilSettled();
  expect(api.askedSince).toEqual([3]);
});

it('nothing is received after the close', async () => {
  api.up();
  await untilSettled();
  revocations.close();
  revocations.close();
  api.revoke(message(1, 0, 'a'));
  clock.advance(60_000);
  expect([isRevoked('a'), api.askedSince]).toEqual([false, [0]]);
});
