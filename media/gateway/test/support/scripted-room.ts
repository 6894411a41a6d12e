// Room without a cloud: a script is the signaling node, and a UDP socket the media node.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { socketsOf } from '@meridian/client';
import { FixedKeys, noOrigin, Tokens } from '@meridian/node-shell';
import { type ErrorCode, errorCodes, type RtpParameters, rtpParametersToWire, type wire } from '@meridian/protocol';
import { type RtpListen, RtpSockets } from '@meridian/room-media';
import type { Lack } from '@meridian/room-media/core';
import { datagramKind, parseRtp, type RtpPacket } from '@meridian/room-media/core';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import {
  type Answer,
  ScriptedService,
  type ScriptedSocket,
} from '../../../../base/client/test/unit/scripted-service.ts';
import type { StreamKey } from '../../src/adapters/stream-keys.ts';
import type { HookedPublication } from '../../src/live/hooks.ts';
import { LiveRooms } from '../../src/live/live-rooms.ts';
import { Publications } from '../../src/live/publications.ts';

const secret = 'a secret of this test that is long enough';
const apiKey = { key: 'one', secret, tenant: 'dev' };
/** Keys of two tenants. */
const apiKeys = new FixedKeys([apiKey, { key: 'other', secret, tenant: 'other' }]);
const self = { sessionId: 'PA_gateway', identity: 'ann-encoder', nodeId: 'n1' };
const ann = { sessionId: 'PA_ann', identity: 'ann', nodeId: 'n1' };

export const streamKey = (o: Partial<StreamKey> = {}): StreamKey => ({
  apiKey: 'one',
  room: 'lobby',
  use: 'publish',
  identity: 'ann-encoder',
  name: 'Ann',
  expiresWallMs: 2e12,
  protocol: '',
  picture: '',
  without: '',
  fence: '',
  origin: noOrigin,
  ...o,
});
export const refusal = (code: ErrorCode): Answer => ({ error: { code, message: '', retryable: errorCodes[code][1] } });

export class ScriptedRoom {
  readonly apiKey = apiKey;
  readonly clock = new ManualClock({ nowMs: 1000 });
  readonly live = new LiveRooms({ keys: apiKeys, clock: this.clock });
  readonly hooks = {
    publish:
      async (_show: HookedPublication): Promise<() => void> =>
      () =>
        undefined,
  };
  readonly publications: Publications;
  readonly service: ScriptedService;
  /** Configuration of the gateway. */
  plainListen: RtpListen | undefined;
  readonly packets: RtpPacket[] = [];
  readonly datagrams: Uint8Array[] = [];
  onDatagram: (datagram: Uint8Array) => void = () => undefined;
  readonly #node: Socket;
  /** Sequence number of the last change of the room. */
  #seq = 1;
  /** The service keeps this object for good; only its contents change. */
  readonly #answer: Answer;
  #gateway: { ip: string; port: number } | undefined;

  /** `lacks` are the kinds of media that the gateway cannot make. */
  static async open(o: { readonly lacks?: readonly Lack[] } = {}): Promise<ScriptedRoom> {
    const node = createSocket('udp4');
    node.bind(0, '127.0.0.1');
    await once(node, 'listening');
    return new ScriptedRoom(node, o.lacks ?? []);
  }

