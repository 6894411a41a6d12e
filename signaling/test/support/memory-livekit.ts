// LiveKit clients of a cloud in memory: an SDK's messages in both directions, without media.
import { DataPacket, SessionDescription, SignalRequest, SignalResponse } from '@livekit/protocol';
import { type ErrorCode, MeridianError } from '@meridian/protocol';
import type { ClientSession } from '../../src/clients/client.ts';
import { LiveKitBridge, type LiveKitSocketPort } from '../../src/clients/livekit/bridge.ts';
import { ResumableSessions } from '../../src/clients/livekit/resumable-sessions.ts';
import { SharedRooms } from '../../src/clients/livekit/shared-rooms.ts';
import type { TokenRenewer } from '../../src/clients/livekit/token-renewal.ts';
import { WaitingBytes } from '../../src/clients/waiting-bytes.ts';
import { type ConnectQuery, connectQueryOf, isCleanClose } from '../../src/core/index.ts';
import { bounds } from '../../src/limits.ts';
import type { TokenOptions } from '../service/rig/client.ts';
import {
  type AnswerOptions,
  answerTo,
  certificate,
  type OfferedLine,
  offerOf,
  type Request,
} from './livekit-messages.ts';
import { type MemoryCloud, type MemoryNode, settled, tokenOf } from './memory-cloud.ts';

type Message = SignalResponse['message'];
type Name = NonNullable<Message['case']>;
type ValueOf<N extends Name> = Extract<Message, { case: N }>['value'];

/** Renews tokens of a memory cloud, which are the claims themselves; `refused`: renewal fails. */
const memoryRenewing = (cloud: MemoryCloud, refused: { code?: ErrorCode }): TokenRenewer => ({
  endWallMs: (token) => Number(JSON.parse(token).exp) * 1000,
  async renew(token, { name, metadata, attributes }) {
    if (refused.code !== undefined) throw new MeridianError(refused.code);
    const exp = (cloud.clock.wallMs() + bounds.liveKitTokenMs) / 1000;
    return JSON.stringify({ ...JSON.parse(token), name, metadata, attributes, exp });
  },
});

export interface LiveKitClientOptions extends TokenOptions {
  /** Session to resume. */
  readonly sid?: string;
  /** Query of the address, after the token. */
  readonly query?: string;
  /** Answers every offer at once. */
  readonly answers?: boolean;
}

/** A signaling node as LiveKit clients find it. */
export class MemoryLiveKit {
  readonly resumable = new ResumableSessions();
  readonly rooms = new SharedRooms();
  readonly waiting = new WaitingBytes();
  /** Drop reasons of all clients. */
  readonly dropped: string[] = [];
  readonly cloud: MemoryCloud;
  readonly node: MemoryNode;
  /** Code with which renewals fail. */
  readonly refused: { code?: ErrorCode } = {};
  readonly draining = new Set<string>();

  constructor(cloud: MemoryCloud, node: MemoryNode) {
    this.cloud = cloud;
    this.node = node;
  }

  open({ sid, query = '', answers = false, ...token }: LiveKitClientOptions = {}): LiveKitClient {
    const back = sid === undefined ? '' : `&reconnect=1&sid=${sid}`;
    const connectQuery = connectQueryOf(
      `access_token=${encodeURIComponent(tokenOf(token))}&protocol=16&sdk=js${back}${query}`,
    );
    return new LiveKitClient(this, connectQuery, answers);
  }

  /** Opens and waits for the JoinResponse; rejects on any other answer. */
  async join(o: LiveKitClientOptions = {}): Promise<LiveKitClient> {
    const client = this.open(o);
    await client.hears('join');
    return client;
  }
}

