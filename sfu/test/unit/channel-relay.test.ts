// The transport is faked; proof/test/service/data-channels.whole.test.ts has a real client.
import { limits, MeridianError } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { channelRules } from '../../src/core/index.ts';
import type { ChannelMessage, ClientTransport, Engine } from '../../src/engine.ts';
import { ChannelRelay } from '../../src/media/channel-relay.ts';
import type { Rooms } from '../../src/media/rooms.ts';
import { Session } from '../../src/media/session.ts';
import type { AttachRequest, ChannelMessageShape, Outbox, SessionShape } from '../../src/media/shapes.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const ids = { roomKey: 't/r', sessionId: 'PA_1' };
const message: ChannelMessageShape = { ...ids, label: '_reliable', payload: Uint8Array.of(1) };

const lossy: ChannelMessageShape = { ...message, label: '_lossy' };

let clock: ManualClock;
let relay: ChannelRelay;
let session: Session;
let isLinkFull: boolean;
let isChannelFull: boolean;
/** Makes the fake transport throw BACKPRESSURE. */
let isOverfull: boolean;
let ended: [Session, string][];
let sentToSignaling: [string, ChannelMessageShape][];
let sentToClient: ChannelMessage[];

beforeEach(async () => {
  [clock, ended, sentToSignaling, sentToClient] = [new ManualClock(), [], [], []];
  [isLinkFull, isChannelFull, isOverfull] = [false, false, false];
  const sendChannel = (sent: ChannelMessage): boolean => {
    if (isOverfull) throw new MeridianError('BACKPRESSURE');
    return !isChannelFull && sentToClient.push(sent) > 0;
  };
  const transport = { id: 'recv', close: () => undefined, sendChannel } as Partial<ClientTransport> as ClientTransport;
  const engine = { createClientTransport: async () => transport } as Partial<Engine> as Engine;
  session = new Session(
    { roomKey: ids.roomKey } as never,
    {
      participant: { sessionId: ids.sessionId, signalingId: 'sig-a', canPublishData: true },
    } as SessionShape,
  );
  const noEvents = { onTransportState: () => undefined, onChannel: () => undefined, onChannelStray: () => undefined };
  const dataChannels = [
    { label: '_reliable', ordered: true },
    { label: '_lossy', ordered: false, maxRetransmits: 0 },
  ];
  const request = { send: { kind: 'webrtc', dataChannels }, recv: { kind: 'webrtc' } } as Partial<AttachRequest>;
  await session.open(engine, request as AttachRequest, noEvents);
  relay = new ChannelRelay({
    rooms: { sessions: new Map([[ids.sessionId, session]]) } as Partial<Rooms> as Rooms,
    outbox: {
      channelMessage: (signalingId, sent) => !isLinkFull && sentToSignaling.push([signalingId, sent]) > 0,
    } as Partial<Outbox> as Outbox,
    clock,
    log,
    end: (...one) => void ended.push(one),
  });
});

describe('a message of a signaling node', () => {
  it.each<[string, string, Partial<ChannelMessageShape>]>([
    ['for an unknown session', 'sig-a', { sessionId: 'PA_2' }],
    ['for a session of another room', 'sig-a', { roomKey: 't/other' }],
    ['for a session of another signaling node', 'sig-b', {}],
    ['above the size limit', 'sig-a', { payload: new Uint8Array(limits.channelMessageBytesMax + 1) }],
  ])('is refused: %s', (_name, signalingId, change) => {
    relay.fromSignaling(signalingId, { ...message, ...change });
    expect([sentToClient, relay.counts]).toEqual([[], expect.objectContaining({ refused: 1, sent: 0, dropped: 0 })]);
  });

  it('goes to the client, or is dropped when its channel is full', () => {
    relay.fromSignaling('sig-a', message);
    isChannelFull = true;
    relay.fromSignaling('sig-a', message);
    expect(sentToClient).toEqual([{ label: '_reliable', payload: message.payload }]);
    expect(relay.counts).toMatchObject({ sent: 1, dropped: 1 });
  });

  it('ends the session when too many bytes wait for the client', () => {
    isOverfull = true;
    relay.fromSignaling('sig-a', message);
    expect([ended, relay.counts]).toEqual([
      [[session, 'BACKPRESSURE']],
      expect.objectContaining({ slow: 1, dropped: 1 }),
    ]);
  });

  it('is accepted from the node that adopted the session, and refused from its previous signaling node', () => {
    session.assignTo({ id: 'sig-b', region: 'fra' });
    relay.fromSignaling('sig-a', message);
    relay.fromSignaling('sig-b', message);
    expect([sentToClient.length, relay.counts.refused]).toEqual([1, 1]);
  });
});

describe('a message of the client', () => {
  it('goes to the signaling node of the session; a lossy message is dropped when the link is full', () => {
    relay.fromClient(session, lossy);
    isLinkFull = true;
    relay.fromClient(session, lossy);
    isLinkFull = false;
    clock.advance(60_000);
    expect(sentToSignaling).toEqual([['sig-a', lossy]]);
    expect(relay.counts).toMatchObject({ received: 1, dropped: 1 });
  });

  it('waits while the link is full if it is reliable, then goes to the signaling node to which the session belongs', () => {
    isLinkFull = true;
    relay.fromClient(session, message);
    clock.advance(60_000);
    session.assignTo({ id: 'sig-b', region: 'fra' });
    isLinkFull = false;
    clock.advance(1000);
    expect([sentToSignaling, relay.counts.dropped]).toEqual([[['sig-b', message]], 0]);
  });

  it('is dropped, reliable or not, if the participant may not send data', () => {
    session.update(Object.assign({}, session.participant, { canPublishData: false }));
    relay.fromClient(session, message);
    relay.fromClient(session, lossy);
    clock.advance(1000);
    expect([sentToSignaling, relay.counts.dropped]).toEqual([[], 2]);
  });

  it.each<[string, () => void]>([
    ['messages', () => relay.fromClient(session, message)],
    ['bytes outside messages', () => relay.chargeStrayBytes(session, 1)],
  ])('ends its session when it floods with %s', (_name, send) => {
    for (let left = channelRules.floodMessages.burst; left > 0; left -= 1) send();
    expect(ended).toEqual([]);
    send();
    expect([ended, relay.counts.floods]).toEqual([[[session, 'RATE_LIMITED']], 1]);
  });

  it('has no effect after the session has ended', () => {
    session.close();
    relay.fromClient(session, message);
    expect([sentToSignaling, relay.counts.dropped]).toEqual([[], 0]);
  });
});
