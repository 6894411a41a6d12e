// Reliable data of a LiveKit client on its way into the room. Its SDK sends at line speed, so messages over the
// session's rate (RATE_LIMITED, BACKPRESSURE) wait here. Messages of a stream stay in order, and so do all messages
// outside streams. Streams take turns, so that a call or a chat line overtakes the parts of a file.
//
// Case 1: within the bounds a message waits for its turn; the session gets a single message at a time.
// Case 2: a part beyond the bounds gives its stream up: its parts are dropped, and the receivers get its end with the
//         reason.
// Case 3: any other message beyond the bounds is dropped, and so is a message that the session refuses otherwise.
import { MeridianError, type wire } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { packetTopic, type StreamPart, streamEnd } from '../../core/livekit/index.ts';
import { codeOf } from '../../failures.ts';
import { bounds } from '../../limits.ts';
import { type WaitingBytes, waitingCostOf } from '../waiting-bytes.ts';
import { type SessionPort, Unanswered } from './session-requests.ts';

export interface DataMessage {
  readonly sendData: wire.SendData.$Properties;
}

export interface ReliablePacketsOptions {
  readonly session: Pick<SessionPort, 'ask'>;
  readonly clock: Pick<Clock, 'after'>;
  /** Waiting bytes of the process. */
  readonly waitingBytes: WaitingBytes;
  onDropped(why: string): void;
}

interface QueuedMessage {
  readonly message: DataMessage;
  readonly bytes: number;
}

const retryable: ReadonlySet<string | undefined> = new Set(['RATE_LIMITED', 'BACKPRESSURE']);
/** Retry time if the session gives none. */
const defaultRetryMs = 50;
/** Bytes beyond the bounds for the ends of given-up streams: about a hundred per session. */
const spareForEnds = { session: 32 * 1024, all: 4 * 1024 * 1024 };
/** Lane of messages outside streams: SDKs give every stream an id. */
const noStream = '';

export class ReliablePackets {
  readonly #o: ReliablePacketsOptions;
  /** Waiting messages by stream. The first stream has the next turn. */
  readonly #lanes = new Map<string, QueuedMessage[]>();
  /** Given-up streams whose last part has not come yet; beyond the bound the oldest is forgotten. */
  readonly #givenUp = new Set<string>();
  #bytes = 0;
  #isAsking = false;
  #timer: Timer | undefined;
  #closed = false;

  constructor(o: ReliablePacketsOptions) {
    this.#o = o;
  }

  /** Sends a message after earlier ones of its stream; `part` absent: no stream. */
  send(message: DataMessage, part?: StreamPart): void {
    if (this.#closed) return;
    const streamId = part?.streamId ?? noStream;
    if (part !== undefined && this.#givenUp.has(streamId)) this.#ignore(part);
    else if (this.#hasRoom(costOf(message))) this.#put(streamId, message);
    else if (part === undefined) this.#o.onDropped('RATE_LIMITED');
    else this.#giveUp(part, message);
    this.#next();
  }

  /** Drops waiting messages. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    for (const streamId of [...this.#lanes.keys()]) this.#forget(streamId);
  }

  #ignore({ streamId, isLast }: StreamPart): void {
    if (isLast) this.#givenUp.delete(streamId);
    this.#o.onDropped('ignored.stream_given_up');
  }

  #hasRoom(bytes: number, spareBytes = { session: 0, all: 0 }): boolean {
    const fitsSession = this.#bytes + bytes <= bounds.liveKitSessionWaitingBytesMax + spareBytes.session;
    return fitsSession && this.#o.waitingBytes.take(bytes, spareBytes.all);
  }

  #put(streamId: string, message: DataMessage): void {
    const lane = this.#lanes.get(streamId) ?? [];
    const bytes = costOf(message);
    // The payload may be a view of a link's buffer, so a waiting message keeps a copy.
    const { sendData } = message;
    const kept = { sendData: Object.assign({}, sendData, { payload: sendData.payload?.slice() }) };
    lane.push({ message: kept, bytes });
    this.#bytes += bytes;
    this.#lanes.set(streamId, lane);
  }

  #giveUp({ streamId, isLast, cutTopic }: StreamPart, { sendData }: DataMessage): void {
    this.#o.onDropped('RATE_LIMITED');
    this.#forget(streamId);
    const [oldest] = this.#givenUp;
    if (this.#givenUp.size >= bounds.liveKitStreamsGivenUpMax && oldest !== undefined) this.#givenUp.delete(oldest);
    if (!isLast) this.#givenUp.add(streamId);
    const message =
      cutTopic === undefined
        ? { topic: packetTopic, payload: streamEnd(streamId, 'RATE_LIMITED') }
        : { topic: cutTopic, payload: new Uint8Array() };
    const end = { sendData: Object.assign({}, sendData, message, { lossy: false }) };
    if (this.#hasRoom(costOf(end), spareForEnds)) this.#put(streamId, end);
    else this.#o.onDropped('RATE_LIMITED');
  }

  #forget(streamId: string): void {
    const lane = this.#lanes.get(streamId) ?? [];
    this.#lanes.delete(streamId);
    const bytes = lane.reduce((sum, one) => sum + one.bytes, 0);
    this.#bytes -= bytes;
    this.#o.waitingBytes.release(bytes);
  }

  #next(): void {
    const [first] = this.#lanes;
    const one = first?.[1][0];
    if (this.#closed || this.#isAsking || this.#timer !== undefined || first === undefined || one === undefined) return;
    this.#isAsking = true;
    this.#o.session.ask(one.message).then(
      () => this.#answered(first[0], one),
      (error: unknown) => this.#answered(first[0], one, error),
    );
  }

  #answered(streamId: string, one: QueuedMessage, error?: unknown): void {
    this.#isAsking = false;
    if (this.#closed) return;
    const code = codeOf(error);
    // `Unanswered`: the client has lost its socket, and may come back.
    if (error instanceof Unanswered || (error !== undefined && retryable.has(code))) {
      // A retried message keeps its turn; otherwise messages of other streams would always use up the rate before it.
      this.#timer = this.#o.clock.after(retryDelayOf(error), () => {
        this.#timer = undefined;
        this.#next();
      });
    } else {
      if (error !== undefined) this.#o.onDropped(code ?? 'INTERNAL');
      this.#removeSent(streamId, one);
      this.#passTurn(streamId);
    }
    this.#next();
  }

  /** Removes a sent message, unless its stream was given up meanwhile. */
  #removeSent(streamId: string, one: QueuedMessage): void {
    const lane = this.#lanes.get(streamId);
    if (lane?.[0] !== one) return;
    lane.shift();
    this.#bytes -= one.bytes;
    this.#o.waitingBytes.release(one.bytes);
  }

  /** Gives the turn to the other streams. */
  #passTurn(streamId: string): void {
    const lane = this.#lanes.get(streamId);
    this.#lanes.delete(streamId);
    if (lane !== undefined && lane.length > 0) this.#lanes.set(streamId, lane);
  }
}

const costOf = ({ sendData }: DataMessage): number => waitingCostOf(sendData.payload?.byteLength ?? 0);

const retryDelayOf = (error: unknown): number =>
  error instanceof MeridianError && error.retryAfterMs > 0 ? error.retryAfterMs : defaultRetryMs;
