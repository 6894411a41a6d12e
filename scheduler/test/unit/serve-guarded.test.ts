import { type ControlLink, MeridianError, rpc } from '@meridian/protocol';
import { type Link, type Logger, ManualClock } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { callRate } from '../../src/adapters/links/call-rate.ts';
import { type Guard, serveGuarded } from '../../src/adapters/links/serve-guarded.ts';

/** Sends a request that fails with `error`; returns the asker's code, the log lines and the counted codes. */
async function refusalOf(error: unknown, o: { take?: () => void; payload?: Uint8Array } = {}) {
  const lines: Record<string, unknown>[] = [];
  const counted: unknown[] = [];
  const write = (level: string) => (fields: object, msg: string) => void lines.push({ level, msg, ...fields });
  const guard = {
    log: { info: write('info'), error: write('error') } as unknown as Logger,
    metrics: { requestsRefused: { inc: (labels: unknown) => counted.push(labels) } },
    terms: { mayDecide: () => true, centre: { denied: new Map() } },
  } as unknown as Guard;
  let ask: Parameters<ControlLink['onRequest']>[1] | undefined;
  const link = {
    remote: { id: 'sig' },
    onRequest(_: number, handler: typeof ask) {
      ask = handler;
    },
  };
  const fail = () => {
    throw error;
  };
  serveGuarded(guard, link as unknown as Link, rpc.place, fail, o.take && { take: o.take });
  const answer = Promise.resolve(ask?.(o.payload ?? new Uint8Array()));
  const code = await answer.then(
    () => 'answered',
    (failure) => failure.code,
  );
  return { code, lines, counted };
}

const fields = { nodeId: 'sig', request: rpc.place.number };

test('a deliberate refusal is logged in a line with its message, without a stack', async () => {
  expect(await refusalOf(new MeridianError('CITY_UNKNOWN', 'there is no city atlantis'))).toEqual({
    code: 'CITY_UNKNOWN',
    lines: [
      { level: 'info', msg: 'request refused', ...fields, code: 'CITY_UNKNOWN', reason: 'there is no city atlantis' },
    ],
    counted: [{ code: 'CITY_UNKNOWN' }],
  });
});

test('a refusal keeps its cause, and an unexpected error is logged in full', async () => {
  const refusal = new MeridianError('CITY_UNKNOWN', undefined, { cause: new Error('the file is cut') });
  expect((await refusalOf(refusal)).lines).toEqual([
    { level: 'info', msg: 'request refused', ...fields, code: 'CITY_UNKNOWN', err: refusal },
  ]);
  const mistake = new TypeError('undefined is not a function');
  expect(await refusalOf(mistake)).toEqual({
    code: 'INTERNAL',
    lines: [{ level: 'error', msg: 'request failed', ...fields, code: 'INTERNAL', err: mistake }],
    counted: [{ code: 'INTERNAL' }],
  });
});

test('a node that asks too often is refused before its request is read, and nothing is logged', async () => {
  const take = callRate(new ManualClock(), { perSecond: 2, burst: 1 });
  const payload = new Uint8Array([0xff, 0xff, 0xff]);
  expect((await refusalOf(new Error('never'), { take, payload })).code).toBe('FRAME_MALFORMED');
  expect(await refusalOf(new Error('never'), { take, payload })).toEqual({
    code: 'RATE_LIMITED',
    lines: [],
    counted: [{ code: 'RATE_LIMITED' }],
  });
});

test('a call rate lets a burst through, and then so many calls a second', () => {
  const clock = new ManualClock();
  const take = callRate(clock, { perSecond: 2, burst: 3 });
  const taken = () => {
    for (let count = 0; ; count += 1) {
      try {
        take();
      } catch (error) {
        return [count, (error as MeridianError).code, (error as MeridianError).retryAfterMs];
      }
    }
  };
  expect(taken()).toEqual([3, 'RATE_LIMITED', 500]);
  clock.advance(1250);
  expect(taken()).toEqual([2, 'RATE_LIMITED', 250]);
  clock.advance(60_000);
  expect(taken()).toEqual([3, 'RATE_LIMITED', 500]);
});
