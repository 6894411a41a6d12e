// Sessions that a gateway or a recorder opens for others over its single link (docs/adr/0018-sessions-over-links.md).
// Each is a stream of the link, and a ClientSocket to the rest of the service. A frame for several sessions crosses the
// link once. Every session has its own credit: a slow session ends alone, without the link.
import { isIP } from 'node:net';
import { type ErrorCode, isOpener, limits, type Note, note, onNote, post } from '@meridian/protocol';
import type { Link, Logger } from '@meridian/runtime';
import { closeCodeOf, isCleanClose } from '../core/index.ts';
import { bounds } from '../limits.ts';
import type { ClientSocket, ClientSocketHandlers, Opener } from '../ports.ts';

export interface OpenedSessionsOptions {
  readonly log: Logger;
  /** Returns whether the node takes no more clients of any kind: a session is then refused with OVERLOADED. */
  isFull(): boolean;
  /** Begins a session. Returns its handlers, whose `onEnd` is called once, never from within a call of the socket. */
  open(socket: ClientSocket, o: { clientIp: string; opener: Opener }): ClientSocketHandlers;
}

/** Links of gateways and recorders; each carries its own sessions. */
export class OpenedSessions {
  readonly #o: OpenedSessionsOptions;
  readonly #links = new Map<Link, LinkStreams>();

  constructor(o: OpenedSessionsOptions) {
    this.#o = o;
  }

