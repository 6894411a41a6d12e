import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redialPauseMs, statusCodeOf } from '../../src/core/cdn/redial.ts';
import { encodeMedia, withStreamId } from '../../src/core/rtmp/media.ts';

describe('a server is dialled again', () => {
  const pauses = (code: string, failures: readonly number[]): number[] =>
    failures.map((count) => redialPauseMs({ code, failures: count, random: 0 }));
  it.each(['CONNECT_FAILED', 'TIMED_OUT', 'ENDED', 'MALFORMED', 'TOO_SLOW', 'OVERLOADED', 'SOCKET_LOST', 'toString'])(
    'soon after %s',
    (code) => {
      expect(pauses(code, [1, 2, 3, 6, 1e6])).toEqual([1000, 2000, 4000, 30_000, 30_000]);
    },
  );
  it.each(['REFUSED', 'BFRAMES', 'CODEC_UNSUPPORTED', 'NOT_PERMITTED', 'TARGET_REFUSED'])('later after %s', (code) => {
    expect(pauses(code, [1, 2, 6, 1e6])).toEqual([10_000, 20_000, 300_000, 300_000]);
  });
  it('after a random part of its pause, from three quarters on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, random) => {
          const latestMs = redialPauseMs({ code: 'ENDED', failures, random: 0 });
          const pauseMs = redialPauseMs({ code: 'ENDED', failures, random });
          expect(pauseMs).toBeLessThanOrEqual(latestMs);
          expect(pauseMs).toBeGreaterThanOrEqual(latestMs * 0.75);
        },
      ),
    );
  });
});

it.each([
  ['NetStream.Publish.BadName', 'NetStream.Publish.BadName'],
  ['NetConnection.Connect.Rejected', 'NetConnection.Connect.Rejected'],
  ['', ''],
  ['NetStream', ''],
  ['NetStream.Publish.BadName: my-secret-key', ''],
  ['my-secret-key', ''],
  [`NetStream.${'x'.repeat(33)}`, ''],
])("a server's code %s is shown as %s", (code, shown) => {
  expect(statusCodeOf(code)).toBe(shown);
});

it('a message for another stream differs only in its id, and the original is unchanged', () => {
  for (const timestampMs of [0, 0xffffff, 0xffffffff]) {
    const media = { kind: 'video', timestampMs, body: new Uint8Array(70_000).fill(9) } as const;
    const one = encodeMedia({ ...media, streamId: 1 });
    expect(withStreamId(one, 0x01020304)).toEqual(encodeMedia({ ...media, streamId: 0x01020304 }));
    expect(one).toEqual(encodeMedia({ ...media, streamId: 1 }));
  }
});
