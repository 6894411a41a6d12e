// How the lab `recording-faults` reads what files show.
import { seededRng } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { driftMsPerHour, longestHoleMs, momentsOf, pairsOf } from '../../lab/recording-faults/content.ts';
import { LossyPath } from '../../lab/recording-faults/lossy-path.ts';

/** As ffmpeg prints pictures: on from and to these times, in ms. */
function pictures(o: { times: readonly number[]; on: readonly (readonly [from: number, to: number])[] }): string {
  const lines = o.times.flatMap((ms, at) => {
    const isOn = o.on.some(([from, to]) => ms >= from && ms < to);
    return [`frame:${at} pts:${at} pts_time:${(ms / 1000).toFixed(6)}`, `lavfi.signalstats.YAVG=${isOn ? 235 : 110.5}`];
  });
  return `${lines.join('\n')}\n`;
}
const every = (fromMs: number, toMs: number, stepMs: number): number[] =>
  Array.from({ length: (toMs - fromMs) / stepMs }, (_, at) => fromMs + at * stepMs);
const reading = { threshold: 180, settling: 5 };

it('a flash counts when it is seen from its beginning to its end', () => {
  const text = pictures({
    times: every(0, 4000, 20),
    on: [
      [1000, 1100],
      [2000, 2100],
      [3000, 3100],
    ],
  });
  expect(momentsOf(text, reading)).toEqual({ moments: [1000, 2000, 3000], whole: [1000, 2000, 3000], frames: 200 });
});

it('one that the file begins or ends in, one that is cut and one that is passed in haste is at no known time', () => {
  const hasty = [2500.1, 2500.2, 2500.3, 2500.4];
  const times = [...every(0, 2040, 20), ...every(2300, 2500, 20), ...hasty, ...every(2520, 4060, 20)];
  const text = pictures({
    times,
    on: [
      [40, 140], // the decoder begins
      [1040, 1100], // its beginning is missing
      [2500.1, 2500.4], // sent once more
      [4000, 4100], // the file ends
    ],
  });
  expect(momentsOf(text, reading)).toMatchObject({ moments: [1040], whole: [] });
});

it('silence is no number', () => {
  const text = [-70, '-inf', -3, 'nan'].map((value, at) => `pts_time:${at}\nRMS_level=${value}\n`).join('');
  expect(momentsOf(text, { threshold: -30, settling: 0 })).toMatchObject({ moments: [2000], frames: 4 });
});

it('pairs a flash with the nearest beep, and with none that is far', () => {
  expect(pairsOf([1000, 2000, 3000], [990, 2030, 3401])).toEqual([
    { ms: 1000, offsetMs: -10 },
    { ms: 2000, offsetMs: 30 },
  ]);
});

it('tells a drift from an offset', () => {
  const pairs = every(0, 3_600_000, 60_000).map((ms) => ({ ms, offsetMs: 20 - ms / 360_000 }));
  expect(driftMsPerHour(pairs)).toBeCloseTo(-10, 6);
  expect([driftMsPerHour([]), driftMsPerHour(pairs.slice(0, 1))]).toEqual([0, 0]);
});

it('finds the longest time beyond a second, in any order', () => {
  expect(longestHoleMs([5000, 1000, 2000])).toBe(2000);
  expect([longestHoleMs([]), longestHoleMs([7])]).toEqual([0, 0]);
});

it('a lossy path stands where the first candidate of UDP stood, alone', async () => {
  const path = await LossyPath.open(seededRng('path'));
  onTestFinished(() => path.close());
  const candidate = (protocol: string, port: number): string =>
    `a=candidate:1 1 ${protocol} 99 127.0.1.1 ${port} typ host`;
  const sdp = ['v=0', candidate('tcp', 9), candidate('udp', 40_000), candidate('udp', 40_001), 'a=end', ''].join(
    '\r\n',
  );
  expect(path.through(sdp)).toMatch(/^v=0\r\na=candidate:1 1 udp 99 127\.0\.0\.1 \d+ typ host\r\na=end\r\n$/);
  expect(() => path.through('v=0\r\n')).toThrow('no candidate');
});
