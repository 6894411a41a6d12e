// The reaction rules of pathd, by event traces: what is sent, what the receiver says, when both paths are taken and
// when it flips.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { pathdBin, replay, siphash } from '../kit/pathd.ts';

interface World {
  readonly untilMs: number;
  /** Datagrams per second that the pipe sends; 0: only probes. */
  readonly pps?: (ms: number) => number;
  /** Whether a datagram sent then on this slot arrives. */
  readonly arrives?: (slot: number, ms: number, seq: number) => boolean;
  readonly onewayMs?: (slot: number, ms: number) => number;
  /** Whether the receiver's words arrive. */
  readonly heard?: (ms: number) => boolean;
  readonly standby?: boolean;
  /** The pipe's datagrams take both paths all the time, as the rules want it while they compare. */
  readonly doubled?: boolean;
  /** What the centre says; `anew`: another path than before in the active slot. */
  readonly routes?: readonly (readonly [ms: number, active: number, anew?: 'anew'])[];
}

/**
 * A trace of a sender that takes one path only: the rules' doubles are not fed back, so the standby lives from its
 * probes alone.
 */
function trace(world: World): string[] {
  const oneway = world.onewayMs ?? ((slot: number) => 20 + 5 * slot);
  const events = [`0 route 0 ${world.standby === false ? 0 : 1}`];
  const sent = [0, 0];
  const flying: { slot: number; seq: number; sentMs: number; atMs: number }[] = [];
  const got = [0, 1].map(() => ({ next: 0, count: 0, echoMs: 0, atMs: 0, delayMs: 0 }));
  const words: { atMs: number; line: string }[] = [];
  const send = (slot: number, ms: number): void => {
    const seq = (sent[slot] ?? 0) + 1;
    sent[slot] = seq;
    events.push(`${ms} send ${slot} 1`);
    if (world.arrives?.(slot, ms, seq) ?? true) flying.push({ slot, seq, sentMs: ms, atMs: ms + oneway(slot, ms) });
  };
  let owedPackets = 0;
  for (let ms = 5; ms <= world.untilMs; ms += 5) {
    for (const [atMs, active, anew] of world.routes ?? [])
      if (atMs === ms)
        events.push(`${ms} route ${active} ${world.standby === false ? 0 : 1} ${anew === 'anew' ? 1 : 0}`);
    owedPackets += ((world.pps ?? (() => 100))(ms) * 5) / 1000;
    for (; owedPackets >= 1; owedPackets -= 1) for (const slot of world.doubled === true ? [0, 1] : [0]) send(slot, ms);
    if (ms % 200 === 0) for (const slot of world.standby === false ? [0] : [0, 1]) send(slot, ms);
    for (const one of flying.filter(({ atMs }) => atMs <= ms)) {
      flying.splice(flying.indexOf(one), 1);
      const slot = got[one.slot];
      if (slot === undefined) continue;
      Object.assign(slot, { next: Math.max(slot.next, one.seq + 1), count: slot.count + 1, echoMs: one.sentMs });
      Object.assign(slot, { atMs: ms, delayMs: ms - one.sentMs });
    }
    if (ms % 50 === 0 && (world.heard?.(ms) ?? true)) {
      const reports = got.map((g) => `${g.next} ${g.count} ${g.echoMs} ${ms - g.atMs} ${g.delayMs}`).join(' ');
      words.push({ atMs: ms + 20, line: reports });
    }
    for (const word of words.splice(0, words.filter(({ atMs }) => atMs <= ms).length))
      events.push(`${ms} report ${word.line}`);
    if (ms % 10 === 0) events.push(`${ms} tick`);
  }
  return events;
}
const decide = (world: World): string[] => replay(trace(world));
const msOf = (line: string | undefined): number => Number(line?.split(' ')[0]);
/** First time of a decision that fits. */
const when = (decisions: string[], pattern: RegExp): number => msOf(decisions.find((line) => pattern.test(line)));
const cutAt = (cutMs: number) => (slot: number, ms: number) => slot !== 0 || ms < cutMs;

test('SipHash-2-4 gives the value of its paper, in C and in the second implementation of the tests', () => {
  const bytes = Buffer.from(Array.from({ length: 16 }, (_, index) => index));
  expect(execFileSync(pathdBin(), ['--siphash'], { encoding: 'utf8' }).trim()).toBe('a129ca6149be45e5');
  expect(siphash(bytes, bytes.subarray(0, 15)).toString(16)).toBe('a129ca6149be45e5');
});

