// Queue of clients' reliable messages to signaling nodes. Each session's messages are sent in order, at the rate of
// core/channel-rate.ts; messages wait here while they arrive faster or the link is full. A full link therefore loses no
// message, and one session's file does not block the other sessions.
import type { Clock, Timer } from '@meridian/runtime';
import { fullReliableRate, type ReliableRate, reliableRules, takeReliable } from '../core/index.ts';
import type { ChannelMessage } from '../engine.ts';
import type { Session } from './session.ts';

export interface ReliableQueuePorts {
  readonly clock: Clock;
  /** Sends a message to the session's signaling node. Returns false when the link is full. */
  send(session: Session, message: ChannelMessage): boolean;
  /** Called with the number of waiting messages that are dropped because their session, or this queue, has ended. */
  onLost(count: number): void;
}

interface SessionQueue {
  rate: ReliableRate;
  readonly waiting: ChannelMessage[];
  bytes: number;
}

/** Pause between two rounds of sending: at 2 MB/s, a session sends 40 kB a round. */
const roundMs = 20;

export class ReliableQueue {
  readonly #ports: ReliableQueuePorts;
  readonly #rates = new WeakMap<Session, ReliableRate>();
  readonly #queues = new Map<Session, SessionQueue>();
  #bytes = 0;
  #timer: Timer | undefined;

  constructor(ports: ReliableQueuePorts) {
    this.#ports = ports;
  }

  /** Bytes of all sessions' waiting messages, with the overhead of each message. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  /** Sends or queues a message. Returns false when the session, or all sessions together, have too much queued. */
  put(session: Session, message: ChannelMessage): boolean {
    const queue = this.#queues.get(session) ?? { rate: this.#rateOf(session), waiting: [], bytes: 0 };
    if (queue.waiting.length === 0 && this.#send(session, queue, message)) return true;
    const bytes = memoryBytesOf(message);
    const { sessionBytesMax, allBytesMax } = reliableRules;
    if (queue.bytes + bytes > sessionBytesMax || this.#bytes + bytes > allBytesMax) return false;
    // The payload is a view of the worker's buffer, so a waiting message needs its own copy.
    queue.waiting.push({ label: message.label, payload: message.payload.slice() });
    queue.bytes += bytes;
    this.#bytes += bytes;
    this.#queues.set(session, queue);
    this.#timer ??= this.#ports.clock.after(roundMs, () => this.#sendRound());
    return true;
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const [session, queue] of this.#queues) this.#drop(session, queue);
  }

  /** Sends one message of each session in rotation, so that all sessions proceed while a link has little room. */
  #sendRound(): void {
    this.#timer = undefined;
    let sendingQueues = [...this.#queues];
    while (sendingQueues.length > 0)
      sendingQueues = sendingQueues.filter(([session, queue]) => this.#sendNext(session, queue));
    if (this.#queues.size > 0) this.#timer = this.#ports.clock.after(roundMs, () => this.#sendRound());
  }

  /** Sends a session's oldest message. Returns false when the session sends no more in this round. */
  #sendNext(session: Session, queue: SessionQueue): boolean {
    const [message] = queue.waiting;
    if (session.closed || message === undefined) {
      this.#drop(session, queue);
      return false;
    }
    if (!this.#send(session, queue, message)) return false;
    queue.waiting.shift();
    queue.bytes -= memoryBytesOf(message);
    this.#bytes -= memoryBytesOf(message);
    if (queue.waiting.length > 0) return true;
    this.#queues.delete(session);
    return false;
  }

  #send(session: Session, queue: SessionQueue, message: ChannelMessage): boolean {
    const rate = takeReliable(queue.rate, message.payload.byteLength, this.#ports.clock.nowMs());
    if (rate === undefined || !this.#ports.send(session, message)) return false;
    queue.rate = rate;
    this.#rates.set(session, rate);
    return true;
  }

  #drop(session: Session, queue: SessionQueue): void {
    this.#queues.delete(session);
    this.#bytes -= queue.bytes;
    if (queue.waiting.length > 0) this.#ports.onLost(queue.waiting.length);
  }

  #rateOf(session: Session): ReliableRate {
    return this.#rates.get(session) ?? fullReliableRate(this.#ports.clock.nowMs());
  }
}

/** Returns the bytes of memory that a waiting message takes, even an empty one. */
const memoryBytesOf = ({ payload }: ChannelMessage): number => payload.byteLength + reliableRules.overheadBytes;
