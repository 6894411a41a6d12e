// Contract of signaling nodes towards clients, by a real node and by the doubles of tests of clients and gateways.

import type { SocketPort } from '@meridian/client';
import {
  decodeServerFrame,
  encodeClientFrame,
  type RtpParameters,
  rtpParametersFromWire,
  type wire,
} from '@meridian/protocol';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { openWebSocket } from '../../../../base/client/src/connection/web-socket.ts';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { refusal, ScriptedRoom } from '../../../../media/gateway/test/support/scripted-room.ts';
import { joinMessage, rtp, TestClient, token } from '../../../../signaling/test/service/rig/client.ts';
import { Rig } from '../../../../signaling/test/service/rig/rig.ts';

interface ServiceUnderTest {
  readonly room: string;
  open(): Promise<SocketPort>;
  /** Lets a second participant, `ann`, publish a microphone, and later unpublish it. */
  publish(): Promise<void>;
  unpublish(): Promise<void>;
  refuse(): void;
  /** Breaks all open connections. */
  lose(): Promise<void>;
  token(): Promise<string>;
}
const trackId = 'TR_annmicrophone1';

async function scripted(): Promise<ServiceUnderTest> {
  const room = await ScriptedRoom.open();
  onTestFinished(() => room.close());
  const track = { trackId, consumerId: 'c1' };
  return {
    room: 'lobby',
    open: async () => room.service.next(),
    publish: async () => room.subscribe({ ...track, rtp: rtpParametersFromWire(rtp) as RtpParameters }),
    unpublish: async () => room.unsubscribe(track),
    refuse: () => {
      room.answer = refusal('TOKEN_INVALID');
    },
    lose: async () => room.service.last.lose(),
    token: async () => 'token',
  };
}

let roomCount = 0;
let started: Promise<Rig> | undefined;
const rig = (): Promise<Rig> => {
  started ??= Rig.start().then(async (one) => {
    await one.node('n1');
    return one;
  });
  return started;
};
afterAll(async () => (await rig()).close());

/** Opens a real signaling node; each has a room of its own. */
async function signaling(): Promise<ServiceUnderTest> {
  roomCount += 1;
  const room = `lobby-${roomCount}`;
  const { url, kill } = await (await rig()).instance(`s${roomCount}`);
  const ann = await TestClient.join(url, { identity: 'ann', room });
  let isGood = true;
  return {
    room,
    open: () => openWebSocket(url, { timeoutMs: 10_000, signal: new AbortController().signal }),
    publish: async () => void (await ann.publish(trackId)),
    unpublish: async () => void (await ann.request({ unpublish: { trackId } })),
    refuse: () => {
      isGood = false;
    },
    lose: () => kill(),
    token: () =>
      token({
        identity: 'bob',
        room,
        video: { canUpdateOwnMetadata: true },
        ...(!isGood && { secret: 'another secret of these tests, as long' }),
      }),
  };
}

describe.each([
  ['the doubles', scripted],
  ['a signaling node', signaling],
])('contract of signaling nodes to clients: %s', (_, make) => {
  const opened = async () => {
    const subject = await make();
    const socket = await subject.open();
    const heard: wire.ServerFrame[] = [];
    const ends: number[] = [];
    socket.listen({ message: (bytes) => heard.push(decodeServerFrame(bytes)), closed: (code) => ends.push(code) });
    let requests = 0;
    const ask = async (body: wire.ClientFrame.$Properties): Promise<wire.ServerFrame> => {
      const requestId = ++requests;
      socket.send(encodeClientFrame({ ...body, requestId }));
      await until('there is an answer', () => heard.some(({ replyTo }) => replyTo === requestId));
      return heard.find(({ replyTo }) => replyTo === requestId) as wire.ServerFrame;
    };
    const join = async () => ask({ join: joinMessage(await subject.token()) });
    return { ...subject, socket, heard, ends, ask, join };
  };

  it('answers a Join with the session, the others in the room, and both transports', async () => {
    const { room, join } = await opened();
    const { joined } = await join();
    expect(joined).toMatchObject({ room, resumed: false, placement: { node: { nodeId: 'n1' } } });
    expect([joined?.self?.sessionId, joined?.participants?.map(({ identity }) => identity)]).toEqual([
      joined?.sessionId,
      ['ann'],
    ]);
    const { sendTransport, recvTransport, resumeKey, rosterSeq, placement } = joined ?? {};
    expect([sendTransport?.id, recvTransport?.id, resumeKey, placement?.decisionId].every(Boolean)).toBe(true);
    expect([(rosterSeq ?? 0) > 0, (placement?.roomEpoch ?? 0) > 0]).toEqual([true, true]);
  });

  it('answers an unacceptable Join with a code', async () => {
    const { join, refuse } = await opened();
    refuse();
    expect((await join()).error).toMatchObject({ code: 'TOKEN_INVALID', retryable: false });
  });

  it('answers each request under its own number', async () => {
    const { join, ask } = await opened();
    await join();
    const answers = await Promise.all([ask({ updateSelf: { name: 'B' } }), ask({ updateSelf: { name: 'C' } })]);
    expect(answers.map(({ body }) => body)).toEqual(['ack', 'ack']);
  });

  it('sends a change of the room under the next number, before media of it', async () => {
    const { join, heard, publish, unpublish } = await opened();
    const { joined } = await join();
    const events = () => heard.flatMap(({ roomEvents }) => roomEvents?.events ?? []);
    const at = (found: (frame: wire.ServerFrame) => unknown): number =>
      heard.findIndex((frame) => found(frame) != null);
    await publish();
    await until('it is offered', () => heard.some(({ subscriptionsAdded }) => subscriptionsAdded != null));
    const seq = (joined?.rosterSeq ?? 0) + 1;
    expect(events()).toMatchObject([{ seq, trackPublished: { track: { trackId } } }]);
    const added = heard.find(({ subscriptionsAdded }) => subscriptionsAdded != null)?.subscriptionsAdded;
    const publisherSessionId = joined?.participants?.[0]?.sessionId;
    expect(added?.subscriptions).toMatchObject([{ trackId, publisherSessionId, kind: 1 }]);
    expect(added?.subscriptions?.[0]?.rtpParameters?.codecs).toHaveLength(1);
    expect(at(({ roomEvents }) => roomEvents)).toBeLessThan(at(({ subscriptionsAdded }) => subscriptionsAdded));
    await unpublish();
    await until('it is gone', () => events().length > 1);
    expect(events()[1]).toMatchObject({ seq: seq + 1, trackUnpublished: { trackId } });
  });

  it('reports a lost socket once', async () => {
    const { join, ends, lose } = await opened();
    await join();
    expect(ends).toEqual([]);
    await lose();
    await until('the end is heard', () => ends.length > 0);
    expect(ends).toHaveLength(1);
  });

  it('sends nothing to a client that has closed its socket', async () => {
    const { join, socket, heard, ends, publish, lose } = await opened();
    await join();
    const { length } = heard;
    socket.close(1000);
    socket.close(1000);
    socket.send(encodeClientFrame({ ping: {} }));
    await publish();
    await lose();
    expect([heard.length, ends]).toEqual([length, []]);
  });
});
