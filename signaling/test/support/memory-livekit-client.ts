// A client of LiveKit's SDKs in a memory cloud: bytes of SignalRequest in, SignalResponse out. It makes no media; its
// descriptions are as short as they may be.
import {
  AddTrackRequest,
  SessionDescription,
  SignalRequest,
  SignalResponse,
  TrackSource,
  TrackType,
  VideoLayer,
} from '@livekit/protocol';
import type { ClientSession } from '../../src/clients/client.ts';
import { LiveKitBridge, type LiveKitSocketPort } from '../../src/clients/livekit/bridge.ts';
import { ResumableSessions } from '../../src/clients/livekit/resumable-sessions.ts';
import { SharedRooms } from '../../src/clients/livekit/shared-rooms.ts';
import { WaitingBytes } from '../../src/clients/livekit/waiting-bytes.ts';
import { connectQueryOf, isCleanClose } from '../../src/core/index.ts';
import type { TokenOptions } from '../service/rig/client.ts';
import { type MemoryCloud, type MemoryNode, settled, tokenOf } from './memory-cloud.ts';
import { memoryRenewing } from './memory-livekit.ts';

export type Request = SignalRequest['message'];
export type Response = SignalResponse['message'];
type Case = NonNullable<Response['case']>;
type ValueOf<C extends Case> = Extract<Response, { case: C }>['value'];

export interface MemoryLiveKitOptions extends TokenOptions {
  /** Of the address, after the token. */
  readonly query?: string;
  /** It answers every offer at once; default. */
  readonly answers?: boolean;
}

export class MemoryLiveKit implements LiveKitSocketPort {
  readonly heard: SignalResponse[] = [];
  /** What came to nothing, as it is counted. */
  readonly dropped: string[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  answers: boolean;
  readonly bridge: LiveKitBridge;
  readonly session: ClientSession;
  readonly #cloud: MemoryCloud;

  constructor(cloud: MemoryCloud, node: MemoryNode, { query = '', answers = true, ...token }: MemoryLiveKitOptions) {
    const asked = connectQueryOf(`access_token=${encodeURIComponent(tokenOf(token))}&protocol=16&sdk=js${query}`);
    if (asked === undefined) throw new RangeError('the query is too long');
    this.#cloud = cloud;
    this.answers = answers;
    this.bridge = new LiveKitBridge({
      socket: this,
      query: asked,
      clock: cloud.clock,
      rng: cloud.rng.fork('livekit'),
      log: cloud.log,
      resumable: new ResumableSessions(),
      rooms: new SharedRooms(),
      waiting: new WaitingBytes(),
      tokens: memoryRenewing(cloud),
      isDraining: () => false,
      onDropped: (why) => this.dropped.push(why),
    });
    this.session = node.clients.open(this.bridge, { clientIp: '127.0.0.1', prove: () => true });
    this.bridge.begin(this.session);
  }

  // ---- of the service

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

  // ---- of the client

  say(message: Request): void {
    this.sayBytes(new SignalRequest({ message }).toBinary());
  }
  sayBytes(bytes: Uint8Array): void {
    if (this.closed === undefined) this.bridge.onMessage(bytes);
  }
  /** Its connection is lost. */
  cut(): void {
    this.#end(0, 'cut');
  }
  answer({ id, sdp }: Pick<SessionDescription, 'id' | 'sdp'>, o: AnswerOptions = {}): void {
    this.say({ case: 'answer', value: new SessionDescription({ type: 'answer', id, sdp: answerTo(sdp, o) }) });
  }
  offer(lines: readonly OfferedLine[], o: { readonly fingerprint?: string; readonly id?: number } = {}): void {
    const { id = 1, fingerprint = certificate } = o;
    this.say({ case: 'offer', value: new SessionDescription({ type: 'offer', id, sdp: offerOf(lines, fingerprint) }) });
  }

  /** What it has heard of this kind, in order. */
  all<C extends Case>(name: C): ValueOf<C>[] {
    return this.heard.flatMap(({ message }) => (message.case === name ? [message.value as ValueOf<C>] : []));
  }
  last<C extends Case>(name: C): ValueOf<C> | undefined {
    return this.all(name).at(-1);
  }
  /** Turns the clock until it has heard so many of this kind; the last one. */
  async hears<C extends Case>(name: C, count = 1): Promise<ValueOf<C>> {
    await this.#cloud.until(() => this.all(name).length >= count || this.closed !== undefined, `${count} ${name}`);
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

export const audioTrack = (cid: string, o: Partial<AddTrackRequest> = {}): Request => ({
  case: 'addTrack',
  value: new AddTrackRequest({ cid, name: cid, type: TrackType.AUDIO, source: TrackSource.MICROPHONE, ...o }),
});
/** In three layers. */
export const videoTrack = (cid: string, o: Partial<AddTrackRequest> = {}): Request => ({
  case: 'addTrack',
  value: new AddTrackRequest({
    cid,
    name: cid,
    type: TrackType.VIDEO,
    source: TrackSource.CAMERA,
    width: 1280,
    height: 720,
    layers: [0, 1, 2].map((quality) => new VideoLayer({ quality, width: 320 << quality, height: 180 << quality })),
    ...o,
  }),
});

const fingerprintOf = (byte: string): string => Array.from({ length: 32 }, () => byte).join(':');
export const certificate = fingerprintOf('AB');
export const otherCertificate = fingerprintOf('CD');

export interface AnswerOptions {
  readonly fingerprint?: string;
  /** Lines that it rejects. */
  readonly refusedMids?: readonly string[];
}

/** As a browser's, as far as it is read. */
export function answerTo(sdp: string, { fingerprint = certificate, refusedMids = [] }: AnswerOptions): string {
  const lines = sdp.split('m=').slice(1);
  const media = lines.flatMap((line) => {
    const mid = /a=mid:(.+)\r/.exec(line)?.[1] ?? '';
    const [type = '', , ...rest] = (line.split('\r\n')[0] ?? '').split(' ');
    return [`m=${type} ${refusedMids.includes(mid) ? 0 : 9} ${rest.join(' ')}`, `a=mid:${mid}`];
  });
  return text(['a=setup:active', `a=fingerprint:sha-256 ${fingerprint}`, ...media]);
}

export interface OfferedLine {
  readonly mid: string;
  readonly kind: 'audio' | 'video' | 'application';
  /** Of the track that is sent on it; without one it is inactive. */
  readonly cid?: string;
  readonly rids?: readonly string[];
}

export function offerOf(lines: readonly OfferedLine[], fingerprint: string): string {
  const session = [
    `a=group:BUNDLE ${lines.map(({ mid }) => mid).join(' ')}`,
    ...['a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuvwx', 'a=setup:actpass'],
    `a=fingerprint:sha-256 ${fingerprint}`,
  ];
  return text([...session, ...lines.flatMap(offeredLine)]);
}

function offeredLine({ mid, kind, cid, rids = [] }: OfferedLine): string[] {
  if (kind === 'application') return ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', `a=mid:${mid}`];
  const codec = kind === 'audio' ? '111 opus/48000/2' : '96 VP8/90000';
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${codec.split(' ')[0]}`,
    `a=mid:${mid}`,
    'a=rtcp-mux',
    `a=rtpmap:${codec}`,
    'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
    ...(cid === undefined ? ['a=inactive'] : ['a=sendonly', `a=msid:stream ${cid}`]),
    ...rids.map((rid) => `a=rid:${rid} send`),
    ...(rids.length > 0 ? [`a=simulcast:send ${rids.join(';')}`] : []),
  ];
}

const text = (lines: readonly string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', ...lines, ''].join('\r\n');
