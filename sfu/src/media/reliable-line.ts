// Reliable messages of clients on their way to signaling nodes: each session's go in order, at the rate of
// core/channel-rate.ts, and wait here when they come faster or the link takes no more. A link that is full thus loses
// none of them, and one session's file leaves room on it for all others.
import type { Clock, Timer } from '@meridian/runtime';
import { fullReliableRate, type ReliableRate, reliableRules, takeReliable } from '../core/index.ts';
import type { ChannelMessage } from '../engine.ts';
import type { Session } from './session.ts';

export interface ReliableLinePorts {
  readonly clock: Clock;
  /** Hands it to the session's signaling node. False: the link takes nothing now. */
  send(session: Session, message: ChannelMessage): boolean;
  /** So many that waited will not be sent: their session is over. */
  onLost(count: number): void;
}

interface Line {
  rate: ReliableRate;
  readonly waiting: ChannelMessage[];
  bytes: number;
}

/** Of the rate of 2 MB/s, 40 kB at once. */
const everyMs = 20;

export class ReliableLine {
  readonly #ports: ReliableLinePorts;
  readonly #rates = new WeakMap<Session, ReliableRate>();
  /** Of sessions of which something waits. */
  readonly #lines = new Map<Session, Line>();
  #bytes = 0;
  #timer: Timer | undefined;

  constructor(ports: ReliableLinePorts) {
    this.#ports = ports;
  }

  /** What waits, of all sessions, with what keeping it costs. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  /**
   * Sends the message after those that the session has sent before. False: it is dropped, because too much of the
   * session, or of all of them, waits already (`reliableRules`).
   */
  put(session: Session, message: ChannelMessage): boolean {
    const line = this.#lines.get(session) ?? { rate: this.#rateOf(session), waiting: [], bytes: 0 };
    if (line.waiting.length === 0 && this.#send(session, line, message)) return true;
    const bytes = costOf(message);
    const { sessionBytesMax, allBytesMax } = reliableRules;
    if (line.bytes + bytes > sessionBytesMax || this.#bytes + bytes > allBytesMax) return false;
    // The payload is a view of what the worker wrote: what waits keeps its own copy.
    line.waiting.push({ label: message.label, payload: message.payload.slice() });
    line.bytes += bytes;
    this.#bytes += bytes;
    this.#lines.set(session, line);
    this.#timer ??= this.#ports.clock.after(everyMs, () => this.#turn());
    return true;
  }

  /** Forgets what waits. Idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const [session, line] of this.#lines) this.#forget(session, line);
  }

  /** One message of each session after the other, so that all of them get on while a link has little room. */
  #turn(): void {
    this.#timer = undefined;
    let moving = [...this.#lines];
    while (moving.length > 0) moving = moving.filter(([session, line]) => this.#next(session, line));
    if (this.#lines.size > 0) this.#timer = this.#ports.clock.after(everyMs, () => this.#turn());
  }

  /** False: no more of this session in this turn. */
  #next(session: Session, line: Line): boolean {
    const [message] = line.waiting;
    if (session.closed || message === undefined) {
      this.#forget(session, line);
      return false;
    }
    if (!this.#send(session, line, message)) return false;
    line.waiting.shift();
    line.bytes -= costOf(message);
    this.#bytes -= costOf(message);
    if (line.waiting.length > 0) return true;
    this.#lines.delete(session);
    return false;
  }

  #send(session: Session, line: Line, message: ChannelMessage): boolean {
    const rate = takeReliable(line.rate, message.payload.byteLength, this.#ports.clock.nowMs());
    if (rate === undefined || !this.#ports.send(session, message)) return false;
    line.rate = rate;
    this.#rates.set(session, rate);
    return true;
  }

  #forget(session: Session, line: Line): void {
    this.#lines.delete(session);
    this.#bytes -= line.bytes;
    if (line.waiting.length > 0) this.#ports.onLost(line.waiting.length);
  }

  #rateOf(session: Session): ReliableRate {
    return this.#rates.get(session) ?? fullReliableRate(this.#ports.clock.nowMs());
  }
}

/** An empty message takes room, too. */
const costOf = ({ payload }: ChannelMessage): number => payload.byteLength + reliableRules.keepingBytes;
