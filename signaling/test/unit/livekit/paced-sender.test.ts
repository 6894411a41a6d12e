// Tests that a bridge's requests keep to the rate of its session.
import { limits } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { SessionRequests } from '../../../src/clients/livekit/session-requests.ts';
import { bounds } from '../../../src/limits.ts';

function setUp() {
  const clock = new ManualClock();
  const sent: { atMs: number; frame: Uint8Array }[] = [];
  let full = 0;
  const asking = new SessionRequests({
    clock,
    send: (frame) => void sent.push({ atMs: clock.nowMs(), frame }),
    onFull: () => {
      full += 1;
    },
  });
  const ask = (at: number): void => asking.send({ updateSubscription: { trackId: `TR_${at}`, subscribed: true } });
  return { clock, sent, asking, ask, full: () => full };
}

it('300 requests at once arrive in order, and never faster than a session accepts them', () => {
  const { clock, sent, ask } = setUp();
  for (let at = 0; at < 300; at += 1) ask(at);
  clock.advance(10_000);
  expect(sent).toHaveLength(300);
  const { clientRequestsPerSecond: perSecond, clientRequestBurst: burst } = limits;
  for (const [at, { atMs }] of sent.entries())
    expect(at + 1).toBeLessThanOrEqual(burst + (perSecond * (atMs - (sent[0]?.atMs ?? 0))) / 1000);
  const sizes = sent.map(({ frame }) => frame.byteLength);
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b)); // TR_0 … TR_299: longer and longer
});

it('data and a leave do not wait behind requests', () => {
  const { sent, asking, ask } = setUp();
  for (let at = 0; at < 300; at += 1) ask(at);
  const before = sent.length;
  asking.send({ sendData: { topic: 't', lossy: true } });
  asking.send({ leave: { reason: 'x' } });
  expect(sent).toHaveLength(before + 2);
});

it('requests beyond the bound are dropped', () => {
  const { ask, full } = setUp();
  for (let at = 0; at < bounds.liveKitFramesWaitingMax + limits.clientRequestBurst; at += 1) ask(at);
  expect(full()).toBeGreaterThan(0);
});

it('no request waits after the close', () => {
  const { clock, sent, asking, ask } = setUp();
  for (let at = 0; at < 300; at += 1) ask(at);
  const before = sent.length;
  asking.close();
  clock.advance(60_000);
  expect(sent).toHaveLength(before);
  expect(clock.pendingTimers).toBe(0);
});
