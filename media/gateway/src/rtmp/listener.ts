// Sockets, timers and bounds of the RTMP server, over TCP and TLS; core/rtmp is the protocol.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { ConnectionGate, GatedConnection, ListenAddress } from '@meridian/node-shell';
import { clientAddress } from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { discard } from '../adapters/discard.ts';
import { RefusalLog } from '../adapters/refusal-log.ts';
import { type DropKind, Drops } from '../core/rtmp/drops.ts';
import { HANDSHAKE_RANDOM_BYTES } from '../core/rtmp/handshake.ts';
import { type RtmpRequest, RtmpServerConnection, type RtmpServerEvent } from '../core/rtmp/server.ts';
import type { TlsHandshakes } from './tls.ts';

/** Time for an ending socket to take its last bytes. */
const CLOSE_TIMEOUT_MS = 2000;
/** Bound for a peer that keeps sending requests: above a viewer's bound (core/slow-viewer.ts). */
const QUEUED_BYTES_MAX = 8 * 1024 * 1024;
/** Held of a peer whose key is not known to be valid. Above it the peer's bytes wait in its own queue. */
export const UNPROVEN_HELD_BYTES_MAX = 64 * 1024;
/** Held of a peer with a valid key until its answer: 3 s of 20 Mbit/s, the time of a hook. nginx queues little. */
export const HELD_BYTES_MAX = 8 * 1024 * 1024;
/** Held of all peers together; above it each holds as much as a peer without a key. */
const ALL_HELD_BYTES_MAX = 256 * 1024 * 1024;

export interface RtmpRole {
  take(event: RtmpServerEvent): void;
  ended(): void;
}

export interface RtmpPeer {
  readonly address: string;
  /** Writes the connection's pending output, then these bytes. */
  write(bytes: Uint8Array): void;
  readonly queuedBytes: number;
  /** Messages of the connection that were dropped; a role adds those that it does not understand. */
  readonly drops: Drops;
  /** Notes that the role has used media. */
  mediaTaken(): void;
  /** Holds more of the peer's media until its request is answered, because its key is valid. */
  holdMore(): void;
  warn(description: string): void;
  /** Ends the connection with a reason that encoders show; viewers learn that the stream is over. */
  close(description: string): void;
}

export interface RtmpListenerOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly gate: ConnectionGate;
  /** Counts a dropped message. */
  readonly onDrop?: (kind: DropKind) => void;
  /** Decides on a request: accepts it and returns the role, or refuses it and returns undefined. */
  open(request: RtmpRequest, peer: RtmpPeer): Promise<RtmpRole | undefined>;
}

export class RtmpListener {
  readonly #o: RtmpListenerOptions;
  readonly #refusals: RefusalLog;
  readonly #servers: Server[] = [];
  readonly #peers = new Set<Peer>();
  readonly #shaking = new Set<Socket>();
  readonly #held: HeldBytes = { bytes: 0 };

  static async listen(listen: ListenAddress, o: RtmpListenerOptions): Promise<RtmpListener> {
    const listener = new RtmpListener(o);
    await listener.#listen(listen, (socket, connection) => listener.#addPeer(socket, connection, addressOf(socket)));
    return listener;
  }

  private constructor(o: RtmpListenerOptions) {
    this.#o = o;
    this.#refusals = new RefusalLog(o);
  }