export class LiveKitClient implements LiveKitSocketPort {
  readonly heard: SignalResponse[] = [];
  /** Drop reasons of this client. */
  readonly dropped: string[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  answers: boolean;
  readonly bridge: LiveKitBridge;
  readonly session: ClientSession;
  readonly #cloud: MemoryCloud;

  constructor(livekit: MemoryLiveKit, query: ConnectQuery, answers = false) {
    const { cloud, node, resumable, rooms, waiting: waitingBytes, dropped, draining, refused } = livekit;
    this.#cloud = cloud;
    this.answers = answers;
    this.bridge = new LiveKitBridge({
      socket: this,
      query,
      clock: cloud.clock,
      rng: cloud.rng.fork('livekit'),
      log: cloud.log,
      resumable,
      rooms,
      waitingBytes,
      tokens: memoryRenewing(cloud, refused),
      isDraining: (nodeId) => draining.has(nodeId),
      onDropped: (why) => {
        this.dropped.push(why);
        dropped.push(why);
      },
    });
    this.session = node.clients.open(this.bridge, { clientIp: '127.0.0.1', prove: () => true });
    this.bridge.begin(this.session);
  }

  // ---- service end

  // The socket of this client is open from the beginning.
  open = (): void => undefined;
  refuse(): boolean {
    return false;
  }
  send(bytes: Uint8Array): boolean {
    if (this.closed !== undefined) return false;
    const response = SignalResponse.fromBinary(bytes);
    this.heard.push(response);
    const { message } = response;
    if (message.case === 'offer' && this.answers) queueMicrotask(() => this.answer(message.value));
    return true;
  }
  close(code: number, reason: string): void {
    this.#end(code, reason);
  }
  terminate(): void {
    this.#end(0, 'cut');
  }

  // ---- client end

  get sid(): string {
    return this.last('join')?.participant?.sid ?? '';
  }

  say(message: Request): void {
    this.sayBytes(new SignalRequest({ message }).toBinary());
  }
  sayBytes(bytes: Uint8Array): void {
    if (this.closed === undefined) this.bridge.onMessage(bytes);
  }
  /** Sends over a data channel of the publishing connection. */
  sayPacket(packet: ConstructorParameters<typeof DataPacket>[0], label = '_reliable'): void {
    this.bridge.takeChannel(label, new DataPacket(packet).toBinary());
  }
  /** Ends the connection; `clean`: by a close frame, as when livekit-client gives the socket up itself. */
  cut(clean = false): void {
    this.#end(clean ? 1000 : 0, 'cut');
  }
  /** Answers, by default the last offer of the receiving connection. */
  answer(offer: Pick<SessionDescription, 'id' | 'sdp'> | undefined = this.last('offer'), o: AnswerOptions = {}): void {
    const { id = 0, sdp = '' } = offer ?? {};
    this.say({ case: 'answer', value: new SessionDescription({ type: 'answer', id, sdp: answerTo(sdp, o) }) });
  }
  offer(lines: readonly OfferedLine[], o: { readonly fingerprint?: string; readonly id?: number } = {}): void {
    const { id = 1, fingerprint = certificate } = o;
    this.say({ case: 'offer', value: new SessionDescription({ type: 'offer', id, sdp: offerOf(lines, fingerprint) }) });
  }

  /** Returns the received messages of this name, in order. */
  all<N extends Name>(name: N): ValueOf<N>[] {
    return this.heard.flatMap(({ message }) => (message.case === name ? [message.value as ValueOf<N>] : []));
  }
  last<N extends Name>(name: N): ValueOf<N> | undefined {
    return this.all(name).at(-1);
  }
  names(): string[] {
    return this.heard.map(({ message }) => message.case ?? '');
  }
  /** Advances the clock until `count` messages of this name were received; returns the last. */
  async hears<N extends Name>(name: N, count = 1): Promise<ValueOf<N>> {
    const isOver = (): boolean => this.all(name).length >= count || this.closed !== undefined;
    await this.#cloud.until(isOver, `${count} × ${name} after ${String(this.names())}`);
    const found = this.all(name)[count - 1];
    if (found === undefined) throw new Error(`closed with ${this.closed?.reason} before ${name}`);
    return found;
  }
  async ends(): Promise<void> {
    await this.#cloud.until(() => this.closed !== undefined, 'the end of the socket');
    await settled();
  }

  #end(code: number, reason: string): void {
    if (this.closed !== undefined) return;
    this.closed = { code, reason };
    queueMicrotask(() => this.bridge.onEnd(isCleanClose(code), reason));
  }
}
