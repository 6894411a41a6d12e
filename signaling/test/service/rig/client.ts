// A client without media: a WebSocket, requests by number, all other frames kept in order.
import {
  decodeServerFrame,
  encodeClientFrame,
  limits,
  routerConstant,
  rtpCapabilitiesToWire,
  type wire,
} from '@meridian/protocol';
import { SignJWT } from 'jose';
import { type ClientOptions, WebSocket } from 'ws';
import { until } from './until.ts';

export const secret = 'a secret of the tests that is long enough';
export const apiKey = 'test-key';
const fingerprint = {
  algorithm: 'sha-256',
  value: Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0')).join(':'),
};

export interface TokenOptions {
  room?: string;
  identity?: string;
  video?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  expiresInS?: number;
  notBeforeInS?: number;
  key?: string;
  secret?: string;
  alg?: string;
}

/** Returns an access token; by default a good one for `room` and `identity`. */
export async function token(o: TokenOptions = {}): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000);
  const video = { room: o.room ?? 'lobby', roomJoin: true, ...o.video };
  const jwt = new SignJWT({ name: `name of ${o.identity ?? 'ann'}`, ...o.claims, video })
    .setProtectedHeader({ alg: o.alg ?? 'HS256' })
    .setIssuer(o.key ?? apiKey)
    .setSubject(o.identity ?? 'ann')
    .setExpirationTime(nowS + (o.expiresInS ?? 600));
  if (o.notBeforeInS !== undefined) jwt.setNotBefore(nowS + o.notBeforeInS);
  return jwt.sign(new TextEncoder().encode(o.secret ?? secret));
}

export function joinMessage(accessToken: string, o: wire.Join.$Properties = {}): wire.Join.$Properties {
  return {
    protocolVersion: limits.protocolVersion,
    token: accessToken,
    sdk: 'test',
    routerVersion: routerConstant.version,
    recvRtpCapabilities: rtpCapabilitiesToWire(routerConstant.capabilities),
    sendEndpoint: { webrtc: { fingerprint } },
    recvEndpoint: { webrtc: { fingerprint } },
    ...o,
  };
}

export const rtp: wire.RtpParameters.$Properties = {
  mid: '0',
  codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: 1111 }],
  cname: 'c',
};

export class TestClient {
  readonly socket: WebSocket;
  readonly heard: wire.ServerFrame[] = [];
  joined: wire.Joined | undefined;
  closed: { code: number; reason: string } | undefined;
  #requests = 0;
  readonly #waiting = new Map<number, (frame: wire.ServerFrame) => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.#take(decodeServerFrame(data as Buffer)));
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    socket.on('error', (error) => {
      this.closed ??= { code: 0, reason: error.message };
    });
  }

  /** Opens a socket; rejects when the upgrade is refused. */
  static async open(url: string, o: ClientOptions = {}): Promise<TestClient> {
    const client = new TestClient(new WebSocket(url, { perMessageDeflate: false, ...o }));
    await new Promise<void>((resolve, reject) => {
      client.socket.once('open', () => resolve());
      client.socket.once('error', reject);
    });
    return client;
  }

  /** Opens and joins; throws when the answer is an error. */
  static async join(url: string, o: TokenOptions & { join?: wire.Join.$Properties } = {}): Promise<TestClient> {
    const client = await TestClient.open(url);
    const answer = await client.request({ join: joinMessage(await token(o), o.join) });
    if (answer.error) throw new Error(`${answer.error.code}: ${answer.error.message}`);
    return client;
  }

  get sessionId(): string {
    return this.joined?.sessionId ?? '';
  }

  send(frame: wire.ClientFrame.$Properties): void {
    this.socket.send(encodeClientFrame(frame));
  }

  async request(body: wire.ClientFrame.$Properties): Promise<wire.ServerFrame> {
    this.#requests += 1;
    const requestId = this.#requests;
    let answer: wire.ServerFrame | undefined;
    this.#waiting.set(requestId, (frame) => {
      answer = frame;
    });
    this.send({ ...body, requestId });
    await until(() => answer !== undefined || this.closed !== undefined, `an answer to ${Object.keys(body)[0]}`);
    if (answer === undefined)
      throw new Error(`closed with ${this.closed?.code} ${this.closed?.reason} before the answer`);
    return answer;
  }

  /** Returns the error code of the answer, or the answer's name. */
  async outcome(body: wire.ClientFrame.$Properties): Promise<string> {
    const answer = await this.request(body);
    return answer.error?.code ?? answer.body ?? '';
  }

  async publish(trackId: string, o: wire.TrackInfo.$Properties = {}): Promise<string> {
    return this.outcome({ publish: { track: { trackId, kind: 1, source: 2, name: 'mic', ...o }, rtpParameters: rtp } });
  }

  events(): wire.RoomEvent.$Properties[] {
    return this.heard.flatMap((frame) => frame.roomEvents?.events ?? []);
  }

  tracksReceived(): string[] {
    const added = this.heard.flatMap((frame) => frame.subscriptionsAdded?.subscriptions ?? []);
    return [...(this.joined?.subscriptions ?? []), ...added].map((subscription) => subscription.trackId ?? '');
  }

  disconnect(): wire.Disconnect.$Properties | undefined {
    return this.heard.find((frame) => frame.disconnect)?.disconnect ?? undefined;
  }

  async hears(what: string, found: (frame: wire.ServerFrame) => boolean): Promise<wire.ServerFrame> {
    await until(() => this.heard.some(found), what);
    return this.heard.find(found) as wire.ServerFrame;
  }

  async ends(): Promise<{ code: number; reason: string }> {
    await until(() => this.closed !== undefined, 'the end of the socket');
    return this.closed as { code: number; reason: string };
  }

  #take(frame: wire.ServerFrame): void {
    if (frame.joined) this.joined = frame.joined as wire.Joined;
    const waiting = this.#waiting.get(frame.replyTo);
    if (frame.replyTo > 0 && waiting !== undefined) {
      this.#waiting.delete(frame.replyTo);
      waiting(frame);
      return;
    }
    this.heard.push(frame);
  }
}
