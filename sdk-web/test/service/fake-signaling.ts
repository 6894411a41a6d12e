// A scripted signaling node: speaks the protocol's frames over real WebSockets and misbehaves on demand. One HTTP
// server serves the entry address, the page with the built SDK, and as many signaling nodes ("seats") as a test needs,
// each with its own behaviour.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeClientFrame, encodeServerFrame, type wire } from '@meridian/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

export type ClientFrame = ReturnType<typeof decodeClientFrame>;
/** Handles a frame; returns true when handled, else the default answer is sent. */
export type Behaviour = (connection: SignalingConnection, frame: ClientFrame) => boolean;

export class SignalingConnection {
  readonly seat: Seat;
  readonly socket: WebSocket;
  readonly frames: ClientFrame[] = [];
  readonly openedMs = performance.now();
  closeCode: number | undefined;

  constructor(seat: Seat, socket: WebSocket) {
    this.seat = seat;
    this.socket = socket;
  }

  send(frame: wire.ServerFrame.$Properties): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(encodeServerFrame(frame));
  }

  reply(to: ClientFrame, body: Omit<wire.ServerFrame.$Properties, 'replyTo'>): void {
    this.send({ replyTo: to.requestId, ...body });
  }

  bodies(): string[] {
    return this.frames.map((frame) => frame.body);
  }
}

export class Seat {
  readonly id: string;
  readonly connections: SignalingConnection[] = [];
  behave: Behaviour = () => false;
  /** false: refuses the upgrade. */
  open = true;
  refused = 0;
  /** Behaviour of its echo socket: not offered, answering, or silent. */
  echo: 'none' | 'answers' | 'silent' = 'none';
  /** Tickets that the echo socket has received: each names the entry's answer that it came with, or is empty. */
  readonly tickets: string[] = [];
  readonly echoed: string[] = [];
  /** Number of closed echo sockets; a client closes one when it has its times, or gives up. */
  closedEchoCount = 0;
  joined: Partial<wire.Joined.$Properties> = {};

  constructor(id: string) {
    this.id = id;
  }

  /** Newest connection that has sent a frame, else the newest; the loser of a race sends no frame. */
  get last(): SignalingConnection {
    const last = this.connections.findLast(({ frames }) => frames.length > 0) ?? this.connections.at(-1);
    if (last === undefined) throw new Error(`no client came to ${this.id}`);
    return last;
  }
}

export class FakeSignaling {
  readonly seats: Seat[];
  /** true: all signaling nodes and the entry are gone; connections are cut before an answer. */
  isAway = false;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  #entryRequests = 0;
  #sessions = 0;