  get size(): number {
    let size = 0;
    for (const streams of this.#links.values()) size += streams.size;
    return size;
  }

  /** Takes an opener's link; closes that of any other node. Sessions end with their link; another may resume them. */
  take(link: Link): void {
    const { id, kind } = link.remote;
    if (!isOpener(kind)) {
      link.close(`KIND_NOT_PERMITTED: a node of kind ${kind} opens no sessions`);
      return;
    }
    const streams = new LinkStreams(link, { id, kind }, this.#o);
    this.#links.set(link, streams);
    link.onClose((cause) => {
      this.#links.delete(link);
      streams.lose(cause);
    });
  }

  /** Ends the links of these nodes with their sessions. */
  cut(ids: ReadonlySet<string>, cause: string): void {
    for (const link of [...this.#links.keys()]) if (ids.has(link.remote.id)) link.close(cause);
  }
}

/** A link: its sessions by the opener's numbers, and the unsent frames of this turn. */
class LinkStreams {
  readonly #link: Link;
  readonly #opener: Opener;
  readonly #o: OpenedSessionsOptions;
  readonly #streams = new Map<number, Stream>();
  #queue: { readonly streams: Stream[]; readonly frame: Uint8Array }[] = [];
  /** Numbers rise, so none is reused, and an ended session need not be remembered. */
  #lastNumber = 0;

  constructor(link: Link, opener: Opener, o: OpenedSessionsOptions) {
    this.#link = link;
    this.#opener = opener;
    this.#o = o;
    onNote(link, note.sessionOpen, ({ stream, clientIp }) => this.#open(stream, clientIp));
    onNote(link, note.sessionFrame, ({ stream, frame }) => {
      const known = this.#streams.get(stream);
      if (known !== undefined) known.handlers.onFrame(frame);
      // The opener may have missed the end of this session because the link was full, so the end is repeated.
      else this.#notifyClosed(stream, closeCodeOf('SESSION_UNKNOWN'), 'SESSION_UNKNOWN');
    });
    onNote(link, note.sessionConsumed, ({ stream, bytes }) => this.#streams.get(stream)?.releaseCredit(bytes));
    onNote(link, note.sessionClose, ({ stream, code, reason }) => {
      const known = this.#streams.get(stream);
      if (known !== undefined) this.#forget(known, isCleanClose(code), reason || `close code ${code}`);
    });
  }

  get size(): number {
    return this.#streams.size;
  }

  lose(cause: string): void {
    this.#queue = [];
    for (const stream of [...this.#streams.values()]) this.#forget(stream, false, cause);
  }

  /** Queues a frame; equal frames in a row for several sessions are sent once. The order within a session stays. */
  send(stream: Stream, frame: Uint8Array): void {
    const last = this.#queue.at(-1);
    if (last?.frame === frame) {
      last.streams.push(stream);
      return;
    }
    if (this.#queue.length === 0) queueMicrotask(() => this.#flush());
    this.#queue.push({ streams: [stream], frame });
  }

  /** Ends a session after its queued frames. */
  close(stream: Stream, code: number, reason: string): void {
    this.#flush();
    if (!stream.isOpen) return;
    this.#notifyClosed(stream.number, code, reason);
    this.#forget(stream, isCleanClose(code), reason);
  }

  /** Ends a session at once, without its queued frames; it may be resumed. */
  cut(stream: Stream, code: number, reason: string): void {
    if (!stream.isOpen) return;
    this.#notifyClosed(stream.number, code, reason);
    this.#forget(stream, false, reason);
  }

  #open(number: number, clientIp: string): void {
    const existing = this.#streams.get(number);
    if (existing !== undefined) {
      // Further messages with this number would be ambiguous.
      this.cut(existing, closeCodeOf('REQUEST_INVALID'), 'REQUEST_INVALID');
      return;
    }
    const refusal = this.#refusal(number, clientIp);
    this.#lastNumber = Math.max(this.#lastNumber, number);
    if (refusal !== undefined) {
      this.#o.log.warn({ opener: this.#opener, stream: number, code: refusal }, 'a session over a link was refused');
      this.#notifyClosed(number, closeCodeOf(refusal), refusal);
      return;
    }
    const stream = new Stream(number, this, (socket) => this.#o.open(socket, { clientIp, opener: this.#opener }));
    // A closing service has ended the session already.
    if (stream.isOpen) this.#streams.set(number, stream);
  }

  #refusal(number: number, clientIp: string): ErrorCode | undefined {
    if (number <= this.#lastNumber || (clientIp !== '' && isIP(clientIp) === 0)) return 'REQUEST_INVALID';
    return this.#o.isFull() || this.#streams.size >= bounds.openedSessionsPerLinkMax ? 'OVERLOADED' : undefined;
  }

  #flush(): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const { streams, frame } of queue) {
      const open = streams.filter((stream) => stream.isOpen);
      if (open.length === 0) continue;
      if (this.#post(note.sessionFrames, { streams: open.map(({ number }) => number), frame })) continue;
      for (const stream of open) this.cut(stream, closeCodeOf('BACKPRESSURE'), 'BACKPRESSURE');
    }
  }

  /** Reports the end; if the link is too full, the opener learns it with its next message of the session. */
  #notifyClosed(number: number, code: number, reason: string): void {
    this.#post(note.sessionClose, { stream: number, code, reason });
  }

  #post<M, MP>(kind: Note<M, MP>, message: NoInfer<MP>): boolean {
    try {
      return post(this.#link, kind, message);
    } catch (error) {
      this.#o.log.error({ opener: this.#opener, err: error }, 'a message for opened sessions could not be sent');
      return false;
    }
  }

  #forget(stream: Stream, clean: boolean, why: string): void {
    if (!stream.isOpen) return;
    stream.isOpen = false;
    this.#streams.delete(stream.number);
    queueMicrotask(() => stream.handlers.onEnd(clean, why));
  }
}

/** Session of an opener. The link has pings, so the session needs none. */
class Stream implements ClientSocket {
  readonly number: number;
  readonly handlers: ClientSocketHandlers;
  isOpen = true;
  readonly #linkStreams: LinkStreams;
  /** Bytes sent and not yet taken by the opener's client. */
  #waitingBytes = 0;

  constructor(number: number, linkStreams: LinkStreams, open: (socket: ClientSocket) => ClientSocketHandlers) {
    this.number = number;
    this.#linkStreams = linkStreams;
    this.handlers = open(this);
  }

  send(frame: Uint8Array): boolean {
    if (!this.isOpen) return true; // its end is on its way
    if (this.#waitingBytes + frame.byteLength > limits.clientBufferedBytesMax) {
      this.#linkStreams.cut(this, closeCodeOf('BACKPRESSURE'), 'BACKPRESSURE');
      return false;
    }
    this.#send(frame);
    return true;
  }

  sendData(frame: Uint8Array, { lossy }: { lossy: boolean }): boolean {
    if (!this.isOpen) return true; // its end is on its way
    const waitingMax = lossy ? bounds.lossyBufferedBytesMax : bounds.dataBufferedBytesMax;
    if (this.#waitingBytes + frame.byteLength > waitingMax) return false;
    this.#send(frame);
    return true;
  }

  close(code: number, reason: string): void {
    this.#linkStreams.close(this, code, reason);
  }

  terminate(): void {
    this.#linkStreams.cut(this, closeCodeOf('INTERNAL'), 'INTERNAL');
  }

  /** Releases credit; a count above the sent bytes releases all. */
  releaseCredit(bytes: number): void {
    this.#waitingBytes = Math.max(0, this.#waitingBytes - bytes);
  }

  #send(frame: Uint8Array): void {
    this.#waitingBytes += frame.byteLength;
    this.#linkStreams.send(this, frame);
  }
}
