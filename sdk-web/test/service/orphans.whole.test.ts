// Kept media while every signaling node refuses: the media node goes on with a session that no node speaks for, and so
// does the SDK.
import { describe, expect, test } from 'vitest';
import { connect, logged, logOf } from './page.ts';
import { eachTestHasSignalingAndAPage, eventually, joinOf, page, signaling } from './rig.ts';

eachTestHasSignalingAndAPage();

/** Of the connections made now: ICE is up, or not any more. There is no media node in these tests. */
const iceIs = (state: string): Promise<unknown> =>
  page.evaluate(`
    window.iceState = ${JSON.stringify(state)};
    for (const pc of window.pcs) pc.dispatchEvent(new Event('connectionstatechange'));
  `);
async function connectWithMedia(): Promise<void> {
  await page.clock.install();
  await page.evaluate(`
    window.pcs = [];
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(...args) { super(...args); pcs.push(this); }
      get connectionState() { return window.iceState ?? 'new'; }
    };
  `);
  expect(await connect(page, signaling.url)).toBe('connected');
  await iceIs('connected');
}
function allGo(): void {
  signaling.away = true;
  for (const { last } of signaling.seats.filter(({ connections }) => connections.length > 0)) last.socket.terminate();
}
const attempts = (): number => signaling.seat(1).refused;
const attemptsMore = async (more: number): Promise<void> => {
  const before = attempts();
  await eventually(() => expect(attempts()).toBeGreaterThanOrEqual(before + more));
};
/** Sessions that were asked to be resumed since they went, 'new' for a Join without one. */
const joinsOf = (): string[] =>
  signaling.seats
    .flatMap(({ connections }) => connections)
    .sort((a, b) => a.openedMs - b.openedMs)
    .flatMap((connection) => joinOf(connection) ?? [])
    .map(({ resume }) => resume?.sessionId ?? 'new');

describe('while every signaling node refuses', () => {
  test('the session is resumed when they are back, however many attempts were refused at once', async () => {
    await connectWithMedia();
    await page.evaluate('Math.random = () => 0.1'); // a quarter of a second between attempts, half a second at most
    allGo();
    for (let more = 0; more < 15; more += 1) await attemptsMore(1);
    signaling.away = false;
    await logged(page, 'reconnected');
    expect(joinsOf()).toEqual(['new', 'PA_0000000000000001']);
    expect(await logOf(page)).not.toContain('reconnecting');
  });

  test('media that flows is kept for minutes', async () => {
    await connectWithMedia();
    allGo();
    for (let minute = 1; minute <= 9; minute += 1) {
      await attemptsMore(1);
      await page.clock.fastForward(60_000);
    }
    await attemptsMore(1);
    expect(await page.evaluate('room.state')).toBe('signalReconnecting');
    signaling.away = false;
    await logged(page, 'reconnected');
    expect(joinsOf()).toEqual(['new', 'PA_0000000000000001']);
    expect(await logOf(page)).not.toContain('reconnecting');
  });

  test('media that does not flow any more is given up, and the session made anew', async () => {
    await connectWithMedia();
    allGo();
    await attemptsMore(1);
    await page.clock.fastForward(60_000);
    await attemptsMore(1);
    expect(await page.evaluate('room.state')).toBe('signalReconnecting');
    await iceIs('failed');
    await logged(page, 'reconnecting');
    signaling.away = false;
    await logged(page, 'reconnected');
    expect(joinsOf()).toEqual(['new', 'new']);
  });
});
