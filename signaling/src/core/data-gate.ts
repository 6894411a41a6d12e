// Which data messages a signaling node believes. A media node speaks for the sessions that the roster names on it, no
// others; another node only hands on what it was given, with the name of that node.
//
// Case 1, the roster knows the sender, on the node that the message comes from, with this identity and the right:
//         delivered.
// Case 2, the roster has it otherwise: refused. Case 3, the roster does not know the sender, or has it on another node:
//         data and roster come by different links, so the message may be ahead of the event; a reliable one waits until
//         the roster knows, at most `waitMs`, and keeps its place among those of its sender. Case 4, the sender has
//         just left, or moved to another node: what it said before may come after the event.
import { type ErrorCode, limits, type Participant } from '@meridian/protocol';

/** What is judged of a message. */
export interface DataClaim {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly identity: string;
  readonly payloadBytes: number;
  readonly topicLength: number;
  /** The media node that the message comes from, by the certificate of a link. */
  readonly originNodeId: string;
  /** The media node that handed it to this signaling node. */
  readonly viaNodeId: string;
  readonly lossy: boolean;
}

export type DataVerdict = 'deliver' | 'wait' | ErrorCode;

/** As long as media nodes keep reliable data for a link that is full. */
const waitMs = 5000;
/**
 * 16 kB each at most. Of one node that data comes from, and of one node that hands it on, fewer: no node takes the
 * place of all others.
 */
const waitingMax = 1024;
const waitingPerViaMax = 256;
const waitingPerOriginMax = 64;
/** The one that left first is forgotten. */
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

/** Why this participant did not say that; undefined when it did. */
function refusal(sender: Participant, claim: DataClaim): ErrorCode | undefined {
  if (sender.identity !== claim.identity) return 'IDENTITY_MISMATCH';
  return sender.canPublishData ? undefined : 'NOT_PERMITTED';
}

/** For all rooms of one signaling node. `T`: a message as it is delivered. */
export class DataGate<T> {
  #waiting: Waiting<T>[] = [];
  readonly #departed = new Map<string, Departed>(); // by session id, in the order of their going

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** What becomes of a message now; `wait`: give it to `keep`. */
  judge(claim: DataClaim, sender: Participant | undefined, nowMs: number): DataVerdict {
    if (claim.payloadBytes > (claim.lossy ? limits.lossyDataBytesMax : limits.dataBytesMax)) return 'DATA_TOO_LARGE';
    if (claim.topicLength > limits.topicLengthMax) return 'REQUEST_INVALID';
    for (const known of [sender, this.#justLeft(claim, nowMs)])
      if (known?.nodeId === claim.originNodeId) return refusal(known, claim) ?? 'deliver';
    return claim.lossy ? 'PARTICIPANT_UNKNOWN' : 'wait';
  }

  /** Keeps a message until the roster knows its sender. False: too many wait already. */
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

  /**
   * After the roster of a room has changed: the messages that it vouches for now, oldest first. Those that it speaks
   * against, and those too old, go.
   */
  released(roomKey: string, senderOf: (sessionId: string) => Participant | undefined, nowMs: number): T[] {
    if (this.#waiting.length === 0) return [];
    const believed: T[] = [];
    this.#waiting = this.#waiting.filter(({ claim, untilMs, message }) => {
      if (claim.roomKey !== roomKey) return true;
      if (untilMs <= nowMs) return false;
      const verdict = this.judge(claim, senderOf(claim.sessionId), nowMs);
      if (verdict === 'deliver') believed.push(message);
      return verdict === 'wait';
    });
    return believed;
  }

  /** A participant leaves the roster of a room, or its node: `participant` as before. */
  left(roomKey: string, participant: Participant, nowMs: number): void {
    const { sessionId } = participant;
    this.#departed.delete(sessionId);
    this.#departed.set(sessionId, { roomKey, participant, untilMs: nowMs + waitMs });
    const oldest = this.#departed.size > departedMax ? this.#departed.keys().next().value : undefined;
    if (oldest !== undefined) this.#departed.delete(oldest);
  }

  /** The room is not here any more. */
  forget(roomKey: string): void {
    this.#waiting = this.#waiting.filter(({ claim }) => claim.roomKey !== roomKey);
  }

  #justLeft(claim: DataClaim, nowMs: number): Participant | undefined {
    const departed = this.#departed.get(claim.sessionId);
    return departed?.roomKey === claim.roomKey && departed.untilMs > nowMs ? departed.participant : undefined;
  }
}
