// Ledgers of receivers, in a file and in memory. Damaged files first.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ManualClock } from '@meridian/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { collectingLog } from '../../../../base/runtime/test/support/log.ts';
import { openLedger } from '../../src/inbox/ledger.ts';
import { memoryLedger } from '../../src/inbox/memory-ledger.ts';
import { ledgerContract } from '../support/ledger-contract.ts';
import { noticeOf, receiptOf } from '../support/notices.ts';

const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
const newPath = (): string => {
  count += 1;
  return join(folder, String(count), 'ledger.sqlite');
};
const open = (path: string, clock = new ManualClock()) => {
  const { log, lines } = collectingLog();
  return { ledger: openLedger(path, { clock, log }), lines };
};

describe('a ledger in a file', () => {
  ledgerContract((clock) => open(newPath(), clock).ledger);

  it.each<[string, (path: string) => void]>([
    ['no database', (path) => writeFileSync(path, 'x'.repeat(8192))],
    [
      'cut in the middle',
      (path) => {
        const whole = readFileSync(path);
        writeFileSync(path, whole.subarray(0, 8192));
      },
    ],
    [
      'of another program',
      (path) => {
        const database = new DatabaseSync(path);
        database.exec('PRAGMA application_id = 7');
        database.close();
      },
    ],
  ])('is set aside and replaced when it is %s', async (_what, damage) => {
    const path = newPath();
    const { ledger } = open(path);
    await ledger.add([noticeOf('DL_a')]);
    await ledger.close();
    damage(path);
    const again = open(path);
    expect(await again.ledger.open()).toEqual([]);
    await again.ledger.add([noticeOf('DL_b')]);
    await again.ledger.close();
    expect(again.lines).toMatchObject([{ level: 'error', path }]);
    expect(readdirSync(join(path, '..')).sort()).toEqual(['ledger.sqlite', 'ledger.sqlite.broken']);
    expect(await open(path).ledger.open()).toHaveLength(1);
  });

  it('has its entries when it is reopened, and only the user of the process may read the file', async () => {
    const path = newPath();
    const { ledger } = open(path);
    await ledger.add([noticeOf('DL_a'), noticeOf('DL_b')]);
    await ledger.recordFailure('DL_b', { attempts: 3, againMs: 9.5 });
    await ledger.recordEnd(receiptOf('DL_a'));
    // The ledger is not closed, as if the process was killed.
    const again = open(path);
    expect(await again.ledger.open()).toEqual([{ notice: noticeOf('DL_b'), attempts: 3, againMs: 9.5 }]);
    expect(await again.ledger.owedReceipts(10)).toEqual([receiptOf('DL_a')]);
    expect(statSync(path).mode & 0o077).toBe(0);
    await again.ledger.close();
    await ledger.close();
  });

  it('adds all notices of a batch or none', async () => {
    const { ledger } = open(newPath());
    const broken = Object.assign(noticeOf('DL_b'), { tokenEndsMs: undefined });
    await expect(ledger.add([noticeOf('DL_a'), broken])).rejects.toThrow();
    expect(await ledger.open()).toEqual([]);
    await ledger.close();
  });
});

describe('a ledger in memory', () => {
  ledgerContract((clock) => memoryLedger({ clock }));

  it('is bounded: the oldest handed over entries are dropped', async () => {
    const ledger = memoryLedger({ clock: new ManualClock() });
    const ids = Array.from({ length: 10_001 }, (_, at) => `DL_${at}`);
    await ledger.recordEnd(receiptOf('DL_owed'));
    for (const id of ids.slice(0, 10_000)) {
      await ledger.recordEnd(receiptOf(id));
      await ledger.markHandedOver([id]);
    }
    await ledger.recordEnd(receiptOf('DL_10000'));
    expect(await ledger.add(['DL_owed', 'DL_0', 'DL_1', 'DL_2'].map((id) => noticeOf(id)))).toEqual([
      'DL_owed',
      'DL_2',
    ]);
  });
});
