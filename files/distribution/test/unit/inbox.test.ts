// A receiver between a library node, a content folder and a sink that the test controls. Failures first.
import { describe, expect, it } from 'vitest';
import { type Change, type FailureCode, NOTICES_MAX, type Notice, UNCONFIRMED_MAX } from '../../src/contract.ts';
import type { InboxOptions } from '../../src/inbox/types.ts';
import { ContentChanged, SinkError } from '../../src/sinks/sink.ts';
import { inboxRig, type Rig, settled } from '../support/inbox-rig.ts';
import { noticeOf, receiptOf, TOKEN_ENDS_MS } from '../support/notices.ts';

const DAY_MS = 86_400_000;
const urgent = { priority: 'urgent' } as const;
const bulk = { priority: 'bulk' } as const;
/** Longer than any wait for a retry. */
const AGAIN_MS = 300_000;
const gone = (cause?: unknown) => new SinkError('SOURCE_GONE', 'none answers', cause);

/** Fails the fetches of a content until the delivery has ended; returns their number. */
async function failAlways(rig: Rig, content: string, error: unknown): Promise<number> {
  let tries = 0;
  for (; tries < 20 && rig.ended.length === 0; tries += 1) {
    rig.fetching(content).fail(error);
    await settled();
    await rig.advance(AGAIN_MS);
  }
  return tries;
}

describe('a failing fetch', () => {
  it.each<[FailureCode, unknown, number, FailureCode]>([
    ['SOURCE_GONE', undefined, 8, 'SOURCE_GONE'],
    ['HASH_MISMATCH', undefined, 8, 'HASH_MISMATCH'],
    ['DISK_FULL', undefined, 8, 'DISK_FULL'],
    ['CONTENT_GONE', undefined, 1, 'CONTENT_GONE'],
    ['SOURCE_GONE', { status: 404 }, 3, 'CONTENT_GONE'],
    ['SOURCE_GONE', { status: 503 }, 8, 'SOURCE_GONE'],
  ])('a fetch that rejects with %s (%o) ends after %i tries with %s', async (code, cause, tries, ends) => {
    const rig = await inboxRig();
    await rig.notice(noticeOf('DL_a'));
    expect(await failAlways(rig, 'CT_DL_a', new SinkError(code, 'x'.repeat(500), cause))).toBe(tries);
    expect(rig.hub.receipts).toMatchObject([
      { delivery: 'DL_a', code: ends, sha256: '', bytes: 0, attempts: tries, detail: 'x'.repeat(300) },
    ]);
    expect(rig.folder.held.size).toBe(0);
    expect(await rig.ledger.open()).toEqual([]);
    await rig.inbox.close();
  });

  it('is logged and retried after an unknown error', async () => {
    const rig = await inboxRig();
    await rig.notice(noticeOf('DL_a'));
    expect(await failAlways(rig, 'CT_DL_a', new Error('EIO'))).toBe(8);
    expect(rig.hub.receipts).toMatchObject([{ code: 'SOURCE_GONE', detail: 'EIO' }]);
    expect(rig.lines.filter(({ level }) => level === 'error')).toHaveLength(8);
    await rig.inbox.close();
  });

  it('is retried without giving up while no library node answers', async () => {
    const rig = await inboxRig();
    await rig.notice(noticeOf('DL_a', { tokenEndsMs: TOKEN_ENDS_MS + 7 * DAY_MS }));
    rig.hub.polls.at(-1)?.fail();
    await settled();
    for (let tries = 0; tries < 20; tries += 1) {
      rig.fetching('CT_DL_a').fail(gone());
      await settled();
      await rig.advance(AGAIN_MS);
      rig.hub.polls.at(-1)?.fail();
      await settled();
    }
    expect(rig.ended).toEqual([]);
    rig.fetching('CT_DL_a').end();
    await settled();
    expect(rig.ended).toMatchObject([{ code: '' }]);
    await rig.inbox.close();
  });

  it('waits a second, then twice as long, and frees its place', async () => {
    const rig = await inboxRig({ parallel: 1 });
    await rig.notice(noticeOf('DL_a'), noticeOf('DL_b', bulk));
    expect(rig.folder.fetches).toHaveLength(1);
    rig.fetching('CT_DL_a').fail(gone());
    await settled();
    expect(rig.folder.fetches.map(({ spec }) => spec.content)).toEqual(['CT_DL_a', 'CT_DL_b']);
    rig.fetching('CT_DL_b').end();
    await settled();
    await rig.advance(999);
    expect(rig.folder.fetches).toHaveLength(2);
    await rig.advance(501);
    rig.fetching('CT_DL_a').fail(gone());
    await settled();
    await rig.advance(1999);
    expect(rig.folder.fetches).toHaveLength(3);
    await rig.advance(1001);
    expect(rig.folder.fetches).toHaveLength(4);
    await rig.inbox.close();
  });

  it('releases its content until the retry when room is short', async () => {
    const rig = await inboxRig();
    await rig.notice(noticeOf('DL_a'));
    expect([...rig.folder.held]).toEqual(['CT_DL_a DL_a']);
    rig.fetching('CT_DL_a').fail(new SinkError('DISK_FULL', ''));
    await settled();
    expect([...rig.folder.held]).toEqual([]);
    await rig.inbox.close();
  });
});

