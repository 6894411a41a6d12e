// A client without a browser: speaks frames over a WebSocket, sends no media. For rows that are about signaling and placement.
import {
  decodeServerFrame,
  encodeClientFrame,
  limits,
  routerConstant,
  rtpCapabilitiesToWire,
  type wire,
} from '@meridian/protocol';
import { WebSocket } from 'ws';

const fingerprint = {
  algorithm: 'sha-256',
  value: Array.from({ length: 32 }, (_, index) => (index + 16).toString(16).toUpperCase()).join(':'),
};

export class RawClient {
  readonly socket: WebSocket;
  readonly #waiting: ((frame: wire.ServerFrame) => void)[] = [];
  readonly #frames: wire.ServerFrame[] = [];

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      const frame = decodeServerFrame(data);
      const next = this.#waiting.shift();
      if (next === undefined) this.#frames.push(frame);
      else next(frame);
    });
  }

  /** Opens the socket at a signaling host (http address), with extra request headers. */
  static async open(httpUrl: string, headers: Record<string, string> = {}): Promise<RawClient> {
    const socket = new WebSocket(`${httpUrl.replace(/^http/, 'ws')}/v1/rtc`, { headers, perMessageDeflate: false });
    const client = new RawClient(socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  /** The next frame from the service. */
  next(): Promise<wire.ServerFrame> {
    const frame = this.#frames.shift();
    return frame === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(frame);
  }

  send(frame: wire.ClientFrame.$Properties): void {
    this.socket.send(encodeClientFrame(frame));
  }

  /** Joins with a token; resolves with the answer, whatever it is. */
  join(token: string, more: Partial<wire.Join.$Properties> = {}): Promise<wire.ServerFrame> {
    const join = {
      protocolVersion: limits.protocolVersion,
      token,
      sdk: 'raw/1',
      routerVersion: routerConstant.version,
      recvRtpCapabilities: rtpCapabilitiesToWire(routerConstant.capabilities),
      sendEndpoint: { webrtc: { fingerprint } },
      recvEndpoint: { webrtc: { fingerprint } },
      ...more,
    };
    this.send({ requestId: 1, join });
    return this.next();
  }

  close(): void {
    this.socket.close(1000);
  }
}