test.each(['what', '5', '5 send', '5 send 2 1', '5 report 1 2 3', '5 route 3 1', '5 leap', ''])(
  'a trace with the line "%s" is refused',
  (line) => {
    expect(() => execFileSync(pathdBin(), ['--replay'], { input: `${line}\n`, stdio: 'pipe' })).toThrow(
      /is not an event/,
    );
  },
);

test('a path without trouble is left alone for a minute', () => {
  expect(decide({ untilMs: 60_000 })).toEqual([]);
});

test('a busy path that is cut sends on both after 120 ms of silence and flips after 250 ms', () => {
  const decisions = decide({ untilMs: 6000, arrives: cutAt(5000) });
  // Of silence at the receiver: the sender knows of it a round trip (40 ms, and its spread) later.
  expect(when(decisions, /both on/) - 5000).toBeGreaterThan(120);
  expect(when(decisions, /both on/) - 5000).toBeLessThan(220);
  expect(when(decisions, /flip 1 silence/) - 5000).toBeGreaterThan(250);
  expect(when(decisions, /flip 1 silence/) - 5000).toBeLessThan(350);
  // Both for 300 ms more.
  expect(when(decisions, /both off/) - when(decisions, /flip/)).toBeGreaterThanOrEqual(300);
});

test('a pipe that falls silent, and speaks again, is no cut', () => {
  const pps = (ms: number) => (ms % 3000 < 1500 ? 100 : 0);
  expect(decide({ untilMs: 30_000, pps })).toEqual([]);
});

test('no flip where there is no standby', () => {
  expect(decide({ untilMs: 8000, standby: false, arrives: cutAt(5000) })).toEqual([]);
});

test('no flip to a standby that answers nothing, but both are tried', () => {
  const decisions = decide({ untilMs: 8000, arrives: (_slot, ms) => ms < 5000 });
  expect(decisions.filter((line) => line.includes('flip'))).toEqual([]);
  expect(decisions.at(-1)).toContain('both on');
});

test('an idle path is cut by three missed probes, not by one', () => {
  const idle = { pps: () => 0 };
  expect(decide({ ...idle, untilMs: 10_000, arrives: (slot, ms) => slot !== 0 || ms !== 5000 })).toEqual([]);
  const decisions = decide({ ...idle, untilMs: 10_000, arrives: cutAt(5000) });
  expect(when(decisions, /flip 1 silence/) - 5000).toBeGreaterThan(600);
  expect(when(decisions, /flip 1 silence/) - 5000).toBeLessThan(1200);
});

test('a receiver that is heard on no path at all changes nothing: it is unknown which path is bad', () => {
  const decisions = decide({ untilMs: 8000, heard: (ms) => ms < 5000 });
  expect(decisions.filter((line) => line.includes('flip'))).toEqual([]);
});

test('50 ms more delay on a path flips within 2 s, 20 ms more does not', () => {
  const slower = (addMs: number) => (slot: number, ms: number) =>
    20 + 5 * slot + (slot === 0 && ms >= 5000 ? addMs : 0);
  expect(decide({ untilMs: 15_000, onewayMs: slower(20) })).toEqual([]);
  const at = when(decide({ untilMs: 15_000, onewayMs: slower(50) }), /flip 1 delay/) - 5000;
  expect(at).toBeGreaterThan(0);
  expect(at).toBeLessThan(2000);
});

test.each([100, 300])('loss of one in twenty on a path that had none flips within 4 s at %i packets/s', (pps) => {
  // Every twentieth is lost: no chance in it, and the same for both implementations of chance.
  const arrives = (slot: number, ms: number, seq: number) => slot !== 0 || ms < 10_000 || seq % 20 !== 0;
  const at = when(decide({ untilMs: 20_000, pps: () => pps, doubled: true, arrives }), /flip 1 loss/) - 10_000;
  expect(at).toBeGreaterThan(0);
  expect(at).toBeLessThan(4000);
});

test('a path that always lost 2 % is not left for losing 6 % for a while', () => {
  const arrives = (slot: number, ms: number, seq: number) =>
    slot !== 0 || (ms >= 30_000 && ms < 33_000 ? seq % 16 !== 0 : seq % 50 !== 0);
  expect(decide({ untilMs: 40_000, doubled: true, arrives }).filter((line) => line.includes('flip'))).toEqual([]);
});