describe('an expired token', () => {
  it('counts no attempt: the delivery is not held, and continues with a newer token', async () => {
    const rig = await inboxRig();
    await rig.notice(noticeOf('DL_a'));
    await rig.advance(DAY_MS);
    rig.fetching('CT_DL_a').fail(gone());
    await settled();
    await rig.advance(AGAIN_MS);
    expect(rig.folder.fetches).toHaveLength(1);
    expect(await rig.ledger.open()).toMatchObject([{ attempts: 0 }]);
    await rig.answer({});
    expect(rig.hub.polls.at(-1)?.holding).toEqual([]);
    await rig.notice(noticeOf('DL_a', { token: 'newer', tokenEndsMs: TOKEN_ENDS_MS + DAY_MS }));
    expect(rig.fetching('CT_DL_a').supply.token).toBe('newer');
    rig.fetching('CT_DL_a').end();
    await settled();
    expect(rig.ended).toMatchObject([{ code: '', receipt: { attempts: 1 } }]);
    await rig.inbox.close();
  });

  it('pauses a running fetch until a newer token comes', async () => {
    const rig = await inboxRig();
    await rig.notice(noticeOf('DL_a'));
    await rig.advance(DAY_MS);
    await rig.notice(noticeOf('DL_b', { tokenEndsMs: TOKEN_ENDS_MS + DAY_MS }));
    const asked = rig.fetching('CT_DL_a').block();
    await settled();
    expect(asked.mayCome).toBe(false);
    await rig.notice(noticeOf('DL_a', { token: 'newer', tokenEndsMs: TOKEN_ENDS_MS + DAY_MS }));
    expect(asked.mayCome).toBe(true);
    expect(rig.fetching('CT_DL_a').supply.token).toBe('newer');
    await rig.inbox.close();
  });
});

describe('after a week away', () => {
  const tokenEndsMs = TOKEN_ENDS_MS + 6 * DAY_MS;
  const laterMs = tokenEndsMs + 7 * DAY_MS;

  /** Gives the notices and cuts the line; the next poll begins after their tokens have expired. */
  async function away(rig: Rig, notices: readonly Notice[]): Promise<void> {
    await rig.notice(...notices);
    rig.hub.polls.at(-1)?.fail();
    await settled();
    await rig.advance(8 * DAY_MS);
    expect(rig.hub.polls.at(-1)?.holding).toEqual([]);
  }

  it('withdrawn notices give up their places, ledger entries and blocks', async () => {
    const rig = await inboxRig({ parallel: 1 });
    await away(
      rig,
      Array.from({ length: NOTICES_MAX }, (_, at) => noticeOf(`DL_${at}`, { tokenEndsMs })),
    );
    await rig.notice(noticeOf('DL_new', { tokenEndsMs: laterMs }));
    expect(rig.hub.polls.at(-1)?.holding).toEqual(['DL_new']);
    expect((await rig.ledger.open()).map(({ notice }) => notice.delivery)).toEqual(['DL_new']);
    expect([...rig.folder.held]).toEqual(['CT_DL_new DL_new']);
    await rig.inbox.close();
  });

  it('repeated notices stay, and continue with a newer token', async () => {
    const rig = await inboxRig();
    const [old, other] = [noticeOf('DL_a', { tokenEndsMs }), noticeOf('DL_b', { tokenEndsMs })];
    await away(rig, [old, other]);
    await rig.notice(old, Object.assign({}, other, { token: 'newer', tokenEndsMs: laterMs }));
    expect((await rig.ledger.open()).map(({ notice }) => notice.delivery)).toEqual(['DL_a', 'DL_b']);
    expect([rig.hub.polls.at(-1)?.holding, rig.fetching('CT_DL_b').supply.token]).toEqual([['DL_b'], 'newer']);
    await rig.notice(Object.assign({}, old, { tokenEndsMs: laterMs }));
    await rig.advance(1500);
    expect(rig.hub.polls.at(-1)?.holding).toEqual(['DL_a', 'DL_b']);
    expect(rig.folder.fetches).toHaveLength(2);
    await rig.inbox.close();
  });
});

