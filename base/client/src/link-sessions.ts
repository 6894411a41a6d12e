// Sessions that a gateway or a recorder opens for others over its link to a signaling node: each is a socket port. A
// frame for several sessions arrives once and is handed to each. Sessions acknowledge the bytes that they take, so that
// the signaling node knows the slow ones.
import { type ControlLink, limits, note, onNote, post } from '@meridian/protocol';
import { closeCode, type SocketHandlers, type SocketPort } from './connection/socket-port.ts';
import { report } from './emitter.ts';
import { MeridianClientError } from './errors.ts';

export interface SessionLink extends ControlLink {
  /** Calls `handler` once when the link ends, or at once when it has ended. */
  onClose(handler: (cause: string) => void): void;
}
export interface LinkSocket extends SocketPort {
  /** Set while this session's receiver is slow: frames are handed over, but acknowledged later. */
  holdBack(held: boolean): void;
}

const sessionsMax = 2000; // per link; the signaling node refuses more (OVERLOADED)
/**
 * Taken bytes are acknowledged in batches of this size. The signaling node counts the rest as on its way, far below its
 * limit. Acknowledging every small frame of every session would double the messages of the link.
 */
const acknowledgedBytes = 16 * 1024;
/** WebSocket codes: lost; too large; the other side cannot take more. */
const endCode = { lost: 1006, tooLarge: 1009, full: 1013 } as const;

/** The only user of these messages on its link. Ends with the link, or by `close`, which leaves the link open. */
export class LinkSessions {
  readonly #link: SessionLink;
  readonly #sockets = new Map<number, Stream>();
  /** Sessions that we ended while the link was too full to say so. The signaling node still counts them. */
  readonly #unreportedEnds = new Map<number, number>();
  #lastStream = 0; // numbers rise: none is used twice
  #endedBy: string | undefined;

  constructor(link: SessionLink) {
    this.#link = link;
    onNote(link, note.sessionFrames, ({ streams, frame }) => this.#take(streams, frame));
    onNote(link, note.sessionClose, ({ stream, code, reason }) => this.#sockets.get(stream)?.lose(code, reason));
    link.onClose((cause) => this.#end(cause));
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** Opens a session. `clientIp`: '' without a client. Throws SOCKET_FAILED (link ended or full) or OVERLOADED. */
  open({ clientIp }: { readonly clientIp: string }): LinkSocket {
    if (this.#endedBy !== undefined) throw new MeridianClientError('SOCKET_FAILED', this.#endedBy);
    this.#reportEnds();
    if (this.#sockets.size + this.#unreportedEnds.size >= sessionsMax)
      throw new MeridianClientError('OVERLOADED', `at most ${sessionsMax} sessions over one link`);
    const number = this.#lastStream + 1;
    if (!post(this.#link, note.sessionOpen, { stream: number, clientIp }))
      throw new MeridianClientError('SOCKET_FAILED', 'the link takes no more');
    this.#lastStream = number;
    const socket = new Stream({
      send: (frame) => post(this.#link, note.sessionFrame, { stream: number, frame }),
      taken: (bytes) => post(this.#link, note.sessionConsumed, { stream: number, bytes }),
      over: (code) => this.#forget(number, code),
    });
    this.#sockets.set(number, socket);
    return socket;
  }

  /** Ends all sessions as lost, so that they can be resumed over another link; idempotent. */
  close(cause: string): void {
    for (const socket of this.#sockets.values()) socket.fail(endCode.lost, cause);
    this.#end(cause);
  }

  #end(cause: string): void {
    this.#endedBy ??= cause;
    for (const socket of this.#sockets.values()) socket.lose(endCode.lost, cause);
  }

  #take(streams: readonly number[], frame: Uint8Array): void {
    for (const number of streams) this.#sockets.get(number)?.take(frame);
    this.#reportEnds();
  }

  /** `code`: sent to the signaling node; undefined when the signaling node has ended the stream. */
  #forget(number: number, code: number | undefined): void {
    this.#sockets.delete(number);
    if (code === undefined || this.#endedBy !== undefined) return;
    this.#unreportedEnds.set(number, code);
    this.#reportEnds();
  }

  #reportEnds(): void {
    for (const [stream, code] of this.#unreportedEnds) {
      if (!post(this.#link, note.sessionClose, { stream, code, reason: '' })) return;
      this.#unreportedEnds.delete(stream);
    }
  }
}

interface StreamPorts {
  send(frame: Uint8Array): boolean;
  taken(bytes: number): boolean;
  over(code: number | undefined): void;
}

class Stream implements LinkSocket {
  readonly watched = true; // the link has its own pings
  readonly bufferedBytes = 0; // the link has its own bound: a stream that exceeds it is ended
  readonly #ports: StreamPorts;
  #handlers: SocketHandlers | undefined;
  #isOver = false;
  /** Closed by its holder, which gets no further calls. */
  #isClosed = false;
  #isHeld = false;
  #unacknowledgedBytes = 0;

  constructor(ports: StreamPorts) {
    this.#ports = ports;
  }

  listen(handlers: SocketHandlers): void {
    this.#handlers = handlers;
  }

  send(bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (bytes.byteLength > limits.clientFrameBytesMax) this.fail(endCode.tooLarge, 'FRAME_TOO_LARGE');
    else if (!this.#ports.send(bytes)) this.fail(endCode.full, 'the link takes no more');
  }

  close(code: number): void {
    this.#isClosed = true;
    if (!this.#isOver) this.#finish(code);
  }

  holdBack(held: boolean): void {
    this.#isHeld = held;
    this.#acknowledge();
  }

  take(frame: Uint8Array): void {
    this.#unacknowledgedBytes += frame.byteLength;
    try {
      this.#handlers?.message(frame);
    } catch (error) {
      report(error); // an error of this session only; other sessions take the frame as well
    }
    this.#acknowledge();
  }

  lose(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#finish(undefined);
    this.#handlers?.closed(code, reason);
  }

  /** Gives the stream up. Reported in a later turn, so that a sender is not called back from within. */
  fail(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#finish(closeCode.lost);
    const handlers = this.#handlers;
    queueMicrotask(() => {
      if (!this.#isClosed) handlers?.closed(code, reason);
    });
  }

  #finish(code: number | undefined): void {
    this.#isOver = true;
    this.#ports.over(code);
  }

  #acknowledge(): void {
    if (this.#isOver || this.#isHeld || this.#unacknowledgedBytes < acknowledgedBytes) return;
    if (this.#ports.taken(this.#unacknowledgedBytes)) this.#unacknowledgedBytes = 0;
  }
}
