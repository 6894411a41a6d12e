// Contract suite of a receiver's ledger. `open` reopens the same ledger after a close, if it survives that.
import { ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/inbox/types.ts';
import { noticeOf, receiptOf } from './notices.ts';

const DAY_MS = 86_400_000;

export function ledgerContract(open: (clock: ManualClock) => Ledger): void {
  const fresh = () => {
    const clock = new ManualClock();
    return { clock, ledger: open(clock) };
  };

  describe('notices', () => {
    it('are open in the order of arrival, with their attempts', async () => {
      const { ledger } = fresh();
      expect(await ledger.add([noticeOf('DL_b'), noticeOf('DL_a')])).toEqual([]);
      await ledger.recordFailure('DL_a', { attempts: 2, againMs: 5000 });
      expect(await ledger.open()).toEqual([
        { notice: noticeOf('DL_b'), attempts: 0, againMs: 0 },
        { notice: noticeOf('DL_a'), attempts: 2, againMs: 5000 },
      ]);
      await ledger.close();
    });

    it('repeated notices bring a newer token and origins, and keep attempts; older notices change nothing', async () => {
      const { ledger } = fresh();
      const newer = noticeOf('DL_a', {
        tokenEndsMs: noticeOf('DL_a').tokenEndsMs + 1,
        origins: ['https://other.test'],
      });
      await ledger.add([noticeOf('DL_a')]);
      await ledger.recordFailure('DL_a', { attempts: 2, againMs: 5000 });
      await ledger.add([newer]);
      await ledger.add([noticeOf('DL_a')]);
      expect(await ledger.open()).toEqual([{ notice: newer, attempts: 2, againMs: 5000 }]);
      await ledger.close();
    });

    it('withdrawn notices are removed; unknown ids are no error', async () => {
      const { ledger } = fresh();
      await ledger.add([noticeOf('DL_a')]);
      await ledger.drop(['DL_a', 'DL_none']);
      await ledger.recordFailure('DL_a', { attempts: 1, againMs: 1 });
      expect(await ledger.open()).toEqual([]);
      expect(await ledger.owedReceipts(10)).toEqual([]);
      await ledger.close();
    });
  });

  describe('changed notices', () => {
    it('take the place of those that are open; unknown and ended ones stay away', async () => {
      const { ledger } = fresh();
      await ledger.add([noticeOf('DL_a'), noticeOf('DL_b')]);
      await ledger.recordFailure('DL_a', { attempts: 2, againMs: 5 });
      await ledger.recordEnd(receiptOf('DL_b'));
      const changed = noticeOf('DL_a', { priority: 'urgent', revision: 2 });
      await ledger.restate([changed, noticeOf('DL_b', { revision: 1 }), noticeOf('DL_c')]);
      expect(await ledger.open()).toEqual([{ notice: changed, attempts: 2, againMs: 5 }]);
      await ledger.close();
    });
  });

  describe('receipts', () => {
    it('are owed until they are handed over, oldest first, up to a limit', async () => {
      const { ledger } = fresh();
      await ledger.add([noticeOf('DL_a'), noticeOf('DL_b'), noticeOf('DL_c')]);
      for (const delivery of ['DL_c', 'DL_a', 'DL_b']) await ledger.recordEnd(receiptOf(delivery));
      expect(await ledger.open()).toEqual([]);
      expect((await ledger.owedReceipts(2)).map(({ delivery }) => delivery)).toEqual(['DL_c', 'DL_a']);
      await ledger.markHandedOver(['DL_c', 'DL_none']);
      expect(await ledger.owedReceipts(10)).toEqual([receiptOf('DL_a'), receiptOf('DL_b')]);
      await ledger.close();
    });

    it('are owed again when the notice is repeated; the first receipt stays', async () => {
      const { ledger } = fresh();
      await ledger.add([noticeOf('DL_a')]);
      await ledger.recordEnd(receiptOf('DL_a'));
      await ledger.recordEnd(receiptOf('DL_a', { code: 'DISK_FULL' }));
      await ledger.markHandedOver(['DL_a']);
      const newer = noticeOf('DL_a', { tokenEndsMs: noticeOf('DL_a').tokenEndsMs + 1 });
      expect(await ledger.add([newer, noticeOf('DL_b')])).toEqual(['DL_a']);
      expect(await ledger.owedReceipts(10)).toEqual([receiptOf('DL_a')]);
      expect((await ledger.open()).map(({ notice }) => notice.delivery)).toEqual(['DL_b']);
      await ledger.close();
    });

    it('cannot be withdrawn', async () => {
      const { ledger } = fresh();
      await ledger.add([noticeOf('DL_a')]);
      await ledger.recordEnd(receiptOf('DL_a'));
      await ledger.drop(['DL_a']);
      expect(await ledger.owedReceipts(10)).toEqual([receiptOf('DL_a')]);
      await ledger.close();
    });

    it('failure receipts are removed by a notice with a newer token, but only after they were handed over', async () => {
      const { ledger } = fresh();
      const newer = noticeOf('DL_a', { tokenEndsMs: noticeOf('DL_a').tokenEndsMs + 1 });
      await ledger.add([noticeOf('DL_a')]);
      await ledger.recordEnd(receiptOf('DL_a', { code: 'DISK_FULL' }));
      expect(await ledger.add([newer])).toEqual(['DL_a']);
      await ledger.markHandedOver(['DL_a']);
      expect(await ledger.add([noticeOf('DL_a')])).toEqual(['DL_a']);
      await ledger.markHandedOver(['DL_a']);
      expect(await ledger.add([newer])).toEqual([]);
      expect(await ledger.owedReceipts(10)).toEqual([]);
      expect(await ledger.open()).toEqual([{ notice: newer, attempts: 0, againMs: 0 }]);
      await ledger.close();
    });

    it('are kept for 30 days; owed receipts longer', async () => {
      const { ledger, clock } = fresh();
      await ledger.add([noticeOf('DL_a'), noticeOf('DL_b'), noticeOf('DL_c')]);
      await ledger.recordEnd(receiptOf('DL_a'));
      await ledger.recordEnd(receiptOf('DL_b'));
      await ledger.markHandedOver(['DL_a']);
      clock.advance(29 * DAY_MS);
      await ledger.recordEnd(receiptOf('DL_c'));
      expect(await ledger.add([noticeOf('DL_a')])).toEqual(['DL_a']);
      await ledger.markHandedOver(['DL_a']);
      clock.advance(2 * DAY_MS);
      await ledger.recordEnd(receiptOf('DL_d'));
      expect(await ledger.add([noticeOf('DL_a'), noticeOf('DL_b'), noticeOf('DL_c')])).toEqual(['DL_b', 'DL_c']);
      await ledger.close();
    });
  });

  it('a second close is harmless', async () => {
    const { ledger } = fresh();
    await ledger.close();
    await ledger.close();
  });
}