describe('the sink', () => {
  it('ends the delivery when it refuses a file; when it does not answer, the delivery is tried again with the content', async () => {
    const rig = await inboxRig();
    rig.sink.isQuick = false;
    await rig.notice(noticeOf('DL_a'), noticeOf('DL_b'));
    rig.fetching('CT_DL_a').end();
    rig.fetching('CT_DL_b').end();
    await settled();
    expect(rig.sink.takes.map(({ path }) => path)).toEqual(['/CT_DL_a', '/CT_DL_b']);
    rig.sink.takes[0]?.fail(new SinkError('TARGET_REFUSED', 'no'));
    rig.sink.takes[1]?.fail(new SinkError('TARGET_UNREACHABLE', 'silent'));
    await settled();
    expect(rig.ended).toMatchObject([{ code: 'TARGET_REFUSED', receipt: { delivery: 'DL_a' } }]);
    expect([...rig.folder.held]).toEqual(['CT_DL_b DL_b']);
    await rig.advance(1500);
    rig.fetching('CT_DL_b').end();
    await settled();
    rig.sink.takes[2]?.end();
    await settled();
    expect(rig.ended[1]).toMatchObject({ code: '', receipt: { delivery: 'DL_b', attempts: 2 } });
    await rig.inbox.close();
  });

  it.each([
    { sha256: 'f'.repeat(64), bytes: 3 },
    { sha256: noticeOf('DL_a').sha256, bytes: 2 },
  ])('is not believed when it reports another hash or length (%o)', async (result) => {
    const rig = await inboxRig();
    rig.sink.isQuick = false;
    await rig.notice(noticeOf('DL_a'));
    rig.fetching('CT_DL_a').end();
    await settled();
    rig.sink.takes[0]?.end(result);
    await settled();
    expect(rig.ended).toEqual([]);
    expect(await rig.ledger.open()).toMatchObject([{ attempts: 1 }]);
    await rig.inbox.close();
  });

  it('has a changed content removed and fetched again for both of its deliveries', async () => {
    const rig = await inboxRig();
    rig.sink.isQuick = false;
    await rig.notice(noticeOf('DL_a', { content: 'CT_1' }), noticeOf('DL_b', { content: 'CT_1' }));
    rig.fetching('CT_1').end();
    await settled();
    rig.sink.takes[0]?.fail(new ContentChanged());
    await settled();
    expect(rig.folder.removed).toEqual(['CT_1']);
    expect(rig.sink.takes).toHaveLength(1);
    rig.fetching('CT_1').end();
    await settled();
    rig.sink.takes[1]?.end();
    await settled();
    expect(rig.ended).toMatchObject([{ code: '', receipt: { delivery: 'DL_b', attempts: 1 } }]);
    await rig.advance(1500);
    rig.fetching('CT_1').end();
    await settled();
    rig.sink.takes[2]?.end();
    await settled();
    expect(rig.ended[1]).toMatchObject({ code: '', receipt: { delivery: 'DL_a', attempts: 2 } });
    expect(rig.folder.removed).toHaveLength(1);
    await rig.inbox.close();
  });

  it('that confirms later gives no receipt yet; after a day the notice may start the delivery again', async () => {
    const rig = await inboxRig({ needsBytes: false });
    rig.sink.isQuick = false;
    const notice = noticeOf('DL_a', { tokenEndsMs: TOKEN_ENDS_MS + 7 * DAY_MS });
    await rig.notice(notice);
    rig.sink.takes[0]?.end('later');
    await settled();
    expect([rig.folder.fetches.length, rig.ended.length]).toEqual([0, 0]);
    await rig.notice(notice);
    await rig.advance(DAY_MS - 1);
    expect(rig.sink.takes).toHaveLength(1);
    await rig.answer({});
    expect(rig.hub.polls.at(-1)?.holding).toEqual(['DL_a']);
    await rig.advance(1);
    await rig.answer({});
    expect(rig.hub.polls.at(-1)?.holding).toEqual([]);
    expect(rig.sink.takes).toHaveLength(1);
    await rig.notice(notice);
    expect(rig.sink.takes).toHaveLength(2);
    rig.sink.takes[1]?.end();
    await rig.inbox.close();
  });
});