  private constructor(node: Socket, lacks: readonly Lack[]) {
    this.#node = node;
    this.publications = new Publications({ live: this.live, hooks: this.hooks, clock: this.clock, lacks });
    this.#answer = { ...this.joined() };
    this.service = new ScriptedService(this.#answer);
    node.on('message', (datagram, { address, port }) => {
      this.#gateway = { ip: address, port };
      this.datagrams.push(Uint8Array.from(datagram));
      this.onDatagram(datagram);
      const packet = datagramKind(datagram) === 'rtp' ? parseRtp(Uint8Array.from(datagram)) : undefined;
      if (packet !== undefined) this.packets.push(packet);
    });
  }

  get sentFrom(): { ip: string; port: number } | undefined {
    return this.#gateway;
  }

  /** Sets the answer to later joins, which are accepted by default. */
  set answer(answer: Answer) {
    delete this.#answer.joined;
    delete this.#answer.error;
    Object.assign(this.#answer, answer);
  }

  joined(o: Partial<wire.Joined.$Properties> = {}): Answer {
    const plain = { ip: '127.0.0.1', port: this.#node.address().port };
    return {
      joined: {
        sessionId: self.sessionId,
        resumeKey: 'resume',
        self,
        participants: [ann],
        rosterSeq: 1,
        room: 'lobby',
        placement: { decisionId: 'd1', node: { nodeId: 'n1', region: 'r' }, signalingId: 's1', roomEpoch: 1 },
        sendTransport: { id: 'send', plain },
        recvTransport: { id: 'recv', plain },
        ...o,
      },
    };
  }

  /** Returns the common options of publish points and programmes. */
  get base() {
    const { clock, live, publications } = this;
    const log = createLogger({ name: 'gateway', level: 'silent' });
    return {
      live,
      publications,
      links: { sockets: () => socketsOf(this.service.next) },
      sockets: new RtpSockets({ listen: this.plainListen, log }),
      tokens: new Tokens(apiKeys, () => clock.wallMs()),
      apiKeys,
      clock,
      rng: seededRng('scripted room'),
      log,
      region: 'fra',
      bframes: () => 'transcode' as const,
      videoConverters: () => ({ write: () => undefined, close: () => undefined }),
    };
  }

  get sessions(): ScriptedSocket[] {
    return this.service.sockets.filter(({ closedWith }) => closedWith === undefined);
  }

  subscribe(o: { trackId: string; consumerId: string; rtp: RtpParameters }, to = [this.service.last]): void {
    const kind = o.rtp.mid === 'video' ? 2 : 1;
    this.#seq += 1;
    const change = { trackPublished: { sessionId: ann.sessionId, track: { trackId: o.trackId, kind, source: kind } } };
    for (const session of to)
      session.sendFrame({ roomEvents: { roomEpoch: 1, events: [{ seq: this.#seq, ...change }] } });
    const row = { trackId: o.trackId, consumerId: o.consumerId, publisherSessionId: ann.sessionId, kind };
    const subscription = { ...row, rtpParameters: rtpParametersToWire(o.rtp) };
    for (const session of to) session.sendFrame({ subscriptionsAdded: { subscriptions: [subscription] } });
  }

  unsubscribe(o: { trackId: string; consumerId: string }, to = [this.service.last]): void {
    this.#seq += 1;
    const change = { trackUnpublished: { sessionId: ann.sessionId, trackId: o.trackId, reason: '' } };
    for (const session of to) {
      session.sendFrame({ roomEvents: { roomEpoch: 1, events: [{ seq: this.#seq, ...change }] } });
      session.sendFrame({ subscriptionRemoved: { consumerId: o.consumerId, trackId: o.trackId, reason: '' } });
    }
  }

  endOwn(reason: string, to = this.service.last): void {
    const [sessionId, trackId] = [self.sessionId, 'TR_own'];
    const changes = [
      { trackPublished: { sessionId, track: { trackId, kind: 1, source: 1 } } },
      { trackUnpublished: { sessionId, trackId, reason } },
    ];
    for (const change of changes) {
      this.#seq += 1;
      to.sendFrame({ roomEvents: { roomEpoch: 1, events: [{ seq: this.#seq, ...change }] } });
    }
  }

  /** Sends as the media node, to the receive endpoint of the last join that has one. */
  send(datagrams: readonly Uint8Array[]): void {
    const plain = this.service.joins.findLast(({ recvEndpoint }) => recvEndpoint?.plain?.port)?.recvEndpoint?.plain;
    const to = plain == null ? this.#gateway : { ip: plain.ip ?? '', port: plain.port ?? 0 };
    for (const datagram of datagrams) this.#node.send(datagram, to?.port ?? 0, to?.ip ?? '');
  }
  sendToAll(datagram: Uint8Array): void {
    for (const { recvEndpoint } of this.service.joins)
      this.#node.send(datagram, recvEndpoint?.plain?.port ?? 0, recvEndpoint?.plain?.ip ?? '');
  }

  /** Sends as the media node to the send endpoint; `isElsewhere` as a node of another host. */
  answerMedia(datagrams: readonly Uint8Array[], isElsewhere = false): void {
    const { plain, elsewhere } = this.service.joins.at(-1)?.sendEndpoint ?? {};
    const { ip, port } = (isElsewhere ? elsewhere : plain) ?? {};
    for (const datagram of datagrams) this.#node.send(datagram, port ?? 0, ip ?? '');
  }

  close(): void {
    this.#node.close();
  }
}
