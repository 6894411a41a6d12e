// LiveKit clients of a cloud in memory: what an SDK would say and hear, message by message, without media.
import { DataPacket, SignalRequest, SignalResponse } from '@livekit/protocol';
import { type ErrorCode, MeridianError } from '@meridian/protocol';
import { createLogger } from '@meridian/runtime';
import { LiveKitBridge, type LiveKitSocketPort } from '../../src/clients/livekit/bridge.ts';
import { ResumableSessions } from '../../src/clients/livekit/resumable-sessions.ts';
import { SharedRooms } from '../../src/clients/livekit/shared-rooms.ts';
import type { TokenRenewing } from '../../src/clients/livekit/token-renewal.ts';
import { WaitingBytes } from '../../src/clients/livekit/waiting-bytes.ts';
import { type ConnectQuery, connectQueryOf } from '../../src/core/index.ts';
import { bounds } from '../../src/limits.ts';
import type { TokenOptions } from '../service/rig/client.ts';
import { type MemoryCloud, type MemoryNode, tokenOf } from './memory-cloud.ts';

type Request = NonNullable<NonNullable<ConstructorParameters<typeof SignalRequest>[0]>['message']>;
type Message = SignalResponse['message'];
type Name = NonNullable<Message['case']>;
type ValueOf<N extends Name> = Extract<Message, { case: N }>['value'];

/** Tokens of a memory cloud, which are the claims themselves; `refused`: no token is renewed any more. */
export const memoryRenewing = (cloud: MemoryCloud, refused: { code?: ErrorCode } = {}): TokenRenewing => ({
  endWallMs: (token) => Number(JSON.parse(token).exp) * 1000,
  async renew(token, { name, metadata, attributes }) {
    if (refused.code !== undefined) throw new MeridianError(refused.code);
    const exp = (cloud.clock.wallMs() + bounds.liveKitTokenMs) / 1000;
    return JSON.stringify({ ...JSON.parse(token), name, metadata, attributes, exp });
  },
});

const log = createLogger({ name: 'test', level: process.env['TEST_LOG'] ?? 'silent' });

/** A signaling node as LiveKit clients find it. */
export class MemoryLiveKit {
  readonly resumable = new ResumableSessions();
  readonly rooms = new SharedRooms();
  readonly dropped: string[] = [];
  readonly cloud: MemoryCloud;
  readonly node: MemoryNode;
  /** With what code tokens are not renewed. */
  readonly refused: { code?: ErrorCode } = {};
  /** Media nodes that are being emptied. */
  readonly draining = new Set<string>();

  constructor(cloud: MemoryCloud, node: MemoryNode) {
    this.cloud = cloud;
    this.node = node;
  }

  /** Opens a socket; `sid`: to come back to that session. */
  open(o: TokenOptions & { sid?: string; query?: string } = {}): LiveKitClient {
    const back = o.sid === undefined ? '' : `&reconnect=1&sid=${o.sid}`;
    const text = `access_token=${encodeURIComponent(tokenOf(o))}&protocol=16${back}${o.query ?? ''}`;
    const query = connectQueryOf(text);
    if (query === undefined) throw new Error('the query is too long');
    return new LiveKitClient(this, query);
  }

  /** As `open`, and waits for the answer; rejects when it is another. */
  async join(o: TokenOptions & { query?: string } = {}): Promise<LiveKitClient> {
    const client = this.open(o);
    await client.hears('join');
    return client;
  }
}

export class LiveKitClient implements LiveKitSocketPort {
  readonly heard: SignalResponse[] = [];
  /** What came over its data channels. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #cloud: MemoryCloud;
  readonly #bridge: LiveKitBridge;
  #isOver = false;

  constructor({ cloud, node, resumable, rooms, dropped, draining, refused }: MemoryLiveKit, query: ConnectQuery) {
    this.#cloud = cloud;
    this.#bridge = new LiveKitBridge({
      socket: this,
      query,
      clock: cloud.clock,
      rng: cloud.rng.fork('livekit'),
      log,
      resumable,
      rooms,
      waiting: new WaitingBytes(),
      tokens: memoryRenewing(cloud, refused),
      isDraining: (nodeId) => draining.has(nodeId),
      onDropped: (why) => void dropped.push(why),
    });
    this.#bridge.begin(node.clients.open(this.#bridge, { clientIp: '127.0.0.1', prove: () => true }));
  }

  // ---- of the service

  send(bytes: Uint8Array): boolean {
    if (!this.#isOver) this.heard.push(SignalResponse.fromBinary(bytes));
    return true;
  }
  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
    this.#end(code === 1000, reason);
  }
  terminate(): void {
    this.#end(false, 'cut');
  }

  // ---- of the client

  get sid(): string {
    return this.last('join')?.participant?.sid ?? '';
  }

  say(message: Request): void {
    if (!this.#isOver) this.#bridge.onMessage(new SignalRequest({ message }).toBinary());
  }

  /** Over a data channel of the publishing connection. */
  sayPacket(packet: ConstructorParameters<typeof DataPacket>[0], label = '_reliable'): void {
    this.#bridge.takeChannel(label, new DataPacket(packet).toBinary());
  }

  /** The connection ends; `clean`: by a close frame, as when livekit-client gives the socket up itself. */
  cut(clean = false): void {
    this.#end(clean, '');
  }

  all<N extends Name>(name: N): ValueOf<N>[] {
    return this.heard.flatMap(({ message }) => (message.case === name ? [message.value as ValueOf<N>] : []));
  }

  last<N extends Name>(name: N): ValueOf<N> | undefined {
    return this.all(name).at(-1);
  }

  /** The messages so far, by name. */
  names(): string[] {
    return this.heard.map(({ message }) => message.case ?? '');
  }

  /** The last one of this name, when there are `count`. */
  async hears<N extends Name>(name: N, count = 1): Promise<ValueOf<N>> {
    await this.#cloud.until(() => this.all(name).length >= count, `${count} × ${name} after ${String(this.names())}`);
    return this.last(name) as ValueOf<N>;
  }

  /** Answers the last offer of the receiving connection. */
  answer(): void {
    const { sdp = '', id = 0 } = this.last('offer') ?? {};
    const answer = sdp.replaceAll('a=setup:actpass', 'a=setup:active').replaceAll('a=sendonly', 'a=recvonly');
    this.say({ case: 'answer', value: { type: 'answer', sdp: answer, id } });
  }

  #end(clean: boolean, why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    queueMicrotask(() => this.#bridge.onEnd(clean, why));
  }
}

/** The offer of a publishing connection with one microphone, whose track has this id. */
export const microphoneOffer = (cid: string, ufrag: string): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${ufrag}`,
    'a=ice-pwd:passwordthatislongenough',
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'CD').join(':')}`,
    'a=setup:actpass',
    'a=mid:0',
    'a=sendonly',
    `a=msid:stream ${cid}`,
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'a=ssrc:1 cname:c',
    '',
  ].join('\r\n');