describe('deliveries that a target confirms later', () => {
  const manyOf = (count: number, name = 'DL'): Notice[] =>
    Array.from({ length: count }, (_, at) => noticeOf(`${name}_${at}`, { tokenEndsMs: TOKEN_ENDS_MS + 7 * DAY_MS }));

  async function handing(): Promise<{ rig: Rig; hand(notices: readonly Notice[]): Promise<void> }> {
    const rig = await inboxRig({ needsBytes: false, parallel: NOTICES_MAX });
    rig.sink.isQuick = false;
    return {
      rig,
      async hand(notices) {
        await rig.notice(...notices);
        for (const take of rig.sink.takes.splice(0)) take.end('later');
        await settled();
      },
    };
  }

  it('take no place, so further notices come at once, and end when the library node no longer has them', async () => {
    const { rig, hand } = await handing();
    const notices = manyOf(NOTICES_MAX);
    await hand(notices);
    const handed = notices.map(({ delivery }) => delivery);
    const waiting = rig.hub.polls.at(-1);
    expect(rig.hub.polls.at(-2)?.signal.aborted).toBe(true);
    expect(waiting?.handed).toBeGreaterThanOrEqual(NOTICES_MAX / 2);
    await rig.notice(noticeOf('DL_next', { tokenEndsMs: TOKEN_ENDS_MS + 7 * DAY_MS }));
    expect(rig.sink.takes.map(({ notice }) => notice.delivery)).toEqual(['DL_next']);
    expect(rig.hub.polls.at(-1)).toMatchObject({ handed: NOTICES_MAX, holding: [...handed, 'DL_next'] });
    await rig.answer({ gone: handed.slice(1) });
    expect(rig.hub.polls.at(-1)).toMatchObject({ handed: 1, holding: ['DL_0', 'DL_next'] });
    expect(await rig.ledger.open()).toHaveLength(2);
    rig.sink.takes[0]?.end();
    await rig.inbox.close();
  });

  it('take places beyond their own bound', async () => {
    const { rig, hand } = await handing();
    for (let at = 0; at < UNCONFIRMED_MAX / NOTICES_MAX + 1; at += 1) await hand(manyOf(NOTICES_MAX, `DL_${at}`));
    await rig.answer({ gone: ['DL_0_0', 'DL_8_0'] });
    expect(rig.hub.polls.at(-1)).toMatchObject({ handed: UNCONFIRMED_MAX });
    expect(rig.hub.polls.at(-1)?.holding).toHaveLength(UNCONFIRMED_MAX + NOTICES_MAX - 2);
    await hand(manyOf(5, 'DL_last'));
    expect(rig.hub.polls.at(-1)?.holding).toHaveLength(UNCONFIRMED_MAX + NOTICES_MAX);
    await rig.inbox.close();
  });
});