test('a path that begins to lose one in twenty by chance is left, also when a trial comes out undecided', () => {
  const seed = 1 + (Date.now() % 1_000_000);
  const args = ['--simulate', String(seed), '0.25', '100', '0.001', '0', '0.05'];
  const run = JSON.parse(execFileSync(pathdBin(), args, { encoding: 'utf8' })) as {
    worsened: number;
    reactMsP50: number;
    reactMsP99: number;
  };
  // 0.93 s and 2.6 s were measured; one that is not left counts with 30 s.
  expect({ seed, many: run.worsened > 150, soon: run.reactMsP50 < 4700, all: run.reactMsP99 < 13_000 }).toEqual({
    seed,
    many: true,
    soon: true,
    all: true,
  });
});

test('two paths that lose alike, less than what is looked for, seldom flip', () => {
  const seed = 1 + (Date.now() % 1_000_000);
  for (const loss of ['0.003', '0.008']) {
    const out = execFileSync(pathdBin(), ['--simulate', String(seed), '1', '50', loss, '0'], { encoding: 'utf8' });
    const { flips } = JSON.parse(out) as { flips: number };
    expect({ seed, loss, tooMany: flips > 7 }).toEqual({ seed, loss, tooMany: false }); // about one a day was measured
  }
});

test('more delay on both paths alike is no reason to flip', () => {
  const onewayMs = (slot: number, ms: number) => 20 + 5 * slot + (ms >= 5000 ? 80 : 0);
  expect(decide({ untilMs: 15_000, onewayMs }).filter((line) => line.includes('flip'))).toEqual([]);
});

test('a flip taken back by the centre within 5 s doubles the time in which only silence flips', () => {
  const onewayMs = (slot: number, ms: number) => (slot === 0 && ms >= 10_000 ? 90 : 20);
  const routes = [
    [12_000, 0],
    [18_000, 0],
  ] as const; // the centre insists on the slow path, twice
  const [first = 0, second = 0, third = 0] = decide({ untilMs: 45_000, onewayMs, routes })
    .filter((line) => line.includes('delay'))
    .map(msOf);
  expect(first).toBeLessThan(12_000);
  expect(second - 12_000).toBeGreaterThanOrEqual(4000); // 2 s, doubled
  expect(second - 12_000).toBeLessThan(6000);
  expect(third - 18_000).toBeGreaterThanOrEqual(16_000); // doubled by that flip and by its being taken back
});

test('delay seen of the path before the centre changed it does not hasten the next flip', () => {
  // The first path is slow for a moment, in which the centre takes the other; that one becomes slow when flips are
  // allowed again.
  const isSlow = [(ms: number) => ms >= 10_000 && ms < 11_000, (ms: number) => ms >= 12_200];
  const onewayMs = (slot: number, ms: number) => (isSlow[slot]?.(ms) === true ? 120 : 20);
  const flips = decide({ untilMs: 15_000, onewayMs, routes: [[10_900, 1]] }).filter((line) => line.includes('flip'));
  expect(flips).toEqual([expect.stringMatching(/flip 0 delay/)]);
  expect(Number(flips[0]?.split(' ').at(-1))).toBeLessThan(1000); // how long it lasted: 0.5 s make a flip
});

test('another path in the active slot is a change: both paths for a moment, where there are two', () => {
  const routes = [
    [5000, 0],
    [10_000, 0, 'anew'],
  ] as const;
  expect(decide({ untilMs: 15_000, routes })).toEqual(['10000 both on', '10300 both off']);
  expect(decide({ untilMs: 15_000, routes, standby: false })).toEqual([]);
});

test('at 2 % random loss and with bursts of 30 ms there is at most one false flip per link-day', () => {
  const seed = 1 + (Date.now() % 1_000_000);
  for (const burstMs of [0, 30]) {
    const out = execFileSync(pathdBin(), ['--simulate', String(seed), '1', '50', '0.02', String(burstMs)], {
      encoding: 'utf8',
    });
    const { flips, bothTimes } = JSON.parse(out) as { flips: number; bothTimes: number };
    expect({ seed, burstMs, tooMany: flips > 5 }).toEqual({ seed, burstMs, tooMany: false });
    if (burstMs > 0) expect(bothTimes).toBeGreaterThan(0); // the bursts are there
  }
});