  private constructor(seats: Seat[], script: string) {
    this.seats = seats;
    this.#server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://signaling');
      response.setHeader('access-control-allow-origin', '*');
      if (this.isAway) return void request.socket.destroy();
      if (pathname === '/v1/entry') {
        this.#entryRequests += 1;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ protocolVersion: 1, candidates: this.#candidates() }));
      } else if (pathname === '/index.js') {
        response.setHeader('content-type', 'text/javascript');
        response.end(script);
      } else {
        response.setHeader('content-type', 'text/html');
        response.end(
          '<!doctype html><meta charset=utf-8><body><script type=module>import * as M from "/index.js"; window.M = M;</script>',
        );
      }
    });
    this.#sockets = new WebSocketServer({ noServer: true });
    this.#server.on('upgrade', (request, socket, head) => {
      const requestUrl = new URL(request.url ?? '/', 'http://signaling');
      const echoSeat = this.seats.find((one) => requestUrl.pathname === `/${one.id}/echo`);
      if (echoSeat !== undefined) {
        echoSeat.tickets.push(requestUrl.searchParams.get('ticket') ?? '');
        return void this.#sockets.handleUpgrade(request, socket, head, (opened) => echo(echoSeat, opened));
      }
      const seat = this.seats.find((one) => request.url === `/${one.id}`);
      if (seat === undefined) return void socket.destroy();
      if (this.isAway || !seat.open) {
        seat.refused += 1;
        return void socket.destroy();
      }
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#accept(seat, opened));
    });
  }

  static async start(seatCount: number, script: string): Promise<FakeSignaling> {
    const seats = Array.from({ length: seatCount }, (_, index) => new Seat(`seat-${index + 1}`));
    const signaling = new FakeSignaling(seats, script);
    await new Promise<void>((resolve) => void signaling.#server.listen(0, '127.0.0.1', resolve));
    return signaling;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  get entryRequests(): number {
    return this.#entryRequests;
  }

  seat(number: number): Seat {
    const seat = this.seats[number - 1];
    if (seat === undefined) throw new Error(`there is no seat ${number}`);
    return seat;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #candidates(): unknown[] {
    const base = this.url.replace('http', 'ws');
    return this.seats.map((seat) => ({
      signalingId: seat.id,
      url: `${base}/${seat.id}`,
      echoUrl: seat.echo === 'none' ? '' : `${base}/${seat.id}/echo?ticket=${this.#entryRequests}`,
      region: 'r',
      city: 'c',
    }));
  }

  #accept(seat: Seat, socket: WebSocket): void {
    const connection = new SignalingConnection(seat, socket);
    seat.connections.push(connection);
    socket.on('message', (bytes: Buffer) => {
      const frame = decodeClientFrame(new Uint8Array(bytes));
      connection.frames.push(frame);
      if (!seat.behave(connection, frame)) this.#politely(connection, frame);
    });
    socket.on('close', (code) => {
      connection.closeCode = code;
    });
  }

  #politely(connection: SignalingConnection, frame: ClientFrame): void {
    if (frame.join != null) {
      this.#sessions += 1;
      connection.reply(frame, { joined: { ...joinedAnswer(frame.join, this.#sessions), ...connection.seat.joined } });
    } else if (frame.ping != null) connection.send({ pong: { sentMs: frame.ping.sentMs ?? 0 } });
    else if (frame.publish != null) connection.reply(frame, { published: { track: frame.publish.track ?? {} } });
    else if (frame.requestId > 0) connection.reply(frame, { ack: {} });
  }
}

/** Plays a signaling node's echo socket: a nonce for a token, then the next and a receipt, which names the seat. */
function echo(seat: Seat, socket: WebSocket): void {
  socket.on('close', () => {
    seat.closedEchoCount += 1;
  });
  socket.on('message', (bytes: Buffer) => {
    if (bytes.byteLength !== 48) seat.echoed.push(bytes.toString());
    if (seat.echo !== 'answers') return;
    const answer = Buffer.alloc(48, 5);
    answer.fill(bytes.byteLength === 48 ? Number(seat.id.at(-1)) : 0, 16, 41);
    socket.send(answer);
  });
}

/** Returns a session without media: its addresses lead nowhere, which no signaling test needs. */
export function joinedAnswer(join: wire.Join.$Properties, number: number): wire.Joined.$Properties {
  const resumed = join.resume != null;
  const sessionId = join.resume?.sessionId ?? `PA_${String(number).padStart(16, '0')}`;
  const rights = { canPublish: true, canSubscribe: true, canPublishData: true };
  return {
    sessionId,
    resumeKey: `key-${number}`,
    rejoinReceipt: Uint8Array.of(number),
    self: { sessionId, identity: 'me', name: 'Me', nodeId: 'node-1', ...rights },
    participants: [],
    sendTransport: transport('send'),
    recvTransport: transport('recv'),
    placement: { decisionId: `DE_${number}`, node: { nodeId: 'node-1', region: 'r' }, roomEpoch: 1 },
    rosterSeq: 7,
    pingIntervalMs: 300,
    resumed,
    room: 'room',
  };
}

export function transport(id: string): wire.TransportInfo.$Properties {
  return {
    id,
    iceParameters: { usernameFragment: `fragment${id}`, password: 'a-password-of-twenty-four', iceLite: true },
    iceCandidates: [
      { foundation: 'udpcandidate', priority: 1, address: '127.0.0.1', protocol: 'udp', port: 9, type: 'host' },
    ],
    dtlsParameters: { role: 'server', fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('AB').join(':') }] },
  };
}
