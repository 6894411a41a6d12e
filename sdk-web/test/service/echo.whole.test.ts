// Round trips that a visible page measures beside a connection, without delaying the Join.
import type { wire } from '@meridian/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import type { SignalingConnection } from './fake-signaling.ts';
import { connect, logged } from './page.ts';
import { eachTestHasSignalingAndAPage, eventually, joinOf, page, signaling } from './rig.ts';

eachTestHasSignalingAndAPage();
beforeEach(() => {
  signaling.seat(1).echo = 'answers';
  signaling.seat(2).echo = 'answers';
});

const sentTimes = (connection: SignalingConnection): wire.EchoTime.$Properties[] =>
  connection.frames.flatMap((frame) => frame.echoTimes?.times ?? []);
const idsOf = (times: readonly wire.EchoTime.$Properties[]) => times.map(({ signalingId }) => signalingId).sort();

describe('round trips to the instances', () => {
  test('are sent in one frame after the Join, sealed by the nodes that measured them, and with the next Join', async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    await eventually(() => expect(idsOf(sentTimes(signaling.seat(1).last))).toEqual(['seat-1', 'seat-2']));
    const frames = signaling.seat(1).last.frames;
    expect(frames.filter((frame) => frame.body === 'echoTimes')).toHaveLength(1);
    expect(joinOf(signaling.seat(1).last)?.echoTimes).toEqual([]);
    for (const { signalingId, rttMs, receipt } of sentTimes(signaling.seat(1).last)) {
      expect(rttMs).toBeGreaterThan(0);
      expect([...(receipt ?? [])]).toEqual(Array(25).fill(Number(signalingId?.at(-1))));
    }
    expect(signaling.seat(2).echoed).toEqual(['token']);
    await page.evaluate('room.disconnect()');
    expect(await connect(page, signaling.url)).toBe('connected');
    await eventually(() => expect(signaling.seat(1).connections).toHaveLength(2));
    expect(idsOf(joinOf(signaling.seat(1).last)?.echoTimes ?? [])).toEqual(['seat-1', 'seat-2']);
    expect(signaling.seat(2).echoed).toHaveLength(1);
  });

  test('do not delay the Join when an instance does not answer', async () => {
    signaling.seat(1).echo = 'silent';
    expect(await connect(page, signaling.url)).toBe('connected');
    expect(sentTimes(signaling.seat(1).last)).toEqual([]);
    await eventually(() => expect(idsOf(sentTimes(signaling.seat(1).last))).toEqual(['seat-2']));
  });

  test('are measured with the entry’s ticket and again in a new network, for which a client that lost its instance does not ask the entry', async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    await eventually(() => expect(idsOf(sentTimes(signaling.seat(1).last))).toEqual(['seat-1', 'seat-2']));
    expect([signaling.seat(1).tickets, signaling.seat(2).tickets, signaling.entryRequests]).toEqual([['1'], ['1'], 1]);
    signaling.seat(1).last.socket.terminate();
    await logged(page, 'reconnected');
    expect(idsOf(joinOf(signaling.seat(2).last)?.echoTimes ?? [])).toEqual(['seat-1', 'seat-2']);
    expect(signaling.entryRequests).toBe(1); // the candidates are known, so no further request is needed
    await page.evaluate(`window.dispatchEvent(new Event('online'))`);
    signaling.seat(2).last.socket.terminate();
    // Only the later connection has joined in the new network; the loser of the first race has sent nothing.
    const later = () => signaling.seat(1).connections.slice(1);
    await eventually(() => expect(later().flatMap((one) => one.bodies())).toContain('join'));
    await eventually(() => expect(idsOf(sentTimes(signaling.seat(1).last))).toEqual(['seat-1', 'seat-2']));
    expect([signaling.seat(1).tickets, signaling.seat(2).tickets, signaling.entryRequests]).toEqual([
      ['1', '1'],
      ['1', '1'],
      1,
    ]);
  });
});
