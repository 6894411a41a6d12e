// Tests clients that read too slowly, and senders that send more than others can take.
import { limits, note, type wire } from '@meridian/protocol';
import type { Timer } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClient } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let node: FakeNode;
let signaling: Instance;
let pings: Timer | undefined;
beforeEach(async () => {
  rig = await Rig.start();
  node = await rig.node('sfu-1');
  signaling = await rig.instance('sig-1');
});
afterEach(async () => {
  pings?.cancel();
  await rig.close();
});

async function metric(line: string): Promise<number> {
  const text = await signaling.metrics.registry.metrics();
  const found = text.split('\n').find((candidate) => candidate.startsWith(`meridian_signaling_${line}`));
  return Number(found?.split(' ').at(-1) ?? 0);
}
const stateOf = (client: TestClient) => signaling.clients.context.sessions.get(client.sessionId)?.state;
const heardData = (client: TestClient) => client.heard.filter((frame) => frame.dataReceived);

describe('a client that reads too slowly', () => {
  /** Returns a client that stops reading, and sends it data until `isOver`. */
  async function joinSwamped(o: { lossy: boolean; isOver(slow: TestClient): Promise<boolean> }) {
    const bob = await TestClient.join(signaling.url, { identity: 'bob', video: { canUpdateOwnMetadata: true } });
    const slow = await TestClient.join(signaling.url, { identity: 'ann' });
    await bob.hears('the other is in', (frame) => frame.roomEvents?.events?.length === 1);
    slow.socket.pause();
    // Only its downlink is slow, so it still sends now and then; its silence is not under test.
    pings = rig.clock.every(500, () => slow.send({ requestId: 0, ping: { sentMs: 1 } }));
    const payload = new Uint8Array(o.lossy ? limits.lossyDataBytesMax : limits.dataBytesMax);
    const data = { sessionId: bob.sessionId, identity: 'bob', payload, topic: 't', lossy: o.lossy };
    const message = { roomKey: 'acme/lobby', data, destinationSessionIds: [slow.sessionId] };
    let sent = 0;
    let isOver = false;
    for (let round = 0; round < 20_000 && !isOver; round += 1) {
      for (let index = 0; index < (o.lossy ? 50 : 2); index += 1)
        if (node.say('sig-1', note.roomData, message)) sent += 1;
      await new Promise((resolve) => rig.clock.after(1, () => resolve(undefined)));
      isOver = await o.isOver(slow);
    }
    expect(isOver).toBe(true);
    return { bob, slow, sent };
  }
  const expectServed = async (bob: TestClient, slow: TestClient): Promise<void> => {
    expect(await bob.outcome({ updateSelf: { metadata: 'm'.repeat(limits.metadataBytesMax) } })).toBe('ack');
    expect(await bob.publish('TR_bobmicrophone1')).toBe('published');
    expect(stateOf(slow)).toBe('joined');
    expect(await metric('errors_total{code="BACKPRESSURE"}')).toBe(0);
    slow.socket.resume();
    await until(() => slow.tracksReceived().includes('TR_bobmicrophone1'), 'the slow one hears of the track');
    expect(slow.closed).toBeUndefined();
  };

  it('loses lossy data, but stays in the room and gets all messages of the room', async () => {
    const isOver = async () => (await metric('data_dropped_total{kind="lossy"}')) > 0;
    const { bob, slow } = await joinSwamped({ lossy: true, isOver });
    await expectServed(bob, slow);
    expect(heardData(slow).length).toBeGreaterThan(0);
  });

  it('gets all reliable data when it reads again, and the messages of the room before it', async () => {
    const isOver = async () => signaling.clients.context.waitingBytes.bytes > 0;
    const { bob, slow, sent } = await joinSwamped({ lossy: false, isOver });
    await expectServed(bob, slow);
    await until(() => heardData(slow).length === sent, 'all data');
  });

  it('ends with BACKPRESSURE when too much reliable data waits for it, and its session is free', async () => {
    const isOver = async () => (await metric('errors_total{code="BACKPRESSURE"}')) > 0;
    const { slow } = await joinSwamped({ lossy: false, isOver });
    // The session is over, so a resumption is refused and the client joins anew.
    expect(stateOf(slow)).toBeUndefined();
    expect(signaling.clients.context.waitingBytes.bytes).toBe(0);
    slow.socket.resume();
    await slow.ends();
  });
});

describe('data of a sender', () => {
  const payload = new Uint8Array(limits.dataBytesMax);
  const sendAll = (client: TestClient, count: number, o: object = {}): Promise<wire.ServerFrame[]> =>
    Promise.all(
      Array.from({ length: count }, () => client.request({ sendData: { payload, topic: 'file', lossy: false, ...o } })),
    );

  it('is refused beyond its byte rate with RATE_LIMITED and a time, at once, whatever its receivers; small messages pass', async () => {
    const [ann, bob] = [
      await TestClient.join(signaling.url, { identity: 'ann' }),
      await TestClient.join(signaling.url, { identity: 'bob' }),
    ];
    await ann.hears('the other is in', (frame) => frame.roomEvents?.events?.length === 1);
    const fitting = Math.floor(limits.dataBurstBytes / limits.dataBytesMax);
    // Fewer than the burst of requests; a slow machine may need more of them.
    const isForBytes = ({ error }: wire.ServerFrame) => error?.message === 'too many bytes of data';
    const answers = await sendAll(ann, 2 * fitting);
    for (let round = 0; round < 20 && !answers.some(isForBytes); round += 1)
      answers.push(...(await sendAll(ann, fitting)));
    const refused = answers.filter(isForBytes);
    expect(refused[0]?.error).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(refused[0]?.error?.retryAfterMs).toBeGreaterThan(0);
    const sent = answers.filter((answer) => answer.error == null).length;
    expect(sent).toBeGreaterThanOrEqual(fitting);
    await until(() => node.called('data').length === sent, 'the media node gets all others');
    let small = '';
    for (let round = 0; round < 200 && small !== 'ack'; round += 1)
      small = await ann.outcome({ sendData: { payload: Uint8Array.of(1), topic: 'chat' } });
    expect(small).toBe('ack');
    expect([ann.closed, bob.closed]).toEqual([undefined, undefined]);
  });
});
