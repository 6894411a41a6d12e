// Tests core/pipe-silence.ts: a pipe is silent when its carrier sends and nothing arrives, not even RTCP.
import { createLogger, ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  isExpired,
  isSilent,
  nextDoubt,
  notReceivingPipe,
  type PullDoubt,
  receivingPipe,
  silenceRules,
} from '../../src/core/index.ts';
import type { Pull } from '../../src/media/pulls.ts';
import { SilenceDetector } from '../../src/media/silence-detector.ts';

describe('a pipe over which nothing arrives', () => {
  it.each<[string, number[], boolean]>([
    ['is not judged before its carrier was asked', [], false],
    ['is not silent after one answer, because the carrier may have sent nothing since', [500], false],
    ['is not silent when the carrier sends nothing (mute, no wanted layer, no network)', [5, 5, 5, 5], false],
    ['is not silent when one RTCP report (of one in 5 s) was sent and lost', [5, 90, 90, 90, 90], false],
    ['is silent when the carrier has sent more at two looks', [500, 600, 700], true],
    ['is not silent when the carrier had stopped in between', [500, 600, 600, 700], false],
    ['is not silent after the counter of a new pipe began anew', [900, 1000, 50, 100], false],
    ['is silent when that counter has grown twice', [900, 1000, 50, 100, 150], true],
    ['is not silent after answers of a carrier without that pipe', [0, 0, 0], false],
    ['is not silent after answers that are not numbers', [Number.NaN, Number.NaN, Number.NaN], false],
  ])('%s', (_, answers, expected) => {
    expect(isSilent(answers.reduce((state, sent) => notReceivingPipe(state, sent), receivingPipe(100)))).toBe(expected);
  });
});

describe('a doubtful track', () => {
  it('is reported after pauses that double up to a bound, and anew after a time without doubt', () => {
    let last: PullDoubt | undefined;
    const reportTimesS: number[] = [];
    for (let nowMs = 0; nowMs <= 300_000; nowMs += 1000) {
      const next = nextDoubt(last, nowMs);
      if (next === undefined) continue;
      reportTimesS.push(nowMs / 1000);
      last = next;
    }
    expect(reportTimesS).toEqual([0, 3, 9, 21, 45, 93, 153, 213, 273]);
    const wellMs = (last?.atMs ?? 0) + 2 * silenceRules.pauseMaxMs;
    expect([isExpired(last as PullDoubt, wellMs), isExpired(last as PullDoubt, wellMs + 1)]).toEqual([false, true]);
    expect(nextDoubt(last, wellMs + 1)).toEqual({ count: 1, atMs: wellMs + 1 });
  });
});

