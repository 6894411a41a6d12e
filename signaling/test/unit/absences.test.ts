import { limits } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { judgeAbsent, type SessionPresence } from '../../src/core/index.ts';
import { bounds } from '../../src/limits.ts';
import { Absences } from '../../src/owner/absences.ts';

const { absentAskEveryMs: everyMs, signalingNodeLostAfterMs, nodeUnansweredMsMax } = bounds;
const { sessionUnclaimedMsMax } = limits;

test.each([
  { presence: 'media', absentMs: 10_000, unansweredMs: 0, becomes: 'kept' },
  { presence: 'media', absentMs: sessionUnclaimedMsMax - 1, unansweredMs: 0, becomes: 'kept' },
  { presence: 'media', absentMs: sessionUnclaimedMsMax, unansweredMs: 0, becomes: 'gone' },
  { presence: 'silent', absentMs: 10_000, unansweredMs: 0, becomes: 'gone' },
  { presence: 'absent', absentMs: 10_000, unansweredMs: 0, becomes: 'gone' },
  { presence: 'unanswered', absentMs: 10_000, unansweredMs: 0, becomes: 'kept' },
  { presence: 'unanswered', absentMs: 10_000, unansweredMs: nodeUnansweredMsMax, becomes: 'gone' },
] as const)('$presence for $absentMs ms, unanswered for $unansweredMs: $becomes', ({ becomes, ...view }) => {
  expect(judgeAbsent(view, { ...limits, ...bounds })).toBe(becomes);
});

/** Makes absences whose media nodes answer with `said`, by session; null: no answer. */
function absences(said: Record<string, SessionPresence | null>) {
  const clock = new ManualClock();
  const gone: string[] = [];
  const asked: string[][] = [];
  const all = new Absences({
    clock,
    ask: async (sessionIds) => {
      asked.push([...sessionIds]);
      return new Map(sessionIds.flatMap((id) => (said[id] == null ? [] : [[id, said[id]] as const])));
    },
    onOver: (sessionId) => gone.push(sessionId),
  });
  return { all, asked, clock, gone, said };
}

test('a session unknown to its node leaves after the deadline; a session with media stays and is asked about again', async () => {
  const { all, asked, clock, gone, said } = absences({ ann: 'absent', bob: 'media' });
  all.expect(['ann', 'bob'], signalingNodeLostAfterMs);
  await clock.advance(signalingNodeLostAfterMs - 1);
  expect([asked, gone]).toEqual([[], []]);
  await clock.advance(1);
  expect([asked, gone]).toEqual([[['ann', 'bob']], ['ann']]);
  await clock.advance(everyMs);
  expect([asked.length, gone]).toEqual([2, ['ann']]);
  said['bob'] = 'silent';
  await clock.advance(everyMs);
  expect([asked.at(-1), gone]).toEqual([['bob'], ['ann', 'bob']]);
  await clock.advance(10 * everyMs);
  expect(asked.length).toBe(3); // no session is left to ask about
});

test('a session without a signaling node leaves in the end, even with media or when its node does not answer', async () => {
  const { all, clock, gone, said } = absences({ ann: 'media', bob: null, cid: null });
  all.expect(['ann', 'bob', 'cid'], signalingNodeLostAfterMs);
  await clock.advance(signalingNodeLostAfterMs + nodeUnansweredMsMax - everyMs);
  expect(gone).toEqual([]);
  said['cid'] = 'media'; // its node answers again, so the time without answers no longer counts
  await clock.advance(everyMs);
  expect(gone).toEqual(['bob']);
  said['cid'] = null;
  await clock.advance(nodeUnansweredMsMax);
  expect(gone).toEqual(['bob']);
  await clock.advance(everyMs);
  expect(gone).toEqual(['bob', 'cid']);
  await clock.advance(sessionUnclaimedMsMax);
  expect(gone).toEqual(['bob', 'cid', 'ann']);
});

test('a session that is announced while its media node is asked stays, and later has a full deadline again', async () => {
  const clock = new ManualClock();
  const gone: string[] = [];
  const answers: ((said: ReadonlyMap<string, SessionPresence>) => void)[] = [];
  const all = new Absences({
    clock,
    ask: () => new Promise((resolve) => answers.push(resolve)),
    onOver: (sessionId) => gone.push(sessionId),
  });
  all.expect(['ann'], signalingNodeLostAfterMs);
  await clock.advance(signalingNodeLostAfterMs);
  all.forget('ann');
  all.expect(['ann'], signalingNodeLostAfterMs);
  answers[0]?.(new Map([['ann', 'absent']]));
  await clock.advance(signalingNodeLostAfterMs - 1);
  expect([gone, answers.length]).toEqual([[], 1]);
  await clock.advance(1);
  expect(answers.length).toBe(2);
  all.close();
  answers[1]?.(new Map([['ann', 'absent']]));
  await clock.advance(1);
  expect(gone).toEqual([]); // closed: the next owner decides
});