describe('notices', () => {
  it('are in the ledger before they count as held; when the ledger cannot write, none is held', async () => {
    const rig = await inboxRig();
    const { add } = rig.ledger;
    rig.ledger.add = async () => Promise.reject(new Error('disk full'));
    await rig.notice(noticeOf('DL_a'));
    expect(rig.folder.fetches).toEqual([]);
    rig.ledger.add = add;
    await rig.advance(1500);
    expect(rig.hub.polls.at(-1)?.holding).toEqual([]);
    await rig.notice(noticeOf('DL_a'));
    expect(rig.hub.polls.at(-1)?.holding).toEqual(['DL_a']);
    expect(rig.hub.polls.at(-1)?.presence).toEqual({
      site: 'north',
      freeBytes: 9,
      version: '1',
      held: 1,
      running: 1,
      owed: 0,
      transfers: [{ content: 'CT_DL_a', doneBytes: 0, bytes: 3, bytesPerS: 0 }],
    });
    await rig.inbox.close();
  });

  it('a notice of an ended delivery is answered with its receipt, without a fetch', async () => {
    const rig = await inboxRig();
    await rig.notice(noticeOf('DL_a'));
    rig.fetching('CT_DL_a').end();
    await settled();
    await rig.advance(50);
    expect(rig.hub.receipts).toHaveLength(1);
    await rig.notice(noticeOf('DL_a'));
    await rig.advance(50);
    expect(rig.hub.receipts).toEqual([rig.ended[0]?.receipt, rig.ended[0]?.receipt]);
    expect(rig.folder.fetches).toHaveLength(1);
    await rig.inbox.close();
  });

  it('notices beyond the bound of a priority are left for later; a repeated notice counts once', async () => {
    const rig = await inboxRig({ parallel: 1 });
    const many = Array.from({ length: NOTICES_MAX + 5 }, (_, at) => noticeOf(`DL_${at}`, bulk));
    const [first] = many as [Notice];
    await rig.notice(first, ...many, noticeOf('DL_urgent', urgent));
    expect(rig.hub.polls.at(-1)?.holding).toHaveLength(NOTICES_MAX + 1);
    expect(await rig.ledger.open()).toHaveLength(NOTICES_MAX + 1);
    await rig.inbox.close();
  });

  it('are polled again at once when half of a full priority is done', async () => {
    const rig = await inboxRig({ parallel: NOTICES_MAX });
    await rig.notice(...Array.from({ length: NOTICES_MAX }, (_, at) => noticeOf(`DL_${at}`, bulk)));
    const full = rig.hub.polls.length;
    for (let at = 0; at < NOTICES_MAX / 2; at += 1) {
      expect(rig.hub.polls).toHaveLength(full);
      rig.fetching(`CT_DL_${at}`).end();
      if (at >= NOTICES_MAX / 2 - 2) await settled();
    }
    expect(rig.hub.polls).toHaveLength(full + 1);
    expect(rig.hub.polls.at(-2)?.signal.aborted).toBe(true);
    await rig.inbox.close();
  });

  it('withdrawn notices are stopped and dropped; another delivery of the content continues', async () => {
    const rig = await inboxRig();
    const shared = { content: 'CT_shared' };
    await rig.notice(noticeOf('DL_a'), noticeOf('DL_b', shared), noticeOf('DL_c', shared));
    expect(rig.folder.fetches).toHaveLength(2);
    await rig.answer({ gone: ['DL_a', 'DL_b', 'DL_none'] });
    expect(rig.fetching('CT_DL_a').signal.aborted).toBe(true);
    expect(rig.fetching('CT_shared').signal.aborted).toBe(false);
    expect(rig.folder.fetches).toHaveLength(2);
    rig.fetching('CT_shared').end();
    await settled();
    expect(rig.ended.map(({ receipt }) => receipt.delivery)).toEqual(['DL_c']);
    expect(rig.sink.takes).toHaveLength(1);
    expect([...rig.folder.held]).toEqual([]);
    expect(await rig.ledger.open()).toEqual([]);
    await rig.inbox.close();
  });

  it('notices withdrawn and repeated at once are fetched again, without an attempt counted', async () => {
    const rig = await inboxRig();
    rig.folder.isSlow = true;
    await rig.notice(noticeOf('DL_a'));
    await rig.answer({ gone: ['DL_a'], notices: [noticeOf('DL_a')] });
    rig.fetching('CT_DL_a').fail(rig.fetching('CT_DL_a').signal.reason);
    await settled();
    expect(rig.folder.fetches).toHaveLength(2);
    rig.folder.isSlow = false;
    rig.fetching('CT_DL_a').end();
    await settled();
    expect(rig.ended).toMatchObject([{ receipt: { attempts: 1 } }]);
    await rig.inbox.close();
  });
});

describe('priorities', () => {
  it('let an urgent delivery begin at once, and pause the others at their next block until it is done', async () => {
    const rig = await inboxRig({ parallel: 1 });
    await rig.notice(noticeOf('DL_bulk', bulk));
    const before = rig.fetching('CT_DL_bulk').block();
    await settled();
    expect(before.mayCome).toBe(true);
    await rig.notice(noticeOf('DL_urgent', urgent));
    const next = rig.fetching('CT_DL_bulk').block();
    const own = rig.fetching('CT_DL_urgent').block();
    await settled();
    expect([next.mayCome, own.mayCome]).toEqual([false, true]);
    rig.fetching('CT_DL_urgent').end();
    await settled();
    expect(next.mayCome).toBe(true);
    await rig.inbox.close();
  });

  it('two deliveries of a content share a fetch, which an urgent delivery promotes', async () => {
    const rig = await inboxRig({ parallel: 1 });
    const shared = { content: 'CT_shared' };
    await rig.notice(noticeOf('DL_a', Object.assign({}, bulk, shared)), noticeOf('DL_b', urgent));
    rig.fetching('CT_DL_b');
    await rig.notice(noticeOf('DL_c', Object.assign({}, urgent, shared)));
    rig.fetching('CT_shared').bytes(1);
    await rig.advance(70);
    rig.fetching('CT_shared').end(2);
    await settled();
    expect(rig.folder.fetches).toHaveLength(2);
    expect(rig.ended.map(({ receipt }) => receipt)).toMatchObject([
      { delivery: 'DL_c', tookMs: 70, neighbourBytes: 2, bytes: 3, attempts: 1 },
      { delivery: 'DL_a', tookMs: 70, neighbourBytes: 2 },
    ]);
    await rig.inbox.close();
  });
});

