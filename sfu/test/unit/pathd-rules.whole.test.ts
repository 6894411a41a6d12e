// Rules by which pathd switches paths, played with traces of events (`pathd --replay`).
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { pathdBin, replay, siphash } from '../kit/pathd.ts';

interface World {
  readonly untilMs: number;
  /** Datagrams of the pipe per second; 0: only probes. */
  readonly pps?: (ms: number) => number;
  readonly arrives?: (slot: number, ms: number, seq: number) => boolean;
  readonly onewayMs?: (slot: number, ms: number) => number;
  readonly reportArrives?: (ms: number) => boolean;
  readonly standby?: boolean;
  /** True while the pipe's datagrams take both paths, as during a comparison. */
  readonly sendsOnBoth?: boolean;
  /** Routes of the centre; `anew`: the active slot has a new path. */
  readonly routes?: readonly (readonly [ms: number, active: number, anew?: 'anew'])[];
}

/** Returns the trace of a world. It lacks the datagrams that the rules copy to the standby, which has only probes. */
function trace(world: World): string[] {
  const oneway = world.onewayMs ?? ((slot: number) => 20 + 5 * slot);
  const events = [`0 route 0 ${world.standby === false ? 0 : 1}`];
  const sent = [0, 0];
  const inFlight: { slot: number; seq: number; sentMs: number; atMs: number }[] = [];
  const slotStates = [0, 1].map(() => ({ next: 0, count: 0, echoMs: 0, atMs: 0, delayMs: 0 }));
  const words: { atMs: number; line: string }[] = [];
  const send = (slot: number, ms: number): void => {
    const seq = (sent[slot] ?? 0) + 1;
    sent[slot] = seq;
    events.push(`${ms} send ${slot} 1`);
    if (world.arrives?.(slot, ms, seq) ?? true) inFlight.push({ slot, seq, sentMs: ms, atMs: ms + oneway(slot, ms) });
  };
  let owedPackets = 0;
  for (let ms = 5; ms <= world.untilMs; ms += 5) {
    for (const [atMs, active, anew] of world.routes ?? [])
      if (atMs === ms)
        events.push(`${ms} route ${active} ${world.standby === false ? 0 : 1} ${anew === 'anew' ? 1 : 0}`);
    owedPackets += ((world.pps ?? (() => 100))(ms) * 5) / 1000;
    for (; owedPackets >= 1; owedPackets -= 1)
      for (const slot of world.sendsOnBoth === true ? [0, 1] : [0]) send(slot, ms);
    if (ms % 200 === 0) for (const slot of world.standby === false ? [0] : [0, 1]) send(slot, ms);
    for (const one of inFlight.filter(({ atMs }) => atMs <= ms)) {
      inFlight.splice(inFlight.indexOf(one), 1);
      const slot = slotStates[one.slot];
      if (slot === undefined) continue;
      Object.assign(slot, { next: Math.max(slot.next, one.seq + 1), count: slot.count + 1, echoMs: one.sentMs });
      Object.assign(slot, { atMs: ms, delayMs: ms - one.sentMs });
    }
    if (ms % 50 === 0 && (world.reportArrives?.(ms) ?? true)) {
      const reports = slotStates.map((g) => `${g.next} ${g.count} ${g.echoMs} ${ms - g.atMs} ${g.delayMs}`).join(' ');
      words.push({ atMs: ms + 20, line: reports });
    }
    for (const word of words.splice(0, words.filter(({ atMs }) => atMs <= ms).length))
      events.push(`${ms} report ${word.line}`);
    if (ms % 10 === 0) events.push(`${ms} tick`);
  }
  return events;
}
const decisionsOf = (world: World): string[] => replay(trace(world));
const msOf = (line: string | undefined): number => Number(line?.split(' ')[0]);
const timeOf = (decisions: string[], pattern: RegExp): number => msOf(decisions.find((line) => pattern.test(line)));
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

test('pathd sends on both paths after 120 ms of silence on a busy path that is cut, and flips after 250 ms', () => {
  const decisions = decisionsOf({ untilMs: 6000, arrives: cutAt(5000) });
  // The sender learns of the receiver's silence a round trip (40 ms, and its spread) later.
  expect(timeOf(decisions, /both on/) - 5000).toBeGreaterThan(120);
  expect(timeOf(decisions, /both on/) - 5000).toBeLessThan(220);
  expect(timeOf(decisions, /flip 1 silence/) - 5000).toBeGreaterThan(250);
  expect(timeOf(decisions, /flip 1 silence/) - 5000).toBeLessThan(350);
  // Packets use both paths for 300 ms more.
  expect(timeOf(decisions, /both off/) - timeOf(decisions, /flip/)).toBeGreaterThanOrEqual(300);
});

test('a pipe that pauses and resumes does not count as cut', () => {
  const pps = (ms: number) => (ms % 3000 < 1500 ? 100 : 0);
  expect(decisionsOf({ untilMs: 30_000, pps })).toEqual([]);
});

test('pathd does not flip to a standby without answers, but sends on both paths', () => {
  const decisions = decisionsOf({ untilMs: 8000, arrives: (_slot, ms) => ms < 5000 });
  expect(decisions.filter((line) => line.includes('flip'))).toEqual([]);
  expect(decisions.at(-1)).toContain('both on');
});

test('pathd leaves a path with 50 ms more delay within 2 s, and stays on a path with 20 ms more', () => {
  const delayFrom = (addMs: number) => (slot: number, ms: number) =>
    20 + 5 * slot + (slot === 0 && ms >= 5000 ? addMs : 0);
  expect(decisionsOf({ untilMs: 15_000, onewayMs: delayFrom(20) })).toEqual([]);
  const at = timeOf(decisionsOf({ untilMs: 15_000, onewayMs: delayFrom(50) }), /flip 1 delay/) - 5000;
  expect(at).toBeGreaterThan(0);
  expect(at).toBeLessThan(2000);
});
