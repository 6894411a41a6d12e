// What the forwarder is taken to know after it has refused orders, and when these are said again.
import { describe, expect, test } from 'vitest';
import { orderChanges, PathRefusals, refusalPauseFirstMs, refusalPauseMaxMs } from '../../src/core/index.ts';

const flow = (port: number): string => `flow a 127.0.0.1 ${port}`;
const first = new Map([
  ['peer a', 'peer a P'],
  ['flow a', flow(1)],
  ['route a', 'route a direct none'],
]);
const later = new Map([...first, ['flow a', flow(2)]]);
const no = 'too many flows, or a port of another one';

/** Says what is due, and answers each order with what `answer` says of its command. */
function tell(
  refusals: PathRefusals,
  told: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
  o: { nowMs?: number; answer?: (command: string) => string | undefined } = {},
) {
  const nowMs = o.nowMs ?? 0;
  const now = refusals.without(told, wanted, nowMs);
  const changes = orderChanges(told, now);
  const { kept, news } = refusals.answered(
    told,
    changes,
    changes.map(({ command }) => o.answer?.(command)),
    nowMs,
  );
  const after = new Map(now);
  for (const [key, command] of kept) command === undefined ? after.delete(key) : after.set(key, command);
  return { told: after, said: changes.map(({ command }) => command), news: news.map(({ key }) => key) };
}
const refuse = { answer: (command: string) => (command.startsWith('flow') ? no : undefined) };

describe('an order that is refused', () => {
  test('leaves what was known before: the port of a flow is still taken', () => {
    const { told, news } = tell(new PathRefusals(), first, later, refuse);
    expect([told.get('flow a'), news]).toEqual([flow(1), ['flow a']]);
  });

  test('is not said again before its pause is over, which doubles up to its bound; the same refusal is news once', () => {
    const refusals = new PathRefusals();
    let { told } = tell(refusals, first, later, refuse);
    const pauses: number[] = [];
    for (let nowMs = 0; pauses.length < 9; ) {
      const dueMs = refusals.nextDueMs(nowMs) ?? expect.unreachable('no pause');
      expect(tell(refusals, told, later, { nowMs: dueMs - 1 }).said).toEqual([]);
      const again = tell(refusals, told, later, { ...refuse, nowMs: dueMs });
      expect([again.said, again.news]).toEqual([[flow(2)], []]);
      told = again.told;
      pauses.push(dueMs - nowMs);
      nowMs = dueMs;
    }
    expect(pauses.slice(0, 3)).toEqual([refusalPauseFirstMs, 2 * refusalPauseFirstMs, 4 * refusalPauseFirstMs]);
    expect(pauses.slice(-2)).toEqual([refusalPauseMaxMs, refusalPauseMaxMs]);
  });

  test('and is taken the next time is known, and nothing waits any more', () => {
    const refusals = new PathRefusals();
    const { told } = tell(refusals, first, later, refuse);
    const nowMs = refusalPauseFirstMs;
    expect(tell(refusals, told, later, { nowMs }).told).toEqual(later);
    expect(refusals.nextDueMs(nowMs)).toBeUndefined();
  });

  test('holds back no other order of the same pipe', () => {
    const refusals = new PathRefusals();
    const { told } = tell(refusals, first, later, refuse);
    expect(tell(refusals, told, new Map([...first, ['flow a', flow(3)]])).said).toEqual([flow(3)]);
  });

  test('of a flow that is new takes its route with it', () => {
    const refusals = new PathRefusals();
    const answer = (command: string) => (command.startsWith('peer') ? undefined : no);
    const { told } = tell(refusals, new Map(), first, { answer });
    expect([...told.keys()]).toEqual(['peer a']);
    const nowMs = refusalPauseFirstMs;
    expect(tell(refusals, told, first, { nowMs }).said).toEqual([flow(1), 'route a direct none']);
  });

  test('is forgotten when nobody wants it any more', () => {
    const refusals = new PathRefusals();
    const { told } = tell(refusals, new Map(), first, { answer: () => no });
    expect(tell(refusals, told, new Map()).said).toEqual([]);
    expect(refusals.nextDueMs(0)).toBeUndefined();
  });
});

describe('an order that takes something away', () => {
  test('is said again when it did not get there', () => {
    const refusals = new PathRefusals();
    const { told } = tell(refusals, first, new Map(), { answer: () => 'pathd is not there' });
    const nowMs = refusalPauseFirstMs;
    expect(tell(refusals, told, new Map(), { nowMs }).said).toEqual(['unflow a', 'unpeer a']);
  });

  test('is done when there is no such thing', () => {
    const refusals = new PathRefusals();
    const { told } = tell(refusals, first, new Map(), { answer: () => 'no such flow' });
    expect(told.size).toBe(0);
    expect(refusals.nextDueMs(0)).toBeUndefined();
  });
});