describe('the checks of pipes', () => {
  let clock: ManualClock;
  let expectedPulls: Pull[];
  let received: Map<string, number>;
  let sent: Map<string, number>;
  let askedPipes: string[];
  let doubtfulTracks: string[];
  let detector: SilenceDetector;

  beforeEach(() => {
    clock = new ManualClock();
    [expectedPulls, askedPipes, doubtfulTracks] = [[], [], []];
    [received, sent] = [new Map(), new Map()];
    detector = new SilenceDetector({
      clock,
      log: createLogger({ name: 'test', level: 'silent' }),
      pulls: {
        expectedPulls: () => expectedPulls,
        find: (_, trackId) => expectedPulls.find(({ request }) => request.trackId === trackId),
      },
      pipes: {
        traffic: async (id, fence) => {
          const receivedBytes = received.get(`${id} ${fence}`);
          return receivedBytes === undefined ? undefined : { receivedBytes, sentBytes: 0, txBps: 0, rxBps: 0 };
        },
      },
      neighbours: {
        pipeSentBytes: async (id, fence) => {
          askedPipes.push(`${id} ${fence}`);
          const bytes = sent.get(`${id} ${fence}`);
          if (bytes === undefined) throw new Error('not answered');
          return bytes;
        },
      },
      onDoubtful: ({ request: { trackId, carrierId } }) => void doubtfulTracks.push(`${trackId} ${carrierId}`),
    });
  });
  const pull = (trackId: string, o: { carrierId?: string; fence?: string; kind?: string } = {}): Pull => {
    const { carrierId = 'a', fence = '', kind = 'video' } = o;
    const track = { closed: false, producer: { kind } };
    return { request: { roomKey: 't/r', trackId, carrierId, fence }, track } as unknown as Pull;
  };
  /** Runs `count` looks at which nothing arrives, while these carriers send: `NODE FENCE`, with '' for no fence. */
  const runLooks = async (count: number, ...sending: string[]): Promise<void> => {
    for (let n = 0; n < count; n += 1) {
      for (const key of sending) sent.set(key, (sent.get(key) ?? 1000) + 100);
      clock.advance(silenceRules.periodMs);
      await detector.step();
    }
  };

  it('ask only carriers of pipes over which nothing arrives, for each fence separately', async () => {
    expectedPulls = [
      pull('T1'),
      pull('T2', { fence: 'eu' }),
      pull('T3', { carrierId: 'b' }),
      pull('T4', { carrierId: 'c' }),
    ];
    for (const key of ['a ', 'a eu', 'b ']) received.set(key, 1); // no pipe to c is open
    await runLooks(1, 'a ', 'a eu');
    expect(askedPipes).toEqual([]);
    for (let n = 0; n < 3; n += 1) {
      received.set('a ', 2 + n);
      await runLooks(1, 'a ', 'a eu');
    }
    expect(askedPipes).toEqual(['a eu', 'b ', 'a eu', 'a eu', 'b ']); // b does not answer, so its check begins anew
    expect(doubtfulTracks).toEqual(['T2 a']);
  });

  it('are not held up by a carrier that does not answer', async () => {
    const hangingDetector = new SilenceDetector({
      clock,
      log: createLogger({ name: 'test', level: 'silent' }),
      pulls: { expectedPulls: () => expectedPulls, find: () => expectedPulls[0] },
      pipes: { traffic: async () => ({ receivedBytes: 1, sentBytes: 0, txBps: 0, rxBps: 0 }) },
      neighbours: {
        pipeSentBytes: (id) =>
          new Promise((resolve, reject) => {
            if (id === 'a') resolve(clock.nowMs());
            else clock.after(silenceRules.answerDeadlineMs, () => reject(new Error('not answered')));
          }),
      },
      onDoubtful: ({ request: { trackId } }) => void doubtfulTracks.push(`${trackId} ${clock.nowMs()}`),
    });
    expectedPulls = [pull('T1'), pull('T2', { carrierId: 'b' })];
    const beganMs = clock.nowMs();
    hangingDetector.start();
    for (let ms = 0; ms < 5000 && doubtfulTracks.length === 0; ms += 100) {
      clock.advance(100);
      await new Promise(setImmediate);
    }
    hangingDetector.close();
    expect(doubtfulTracks).toEqual([`T1 ${beganMs + 4 * silenceRules.periodMs + silenceRules.answerDeadlineMs}`]);
  });

  it('report audio tracks first, and at most `doubtsMax` tracks per check', async () => {
    const { doubtsMax } = silenceRules;
    expectedPulls = Array.from({ length: doubtsMax + 2 }, (_, n) =>
      pull(`T${n}`, { kind: n > doubtsMax ? 'audio' : 'video' }),
    );
    received.set('a ', 1);
    await runLooks(4, 'a ');
    expect([doubtfulTracks.length, doubtfulTracks[0]]).toEqual([doubtsMax, `T${doubtsMax + 1} a`]);
    await runLooks(1, 'a ');
    expect(new Set(doubtfulTracks).size).toBe(doubtsMax + 2);
    expect(doubtfulTracks).toHaveLength(doubtsMax + 2);
  });

  it('keep the pauses of a track that has moved to another silent carrier, but not of a track that has ended', async () => {
    for (const key of ['a ', 'b ']) received.set(key, 1);
    expectedPulls = [pull('T1')];
    await runLooks(4, 'a ', 'b ');
    expectedPulls = [pull('T1', { carrierId: 'b' })];
    await runLooks(4, 'a ', 'b '); // the second doubt of T1
    expectedPulls = [pull('T1')];
    await runLooks(5, 'a ', 'b ');
    expect(doubtfulTracks).toEqual(['T1 a', 'T1 b']);
    await runLooks(1, 'a ', 'b ');
    expect(doubtfulTracks).toEqual(['T1 a', 'T1 b', 'T1 a']);
    expectedPulls = [pull('T2')];
    await runLooks(1, 'a ');
    expectedPulls = [pull('T1')];
    await runLooks(1, 'a ');
    expect(doubtfulTracks).toEqual(['T1 a', 'T1 b', 'T1 a', 'T2 a', 'T1 a']);
  });
});