describe('receipts', () => {
  it('are gathered for 50 ms, and handed over in batches of 200', async () => {
    const rig = await inboxRig({ parallel: 256 });
    await rig.notice(...Array.from({ length: 210 }, (_, at) => noticeOf(`DL_${at}`)));
    for (let at = 0; at < 210; at += 1) rig.fetching(`CT_DL_${at}`).end();
    await settled();
    await rig.advance(49);
    expect(rig.hub.recorded).toEqual([]);
    await rig.advance(1);
    expect(rig.hub.recorded.map(({ length }) => length)).toEqual([200, 10]);
    await rig.inbox.close();
  });

  it('are retried until a library node stores them, refused receipts behind others', async () => {
    const rig = await inboxRig();
    rig.hub.storesReceipt = (delivery) => delivery !== 'DL_a';
    await rig.notice(noticeOf('DL_a'), noticeOf('DL_b'));
    for (const content of ['CT_DL_a', 'CT_DL_b']) rig.fetching(content).end();
    await settled();
    await rig.advance(50);
    expect(rig.hub.recorded).toEqual([['DL_a', 'DL_b']]);
    await rig.answer({});
    rig.hub.storesReceipt = undefined;
    await rig.advance(1500);
    expect(rig.hub.recorded.slice(1)).toEqual([['DL_a']]);
    await rig.advance(1999);
    expect(rig.hub.recorded).toHaveLength(2);
    rig.hub.storesReceipt = () => true;
    await rig.advance(1001);
    expect(rig.hub.receipts.map(({ delivery }) => delivery)).toEqual(['DL_b', 'DL_a']);
    expect(await rig.ledger.owedReceipts(9)).toEqual([]);
    await rig.inbox.close();
  });

  it('are sent as soon as a library node answers again', async () => {
    const rig = await inboxRig({ keeps: false });
    await rig.ledger.recordEnd(receiptOf('DL_a'));
    await rig.advance(50);
    await rig.advance(1500);
    await rig.advance(3000);
    const { length } = rig.hub.recorded;
    rig.hub.storesReceipt = () => true;
    await rig.answer({});
    await rig.advance(0);
    expect(rig.hub.recorded).toHaveLength(length + 1);
    expect(rig.hub.receipts).toHaveLength(1);
    await rig.inbox.close();
  });
});

describe('polls', () => {
  it('wait 1 to 15 s after failures, and none after a success', async () => {
    const rig = await inboxRig();
    for (const ms of [1000, 2000, 4000, 8000, 15_000, 15_000]) {
      const { length } = rig.hub.polls;
      rig.hub.polls.at(-1)?.fail();
      await settled();
      await rig.advance(ms - 1);
      expect(rig.hub.polls).toHaveLength(length);
      await rig.advance(Math.min(ms / 2 + 1, 15_001 - ms + 7000));
      expect(rig.hub.polls).toHaveLength(length + 1);
    }
    const { length } = rig.hub.polls;
    await rig.notice(noticeOf('DL_a'));
    expect(rig.hub.polls).toHaveLength(length + 1);
    await rig.inbox.close();
  });

  it('do not become a busy loop when empty answers come at once', async () => {
    const rig = await inboxRig();
    for (let at = 0; at < 10; at += 1) await rig.answer({});
    expect(rig.hub.polls.length).toBeLessThanOrEqual(3);
    await rig.inbox.close();
  });

  it('continue while files are transferred', async () => {
    const rig = await inboxRig();
    await rig.notice(noticeOf('DL_a'));
    await rig.notice(noticeOf('DL_b'));
    expect(rig.folder.fetches).toHaveLength(2);
    expect(rig.hub.polls.at(-1)?.holding).toEqual(['DL_a', 'DL_b']);
    await rig.inbox.close();
  });
});

describe('an inbox', () => {
  it('continues with its ledger while all library nodes are dead, by known sources and origins', async () => {
    const before = await inboxRig();
    const origins = ['https://origin.test/', 'https://near.test'];
    await before.notice(noticeOf('DL_a', { origins }));
    await before.inbox.close();
    const { ledger, clock } = before;
    const rig = await inboxRig({ ledger, clock, keeps: false });
    rig.hub.polls.at(-1)?.fail();
    await settled();
    rig.hub.knownSources = [
      { base: 'http://neighbour.test', kind: 'neighbour' },
      { base: 'https://near.test/library/distribution', kind: 'library' },
    ];
    expect(await rig.fetching('CT_DL_a').supply.sources()).toEqual([
      { base: 'http://neighbour.test', kind: 'neighbour' },
      { base: 'https://near.test/library/distribution', kind: 'library' },
      { base: 'https://origin.test/library/distribution', kind: 'library' },
    ]);
    rig.fetching('CT_DL_a').end();
    await settled();
    expect(await rig.ledger.owedReceipts(9)).toHaveLength(1);
    await rig.inbox.close();
  });

  it('stops fetches and polls when closed, records the file in the sink, and leaves no timer', async () => {
    const rig = await inboxRig();
    rig.sink.isQuick = false;
    await rig.notice(noticeOf('DL_a'), noticeOf('DL_b'));
    rig.fetching('CT_DL_a').end();
    await settled();
    let isClosed = false;
    const closing = rig.inbox.close().then(() => {
      isClosed = true;
    });
    await settled();
    expect([isClosed, rig.fetching('CT_DL_b').signal.aborted, rig.sink.takes[0]?.signal.aborted]).toEqual([
      false,
      true,
      true,
    ]);
    rig.sink.takes[0]?.end();
    await closing;
    await rig.inbox.close();
    expect((await rig.ledger.owedReceipts(9)).map(({ delivery }) => delivery)).toEqual(['DL_a']);
    expect((await rig.ledger.open()).map(({ notice, attempts }) => [notice.delivery, attempts])).toEqual([['DL_b', 0]]);
    expect(rig.clock.pendingTimers).toBe(0);
    expect(rig.hub.polls.at(-1)?.signal.aborted).toBe(true);
  });
});

