// Decides which data messages a signaling node believes. A media node speaks only for the sessions that the roster
// lists on it; any other node forwards with the name of the origin.
//
// Case 1: the roster lists the sender on the origin node with this identity and the right: delivered.
// Case 2: the roster contradicts the message: refused.
// Case 3: the roster lacks the sender or lists it on another node. Data and roster use different links, so the message
//         may be ahead: a reliable one waits at most `waitMs`, in its place among the messages of its sender.
// Case 4: the sender has just left or moved: its earlier messages may arrive after the event and still count.
import { type ErrorCode, limits, type Participant } from '@meridian/protocol';

export interface DataClaim {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly identity: string;
  readonly payloadBytes: number;
  readonly topicLength: number;
  /** Node that the message comes from, by the certificate of a link. */
  readonly originNodeId: string;
  /** Media node that forwarded the message to this signaling node. */
  readonly viaNodeId: string;
  readonly lossy: boolean;
}

export type DataVerdict = 'deliver' | 'wait' | ErrorCode;

/** Media nodes keep reliable data for the same time while a link is full. */
const waitMs = 5000;
/** Waiting messages, of at most 64 kB each (64 MB); bounded per origin and forwarding node to leave room for others. */
const waitingMax = 1024;
const waitingPerViaMax = 256;
const waitingPerOriginMax = 64;
/** Departures remembered; beyond it the earliest is forgotten. */
const departedMax = 4096;

interface Waiting<T> {
  readonly claim: DataClaim;
  readonly untilMs: number;
  readonly message: T;
}
interface Departed {
  readonly roomKey: string;
  readonly participant: Participant;
  readonly untilMs: number;
}

/** Returns why this participant cannot have sent the message; undefined if it can. */
function refusal(sender: Participant, claim: DataClaim): ErrorCode | undefined {
  if (sender.identity !== claim.identity) return 'IDENTITY_MISMATCH';
  return sender.canPublishData ? undefined : 'NOT_PERMITTED';
}

/** Data messages of all rooms of a signaling node. `T`: a message as it is delivered. */
export class DataGate<T> {
  #waiting: Waiting<T>[] = [];
  readonly #departed = new Map<string, Departed>(); // by session id, earliest departure first

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Judges a message; on `wait`, the caller passes it to `keep`. */
  judge(claim: DataClaim, sender: Participant | undefined, nowMs: number): DataVerdict {
    if (claim.payloadBytes > limits.dataBytesMax) return 'DATA_TOO_LARGE';
    if (claim.topicLength > limits.topicLengthMax) return 'REQUEST_INVALID';
    for (const known of [sender, this.#recentlyDeparted(claim, nowMs)])
      if (known?.nodeId === claim.originNodeId) return refusal(known, claim) ?? 'deliver';
    return claim.lossy ? 'PARTICIPANT_UNKNOWN' : 'wait';
  }

  /** Keeps a message until the roster knows its sender. Returns false when too many wait already. */
  keep(claim: DataClaim, message: T, nowMs: number): boolean {
    this.#waiting = this.#waiting.filter(({ untilMs }) => untilMs > nowMs);
    let [ofOrigin, ofVia] = [0, 0];
    for (const { claim: other } of this.#waiting) {
      if (other.originNodeId === claim.originNodeId) ofOrigin += 1;
      if (other.viaNodeId === claim.viaNodeId) ofVia += 1;
    }
    const isFull = this.#waiting.length >= waitingMax || ofOrigin >= waitingPerOriginMax || ofVia >= waitingPerViaMax;
    if (isFull) return false;
    this.#waiting.push({ claim, untilMs: nowMs + waitMs, message });
    return true;
  }

  /** Returns the messages that the changed roster confirms, oldest first; drops contradicted and late ones. */
  release(roomKey: string, senderOf: (sessionId: string) => Participant | undefined, nowMs: number): T[] {
    if (this.#waiting.length === 0) return [];
    const confirmed: T[] = [];
    this.#waiting = this.#waiting.filter(({ claim, untilMs, message }) => {
      if (claim.roomKey !== roomKey) return true;
      if (untilMs <= nowMs) return false;
      const verdict = this.judge(claim, senderOf(claim.sessionId), nowMs);
      if (verdict === 'deliver') confirmed.push(message);
      return verdict === 'wait';
    });
    return confirmed;
  }

  /** Records that a participant leaves the roster or its media node; `participant`: its state before. */
  recordDeparture(roomKey: string, participant: Participant, nowMs: number): void {
    const { sessionId } = participant;
    this.#departed.delete(sessionId);
    this.#departed.set(sessionId, { roomKey, participant, untilMs: nowMs + waitMs });
    const oldest = this.#departed.size > departedMax ? this.#departed.keys().next().value : undefined;
    if (oldest !== undefined) this.#departed.delete(oldest);
  }

  /** Forgets a room that has left this node. */
  forget(roomKey: string): void {
    this.#waiting = this.#waiting.filter(({ claim }) => claim.roomKey !== roomKey);
  }

  #recentlyDeparted(claim: DataClaim, nowMs: number): Participant | undefined {
    const departed = this.#departed.get(claim.sessionId);
    return departed?.roomKey === claim.roomKey && departed.untilMs > nowMs ? departed.participant : undefined;
  }
}
