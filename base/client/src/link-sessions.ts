// Sessions that a gateway or a recorder opens for others, many over its one link to a signaling node: each is a socket
// port. A frame for several sessions arrives once and is handed to each. What a session has taken is acknowledged, so
// that the signaling node knows which are slow.
import { type ControlLink, limits, note, onNote, post } from '@meridian/protocol';
import { closeCode, type SocketHandlers, type SocketPort } from './connection/socket-port.ts';
import { report } from './emitter.ts';
import { MeridianClientError } from './errors.ts';

/** The part of a link that sessions need; a Link of runtime fits. */
export interface SessionLink extends ControlLink {
  /** Calls `handler` once, when the link has ended; at once when it has already. */
  onClose(handler: (cause: string) => void): void;
}
export interface LinkSocket extends SocketPort {
  /**
   * True while this session's receiver is slow: what arrives is handed over, and acknowledged later.
   */
  holdBack(held: boolean): void;
}

const sessionsMax = 2000; // of one link; the signaling node takes no more (OVERLOADED)
/**
 * Taken bytes are acknowledged when they are so many. The rest of a session waits: the signaling node counts it as on
 * its way, which is far below what it allows. To acknowledge every small frame of every session would double the
 * messages of the link.
 */
const acknowledgedBytes = 16 * 1024;
/** As of a WebSocket: lost, not closed; too large; the other side cannot take more. */
const endCode = { lost: 1006, tooLarge: 1009, full: 1013 } as const;

/** Alone uses these messages on its link. Ends with the link, or by `close`; the owner of the link ends the link. */
export class LinkSessions {
  readonly #link: SessionLink;
  readonly #sockets = new Map<number, Stream>();
  /** Ended by us while the link was too full to tell it. The signaling node still counts them, so we do. */
  readonly #untold = new Map<number, number>();
  #lastStream = 0; // numbers rise: none is used twice
  #endedBy: string | undefined;

  constructor(link: SessionLink) {
    this.#link = link;
    onNote(link, note.sessionFrames, ({ streams, frame }) => this.#take(streams, frame));
    onNote(link, note.sessionClose, ({ stream, code, reason }) => this.#sockets.get(stream)?.lose(code, reason));
    link.onClose((cause) => this.#end(cause));
  }

  /** Sessions that are open. */
  get size(): number {
    return this.#sockets.size;
  }

  /**
   * One more session. `clientIp`: the address of its client, '' when there is none. Throws SOCKET_FAILED when the
   * link has ended or takes no more now, OVERLOADED above 2,000 sessions.
   */
  open({ clientIp }: { readonly clientIp: string }): LinkSocket {
    if (this.#endedBy !== undefined) throw new MeridianClientError('SOCKET_FAILED', this.#endedBy);
    this.#tell();
    if (this.#sockets.size + this.#untold.size >= sessionsMax)
      throw new MeridianClientError('OVERLOADED', `at most ${sessionsMax} sessions over one link`);
    const number = this.#lastStream + 1;
    if (!post(this.#link, note.sessionOpen, { stream: number, clientIp }))
      throw new MeridianClientError('SOCKET_FAILED', 'the link takes no more');
    this.#lastStream = number;
    const socket = new Stream({
      send: (frame) => post(this.#link, note.sessionFrame, { stream: number, frame }),
      taken: (bytes) => post(this.#link, note.sessionTaken, { stream: number, bytes }),
      over: (code) => this.#forget(number, code),
    });
    this.#sockets.set(number, socket);
    return socket;
  }

  /** Ends all sessions as lost, so that they may be resumed over another link; idempotent. */
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
    this.#tell();
  }

  /** `code`: sent to the signaling node; undefined when the signaling node has ended the stream. */
  #forget(number: number, code: number | undefined): void {
    this.#sockets.delete(number);
    if (code === undefined || this.#endedBy !== undefined) return;
    this.#untold.set(number, code);
    this.#tell();
  }

  #tell(): void {
    for (const [stream, code] of this.#untold) {
      if (!post(this.#link, note.sessionClose, { stream, code, reason: '' })) return;
      this.#untold.delete(stream);
    }
  }
}

interface StreamPorts {
  /** False when the link takes nothing now. */
  send(frame: Uint8Array): boolean;
  taken(bytes: number): boolean;
  /** The stream is over; `code` is to be sent to the other side. */
  over(code: number | undefined): void;
}

class Stream implements LinkSocket {
  readonly watched = true; // the link has pings of its own
  readonly bufferedBytes = 0; // the link's own bound: a stream that exceeds it is ended
  readonly #ports: StreamPorts;
  #handlers: SocketHandlers | undefined;
  #isOver = false;
  /** By its holder, which gets nothing more. */
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

  /** A frame has come; `frame` may be another session's too. */
  take(frame: Uint8Array): void {
    this.#unacknowledgedBytes += frame.byteLength;
    try {
      this.#handlers?.message(frame);
    } catch (error) {
      report(error); // of this session alone: the frame is for others too
    }
    this.#acknowledge();
  }

  /** The other side has ended it, or the link. */
  lose(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#finish(undefined);
    this.#handlers?.closed(code, reason);
  }

  /** This side gives it up. Reported in a turn of its own: a sender is not called back from within. */
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