describe('a place given by the owner', () => {
  it('is awaited, and released when the file has arrived, failed or is withdrawn', async () => {
    const asked: { readonly delivery: string; enter(): void }[] = [];
    const given: string[] = [];
    const steps: string[] = [];
    const place: InboxOptions['place'] = (current, signal) =>
      new Promise((resolve) => {
        const { delivery } = current();
        const leave = (): void => void given.push(delivery);
        const goOn = async () => void steps.push(`${delivery} goes on`);
        const pause = (): void => void steps.push(`${delivery} pauses`);
        asked.push({ delivery, enter: () => resolve({ goOn, pause, leave }) });
        signal.addEventListener('abort', () => resolve(undefined));
      });
    const rig = await inboxRig({ parallel: 4, place });
    await rig.notice(...['DL_a', 'DL_b', 'DL_c', 'DL_d'].map((delivery) => noticeOf(delivery)));
    expect([asked.map(({ delivery }) => delivery), rig.folder.fetches]).toEqual([['DL_a', 'DL_b', 'DL_c', 'DL_d'], []]);
    for (const { delivery, enter } of asked) if (delivery !== 'DL_d') enter();
    await settled();
    await rig.answer({ changes: [{ delivery: 'DL_b', priority: 'normal', paused: true, revision: 1 }] });
    rig.fetching('CT_DL_b').block();
    rig.fetching('CT_DL_a').block();
    await settled();
    expect(steps).toEqual(['DL_b pauses', 'DL_a goes on']);
    await rig.answer({ changes: [{ delivery: 'DL_b', priority: 'normal', revision: 2 }] });
    expect(steps.at(-1)).toBe('DL_b goes on');
    rig.fetching('CT_DL_a').end();
    rig.fetching('CT_DL_b').fail(gone());
    await rig.answer({ gone: ['DL_c', 'DL_d'] });
    expect(given.toSorted()).toEqual(['DL_a', 'DL_b', 'DL_c']);
    expect(rig.folder.fetches.map(({ spec }) => spec.content)).toEqual(['CT_DL_a', 'CT_DL_b', 'CT_DL_c']);
    expect(rig.ended.map(({ notice }) => notice.delivery)).toEqual(['DL_a']);
    await rig.inbox.close();
  });
});

