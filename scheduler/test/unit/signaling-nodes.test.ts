// Requests of a signaling node beside its placements: explanations have a bound of their own at the centre, whatever
// limits the signaling node sets for its clients.
import { type Rpc, rpc } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { explainBounds, serveSignalingNode } from '../../src/adapters/links/signaling-nodes.ts';

function signaling(clock: ManualClock, explained: string[]) {
  const handlers = new Map<number, (message: never) => unknown>();
  serveSignalingNode({
    signalingId: 'sig-1',
    kind: 'signaling',
    clock,
    get centre(): never {
      throw new Error('no session is placed here');
    },
    checkSpeaker: () => undefined,
    sendLease: () => undefined,
    serve: <Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, handler: (message: Q) => Promise<AP> | AP) => {
      handlers.set(kind.number, handler as (message: never) => unknown);
    },
    admit: () => ({ ok: true, waitedMs: 0, words: '' }),
    explain: async ({ decisionId }) => {
      explained.push(decisionId);
      return {};
    },
    timed: () => undefined,
    transcode: async () => undefined,
  });
  const handler = handlers.get(rpc.explainDecision.number);
  const ask = { decisionId: 'DE_1', sessionId: 'PA_1' } as never;
  return async (): Promise<string> => {
    try {
      await handler?.(ask);
      return 'explained';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
}

test('a signaling node that asks for more explanations than its clients may has to wait, and no other signaling node does', async () => {
  const clock = new ManualClock();
  const explained: string[] = [];
  const [one, other] = [signaling(clock, explained), signaling(clock, explained)];
  for (let count = 0; count < explainBounds.burst; count += 1) expect(await one()).toBe('explained');
  expect([await one(), await other()]).toEqual(['RATE_LIMITED', 'explained']);
  clock.advance(1000);
  const codes: string[] = [];
  for (let count = 0; count < explainBounds.burst; count += 1) codes.push(await one());
  expect(codes.filter((code) => code === 'explained')).toHaveLength(explainBounds.perSecond);
  expect(explained).toHaveLength(explainBounds.burst + 1 + explainBounds.perSecond);
});