  /** Opens a TLS listener, which shares the bounds. Resolves with its port; rejects when that is in use. */
  async listenTls(listen: ListenAddress, tls: TlsHandshakes): Promise<number> {
    const server = await this.#listen(listen, (raw, connection) => {
      const address = addressOf(raw);
      this.#shaking.add(raw);
      raw.once('close', () => this.#shaking.delete(raw));
      tls.shake(raw, (socket) => {
        this.#shaking.delete(raw);
        this.#addPeer(socket, connection, address);
      });
    });
    return portOf(server);
  }

  get port(): number {
    return portOf(this.#servers[0]);
  }
  get connections(): number {
    return this.#o.gate.total;
  }

  async close(cause: string): Promise<void> {
    for (const peer of this.#peers) peer.close(cause);
    for (const socket of this.#shaking) socket.destroy();
    const closing = this.#servers.filter(({ listening }) => listening);
    const closed = closing.map((server) => once(server, 'close'));
    for (const server of closing) server.close();
    await Promise.all(closed);
  }

  async #listen(
    { ip, port }: ListenAddress,
    begin: (socket: Socket, connection: GatedConnection) => void,
  ): Promise<Server> {
    const server = createServer({ noDelay: true }, (socket) => {
      const connection = this.#o.gate.enter(socket);
      if (connection !== undefined) begin(socket, connection);
    });
    this.#servers.push(server);
    server.listen(port, ip);
    await once(server, 'listening');
    return server;
  }

  #addPeer(socket: Socket, connection: GatedConnection, address: string): void {
    const peer = new Peer(socket, { ...this.#o, connection, address, refusals: this.#refusals, held: this.#held });
    this.#peers.add(peer);
    socket.once('close', () => this.#peers.delete(peer));
  }
}

/** Returns the address in canonical form: plain IPv4 also from a dual-stack socket. */
const addressOf = ({ remoteAddress = '' }: Socket): string => clientAddress(remoteAddress, undefined, []);

function portOf(server: Server | undefined): number {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Bytes held of all peers. */
interface HeldBytes {
  bytes: number;
}

interface PeerOptions extends RtmpListenerOptions {
  readonly held: HeldBytes;
  readonly connection: GatedConnection;
  readonly refusals: RefusalLog;
  readonly address: string;
}

class Peer implements RtmpPeer {
  readonly address: string;
  readonly drops = new Drops((kind) => this.#onDrop(kind));
  readonly #o: PeerOptions;
  readonly #socket: Socket;
  readonly #connection: RtmpServerConnection;
  /** By stream id; undefined while the request is decided. */
  readonly #roles = new Map<number, RtmpRole | undefined>();
  readonly #loggedDrops = new Set<DropKind>();
  #heldBytes = 0;
  #heldBytesMax = UNPROVEN_HELD_BYTES_MAX;
  #timer: Timer | undefined;
  #isEnding = false;
  #isOver = false;

  constructor(socket: Socket, o: PeerOptions) {
    this.address = o.address;
    this.#o = o;
    this.#socket = socket;
    const random = o.rng.bytes(HANDSHAKE_RANDOM_BYTES);
    this.#connection = new RtmpServerConnection({ random, nowMs: o.clock.nowMs(), drops: this.drops });
    socket.on('data', (bytes) => this.#handle(this.#connection.receive(bytes, o.clock.nowMs())));
    socket.on('error', (error) => o.log.debug({ err: error }, 'an RTMP socket broke'));
    socket.on('end', () => this.#end());
    socket.once('close', () => this.#onSocketClosed());
    this.#scheduleTick();
  }

  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  write(bytes: Uint8Array): void {
    this.#flush();
    if (!this.#isOver && !this.#isEnding) this.#socket.write(bytes);
  }

  mediaTaken(): void {
    this.#connection.mediaTaken(this.#o.clock.nowMs());
  }

  holdMore(): void {
    this.#heldBytesMax = HELD_BYTES_MAX;
    this.#pace();
  }

  warn(description: string): void {
    this.#connection.warn(description);
    this.#flush();
  }

  close(description: string): void {
    this.#connection.close(description);
    this.#flush();
  }

  #handle(events: readonly RtmpServerEvent[]): void {
    for (const event of events) {
      if (event.kind === 'publishRequested' || event.kind === 'playRequested') this.#decide(event);
      else if (event.kind === 'released') this.#release(event.streamId);
      else if (event.kind === 'ended') {
        const { code, message: reason } = event.error;
        this.#o.refusals.refused(this.address, { code, reason }, 'RTMP refused');
      } else this.#roles.get(event.streamId)?.take(event);
    }
    this.#flush();
    this.#scheduleTick();
    this.#pace();
    // The peer sends requests and reads no answers.
    if (this.#socket.writableLength > QUEUED_BYTES_MAX) this.#socket.destroy();
  }

  #decide(request: RtmpRequest): void {
    const { streamId } = request;
    this.#roles.set(streamId, undefined);
    this.#o
      .open(request, this)
      .then((role) => {
        if (role === undefined) return;
        this.#o.connection.prove();
        this.#logDrops();
        if (this.#isOver || !this.#roles.has(streamId)) role.ended();
        else this.#roles.set(streamId, role);
        if (!this.#isOver) this.#handle(this.#connection.resume(this.#o.clock.nowMs()));
      })
      .catch((error: unknown) => {
        this.#o.log.error({ err: error }, 'an RTMP request failed');
        request.refuse('NetStream.Failed', 'INTERNAL');
      })
      .finally(() => this.#flush());
  }

  #release(streamId: number): void {
    const role = this.#roles.get(streamId);
    this.#roles.delete(streamId);
    if (this.#roles.size === 0) this.#o.connection.rest();
    role?.ended();
  }

  #flush(): void {
    if (this.#isOver) return;
    const output = this.#connection.takeOutput();
    if (output.length > 0) {
      this.#socket.cork();
      for (const bytes of output) this.#socket.write(bytes);
      this.#socket.uncork();
    }
    if (this.#connection.isEnded) this.#end();
  }

  #onDrop(kind: DropKind): void {
    this.#o.onDrop?.(kind);
    this.#logDrops();
  }

  /** Logs each kind once; of a peer without a valid key nothing, so that strangers do not fill the log. */
  #logDrops(): void {
    if (!this.#o.connection.isProven) return;
    for (const kind of this.drops.kinds.filter((one) => !this.#loggedDrops.has(one))) {
      this.#loggedDrops.add(kind);
      this.#o.log.info({ address: this.address, kind }, 'RTMP messages are dropped');
    }
  }

  /** Stops reading the socket while too much of the peer is held: its bytes then wait, and nothing is lost. */
  #pace(): void {
    const bytes = this.#isOver ? 0 : this.#connection.heldBytes;
    const { held } = this.#o;
    held.bytes += bytes - this.#heldBytes;
    this.#heldBytes = bytes;
    if (this.#isOver || this.#isEnding) return;
    const bytesMax = held.bytes > ALL_HELD_BYTES_MAX ? UNPROVEN_HELD_BYTES_MAX : this.#heldBytesMax;
    if (bytes > bytesMax) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #end(): void {
    if (this.#isEnding || this.#isOver) return;
    this.#isEnding = true;
    this.#pace();
    this.#socket.end();
    discard(this.#socket, this.#o.connection);
    this.#timer?.cancel();
    this.#timer = this.#o.clock.after(CLOSE_TIMEOUT_MS, () => this.#socket.destroy());
  }

  #scheduleTick(): void {
    if (this.#isOver || this.#isEnding) return;
    this.#timer?.cancel();
    const { clock } = this.#o;
    const waitMs = this.#connection.deadlineMs() - clock.nowMs();
    this.#timer = clock.after(Math.max(0, waitMs), () => this.#handle(this.#connection.tick(clock.nowMs())));
  }

  #onSocketClosed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pace();
    this.#timer?.cancel();
    for (const streamId of [...this.#roles.keys()]) this.#release(streamId);
  }
}