describe('a changed standing', () => {
  const standing = (delivery: string, revision: number, o: Partial<Change> = {}): Change =>
    Object.assign({ delivery, priority: 'normal' as const, rankMs: 1000, revision }, o);

  it('lets a better delivery overtake at the next block, and the other go on afterwards', async () => {
    const rig = await inboxRig({ parallel: 1 });
    await rig.notice(noticeOf('DL_a', { rankMs: 1 }), noticeOf('DL_b', { rankMs: 2 }));
    const first = rig.fetching('CT_DL_a');
    expect(rig.hub.polls.at(-1)?.revisions).toEqual([0, 0]);
    await rig.answer({ changes: [standing('DL_b', 3, { rankMs: -5 })] });
    const asked = first.block();
    await settled();
    expect(asked.mayCome).toBe(false);
    expect(rig.hub.polls.at(-1)?.revisions).toEqual([0, 3]);
    rig.fetching('CT_DL_b').end();
    await settled();
    expect(asked.mayCome).toBe(true);
    first.end();
    await settled();
    expect(rig.folder.fetches).toHaveLength(2);
    await rig.inbox.close();
  });

  it('changes its priority, also in the ledger; an older revision changes nothing', async () => {
    const rig = await inboxRig({ parallel: 1 });
    await rig.notice(noticeOf('DL_a'), noticeOf('DL_b', bulk));
    await rig.answer({ changes: [standing('DL_b', 2, { priority: 'urgent', deadlineMs: 9 })] });
    await rig.answer({ changes: [standing('DL_b', 1, { priority: 'bulk' }), standing('DL_none', 9)] });
    expect(rig.fetching('CT_DL_b').block().mayCome).toBe(false);
    await settled();
    expect(await rig.ledger.open()).toMatchObject([
      { notice: noticeOf('DL_a') },
      { notice: { delivery: 'DL_b', priority: 'urgent', deadlineMs: 9, revision: 2 } },
    ]);
    await rig.inbox.close();
  });

  it('is kept when a notice with an older standing and a newer token comes', async () => {
    const rig = await inboxRig();
    await rig.notice(noticeOf('DL_a', { revision: 4, rankMs: 7 }));
    await rig.notice(noticeOf('DL_a', { tokenEndsMs: TOKEN_ENDS_MS + 1, token: 'newer' }));
    expect(await rig.ledger.open()).toMatchObject([{ notice: { token: 'newer', revision: 4, rankMs: 7 } }]);
    await rig.inbox.close();
  });

  it('pauses a begun delivery at its block until it goes on, and gives back one that has not begun', async () => {
    const rig = await inboxRig({ parallel: 1 });
    await rig.notice(noticeOf('DL_a'), noticeOf('DL_b'));
    const begun = rig.fetching('CT_DL_a');
    await rig.answer({
      changes: [standing('DL_a', 1, { paused: true }), standing('DL_b', 1, { paused: true })],
    });
    const asked = begun.block();
    await settled();
    expect([asked.mayCome, begun.signal.aborted]).toEqual([false, false]);
    expect(rig.hub.polls.at(-1)?.holding).toEqual(['DL_a']);
    expect(rig.folder.fetches).toHaveLength(1);
    await rig.answer({ changes: [standing('DL_a', 2)] });
    expect(asked.mayCome).toBe(true);
    await rig.inbox.close();
  });

  it('gives back the worst deliveries that have not begun when better ones come', async () => {
    const rig = await inboxRig({ parallel: 1 });
    const many = Array.from({ length: NOTICES_MAX }, (_, at) => noticeOf(`DL_cold${at}`, { rankMs: at }));
    await rig.notice(...many);
    await rig.notice(noticeOf('DL_hot', { rankMs: -1 }), noticeOf('DL_hot2', { rankMs: -2 }));
    const holding = rig.hub.polls.at(-1)?.holding ?? [];
    // The first cold one has begun and takes no place.
    expect(holding).toHaveLength(NOTICES_MAX + 1);
    expect(holding).toContain('DL_hot');
    await rig.notice(noticeOf('DL_hot3', { rankMs: -3 }), noticeOf('DL_hot4', { rankMs: -4 }));
    const after = rig.hub.polls.at(-1)?.holding ?? [];
    expect(after).toContain('DL_hot3');
    expect(after).not.toContain(`DL_cold${NOTICES_MAX - 1}`);
    expect(await rig.ledger.open()).toHaveLength(after.length);
    await rig.inbox.close();
  });

  it('shows the bytes and the rate of running transfers', async () => {
    const rig = await inboxRig();
    await rig.notice(noticeOf('DL_a', { bytes: 9000 }));
    rig.fetching('CT_DL_a').bytes(1000);
    await rig.advance(5000);
    rig.fetching('CT_DL_a').bytes(5000);
    await rig.answer({});
    expect(rig.hub.polls.at(-1)?.presence.transfers).toEqual([
      { content: 'CT_DL_a', doneBytes: 6000, bytes: 9000, bytesPerS: 1200 },
    ]);
    await rig.inbox.close();
  });

  it('is not asked for while a receipt is owed', async () => {
    const rig = await inboxRig({ keeps: false });
    await rig.notice(noticeOf('DL_a', { revision: 3 }));
    rig.fetching('CT_DL_a').end();
    await settled();
    await rig.answer({});
    const { holding, revisions } = rig.hub.polls.at(-1) ?? {};
    expect([holding, revisions]).toEqual([['DL_a'], [Number.MAX_SAFE_INTEGER]]);
    await rig.inbox.close();
  });

  it('gives back a delivery that has failed before last, so that its attempts count on', async () => {
    const rig = await inboxRig({ parallel: 1 });
    await rig.notice(noticeOf('DL_bad', { rankMs: 9000 }));
    rig.fetching('CT_DL_bad').fail(gone());
    await settled();
    await rig.notice(...Array.from({ length: NOTICES_MAX }, (_, at) => noticeOf(`DL_good${at}`, { rankMs: at })));
    await rig.notice(noticeOf('DL_hot', { rankMs: -1 }));
    const bad = (await rig.ledger.open()).find(({ notice }) => notice.delivery === 'DL_bad');
    expect(bad?.attempts).toBe(1);
    await rig.inbox.close();
  });
});
