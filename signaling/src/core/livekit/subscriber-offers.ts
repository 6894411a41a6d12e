// M-lines of a LiveKit client's receiving connection. Lines are never reordered or dropped: the line of an ended track
// is rejected, and another track reuses it under another mid (RFC 8829, 5.2.2). LiveKit's native SDKs do not show a
// track that returns on a merely inactive line.
import { limits, MeridianError } from '@meridian/protocol';
import type { SentMedia, SubscriberLine } from '@meridian/sdp';

/** Track that the client is to receive, and its consumer at the media node. */
export interface OfferedConsumer {
  readonly trackId: string;
  readonly consumerId: string;
  readonly kind: 'audio' | 'video';
  readonly media: SentMedia;
}
export interface PendingOffer {
  /** Counts from 1 for each client. */
  readonly id: number;
  readonly lines: readonly SubscriberLine[];
}
export interface AnsweredOffer {
  /** Consumers that the client receives from now on. */
  readonly ready: readonly string[];
  /** Tracks that the client cannot receive; they are forgotten here. */
  readonly refused: readonly string[];
}

/**
 * State of a line. `new`: the client has yet to answer the line, which is then `sent`. `closing`: the client has yet to
 * answer the rejection of the line, which is then `rejected`. A new track may take a rejected line, with a new mid.
 */
type LineState =
  | { readonly name: 'new' | 'sent'; readonly track: OfferedConsumer }
  | { readonly name: 'closing' | 'rejected' };
interface Line {
  mid: string;
  readonly kind: 'audio' | 'video';
  state: LineState;
}
interface Outstanding {
  readonly id: number;
  /** State of each line in the offer, by mid. */
  readonly states: ReadonlyMap<string, LineState>;
}

/** M-lines of a client's receiving connection, with at most one open offer. Data channels use the first line. */
export class SubscriberOffers {
  readonly #dataLine: SubscriberLine | undefined;
  /** Wanted tracks by track id. */
  readonly #wanted = new Map<string, OfferedConsumer>();
  readonly #lines: Line[] = [];
  readonly #lineOf = new Map<string, Line>();
  #midCount = 0;
  #offerCount = 0;
  #outstanding: Outstanding | undefined;
  #isChanged: boolean;

  constructor({ dataChannels }: { readonly dataChannels: boolean }) {
    this.#dataLine = dataChannels ? { mid: this.#newMid(), kind: 'application', sent: undefined } : undefined;
    this.#isChanged = dataChannels;
  }

  /** Adds a track. A new consumer of a known track takes over the old consumer's line. Throws TRACK_LIMIT. */
  add(consumer: OfferedConsumer): void {
    const previous = this.#wanted.get(consumer.trackId);
    if (previous?.consumerId === consumer.consumerId) return;
    if (previous === undefined && this.#wanted.size >= limits.subscriptionsPerParticipantMax)
      throw new MeridianError('TRACK_LIMIT', `at most ${limits.subscriptionsPerParticipantMax} tracks are received`);
    if (previous !== undefined && previous.kind !== consumer.kind) this.remove(consumer.trackId);
    this.#wanted.set(consumer.trackId, consumer);
    const line = this.#lineOf.get(consumer.trackId);
    if (line !== undefined) line.state = { name: 'new', track: consumer };
    this.#isChanged = true;
  }

  /** Removes a track; no effect if it is unknown. */
  remove(trackId: string): void {
    this.#wanted.delete(trackId);
    const line = this.#lineOf.get(trackId);
    this.#lineOf.delete(trackId);
    if (line === undefined) return;
    line.state = closedState(line.state);
    this.#isChanged = true;
  }

  /** Returns the next offer, if lines have changed and no offer is open. */
  next(): PendingOffer | undefined {
    if (!this.#isChanged || this.#outstanding !== undefined) return undefined;
    this.#assignLines();
    this.#isChanged = false;
    this.#offerCount += 1;
    this.#outstanding = { id: this.#offerCount, states: new Map(this.#lines.map(({ mid, state }) => [mid, state])) };
    const lines = this.#lines.map(offeredLine);
    return { id: this.#offerCount, lines: this.#dataLine === undefined ? lines : [this.#dataLine, ...lines] };
  }

  /** Takes an answer; tracks removed meanwhile are neither ready nor refused. Throws OUT_OF_ORDER for a wrong id. */
  answered(id: number, refusedMids: readonly string[]): AnsweredOffer {
    const outstanding = this.#outstanding;
    if (outstanding?.id !== id)
      throw new MeridianError('OUT_OF_ORDER', `the answer is to offer ${id}, awaited is ${outstanding?.id ?? 'none'}`);
    this.#outstanding = undefined;
    const refused = new Set(refusedMids);
    const [readyIds, refusedIds]: [string[], string[]] = [[], []];
    for (const line of this.#lines) {
      const offered = outstanding.states.get(line.mid);
      if (refused.has(line.mid)) refusedIds.push(...this.#rejectLine(line, offered));
      if (line.state !== offered) continue; // refused, or changed meanwhile: the next offer has it
      if (offered.name === 'closing') line.state = { name: 'rejected' };
      if (offered.name !== 'new') continue;
      line.state = { ...offered, name: 'sent' };
      readyIds.push(offered.track.consumerId);
    }
    // Tracks without a line may take lines that this answer has freed.
    this.#isChanged ||= this.#lineOf.size < this.#wanted.size;
    return { ready: readyIds, refused: refusedIds };
  }

  /**
   * Drops an open offer, which the client may have missed, and makes `next` offer the lines again, even if they have
   * not changed. Without an earlier offer this has no effect.
   */
  repeat(): void {
    this.#outstanding = undefined;
    this.#isChanged = this.#offerCount > 0 || this.#isChanged;
  }

  tracks(): readonly string[] {
    return [...this.#wanted.keys()];
  }

  /** Gives each new track a line; a track without a free line waits for an answer that frees one. */
  #assignLines(): void {
    for (const track of this.#wanted.values()) {
      if (this.#lineOf.has(track.trackId)) continue;
      const line = this.#lineFor(track);
      if (line !== undefined) this.#lineOf.set(track.trackId, line);
    }
  }

  #lineFor(track: OfferedConsumer): Line | undefined {
    const { kind } = track;
    const state: LineState = { name: 'new', track };
    const ofKind = this.#lines.filter((line) => line.kind === kind);
    const freeLine = ofKind.find((line) => line.state.name === 'rejected');
    if (freeLine !== undefined) {
      freeLine.mid = this.#newMid();
      freeLine.state = state;
      return freeLine;
    }
    if (ofKind.length >= limits.subscriptionsPerParticipantMax) return undefined;
    const line: Line = { mid: this.#newMid(), kind, state };
    this.#lines.push(line);
    return line;
  }

  /** Rejects a line that the client refused. Returns the line's track, unless the line has changed since the offer. */
  #rejectLine(line: Line, offered: LineState | undefined): string[] {
    const { state } = line;
    line.state = { name: 'rejected' };
    if (!('track' in state)) return [];
    const { trackId } = state.track;
    this.#lineOf.delete(trackId);
    if (state !== offered) return []; // another consumer took the line and is offered under another mid
    this.#wanted.delete(trackId);
    return [trackId];
  }

  #newMid(): string {
    this.#midCount += 1;
    return String(this.#midCount - 1);
  }
}

const closedState = (state: LineState): LineState => ('track' in state ? { name: 'closing' } : state);

const offeredLine = ({ mid, kind, state }: Line): SubscriberLine => ({
  mid,
  kind,
  sent: 'track' in state ? state.track.media : undefined,
});
