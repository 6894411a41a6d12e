// The m-lines of a LiveKit client's receiving connection. Lines are never reordered or dropped: the line of what is not
// sent any more is rejected, and another track takes its place under another mid (RFC 8829, 5.2.2). LiveKit's native
// SDKs do not show a track that comes again on a line that was only inactive.
import { limits, MeridianError } from '@meridian/protocol';
import type { SentMedia, SubscriberLine } from '@meridian/sdp';

/** A track that the client is to receive, and the consumer at the media node that it comes from. */
export interface Offered {
  readonly trackId: string;
  readonly consumerId: string;
  readonly kind: 'audio' | 'video';
  readonly media: SentMedia;
}
export interface PendingOffer {
  /** Of this client: 1, 2, 3 … */
  readonly id: number;
  readonly lines: readonly SubscriberLine[];
}
export interface AnsweredOffer {
  /** Consumers that the client receives from now on. */
  readonly ready: readonly string[];
  /** Tracks that it cannot receive. They are forgotten here. */
  readonly refused: readonly string[];
}

/**
 * What becomes of a line. `new`: its track waits for an answer, then it is `sent`. `closing`: its rejection is not
 * answered yet; then it is `rejected`, and the next track on it comes under another mid.
 */
type LineState = { readonly name: 'new' | 'sent'; readonly track: Offered } | { readonly name: 'closing' | 'rejected' };
interface Line {
  mid: string;
  readonly kind: 'audio' | 'video';
  state: LineState;
}
interface Outstanding {
  readonly id: number;
  /** What each line had in the offer, by its mid. */
  readonly states: ReadonlyMap<string, LineState>;
}

/**
 * The m-lines of one client's receiving connection: one offer at a time, lines are reused, never reordered. First line:
 * application, if the client has data channels.
 */
export class SubscriberOffers {
  readonly #dataLine: SubscriberLine | undefined;
  /** What the client is to receive, by track. */
  readonly #wanted = new Map<string, Offered>();
  readonly #lines: Line[] = [];
  readonly #lineOf = new Map<string, Line>();
  #mids = 0;
  #offers = 0;
  #outstanding: Outstanding | undefined;
  #isChanged: boolean;

  constructor({ dataChannels }: { readonly dataChannels: boolean }) {
    this.#dataLine = dataChannels ? { mid: this.#newMid(), kind: 'application', sent: undefined } : undefined;
    this.#isChanged = dataChannels;
  }

  /**
   * A track that the client is to receive; again for the same track: another consumer takes its line. Throws
   * TRACK_LIMIT for more tracks than a participant receives.
   */
  add(one: Offered): void {
    const before = this.#wanted.get(one.trackId);
    if (before?.consumerId === one.consumerId) return;
    if (before === undefined && this.#wanted.size >= limits.subscriptionsPerParticipantMax)
      throw new MeridianError('TRACK_LIMIT', `at most ${limits.subscriptionsPerParticipantMax} tracks are received`);
    if (before !== undefined && before.kind !== one.kind) this.remove(one.trackId);
    this.#wanted.set(one.trackId, one);
    const line = this.#lineOf.get(one.trackId);
    if (line !== undefined) line.state = { name: 'new', track: one };
    this.#isChanged = true;
  }

  /** The client is not to receive the track any more; nothing happens if it was not to. */
  remove(trackId: string): void {
    this.#wanted.delete(trackId);
    const line = this.#lineOf.get(trackId);
    this.#lineOf.delete(trackId);
    if (line === undefined) return;
    line.state = closed(line.state);
    this.#isChanged = true;
  }

  /** The next offer to send, if something changed and none is outstanding. */
  next(): PendingOffer | undefined {
    if (!this.#isChanged || this.#outstanding !== undefined) return undefined;
    this.#assign();
    this.#isChanged = false;
    this.#offers += 1;
    this.#outstanding = { id: this.#offers, states: new Map(this.#lines.map(({ mid, state }) => [mid, state])) };
    const lines = this.#lines.map(offeredLine);
    return { id: this.#offers, lines: this.#dataLine === undefined ? lines : [this.#dataLine, ...lines] };
  }

  /**
   * The client has answered the offer, and does not take these lines of it. What was removed meanwhile is neither ready
   * nor refused. Throws OUT_OF_ORDER for an id that is not the outstanding one.
   */
  answered(id: number, refusedMids: readonly string[]): AnsweredOffer {
    const outstanding = this.#outstanding;
    if (outstanding?.id !== id)
      throw new MeridianError('OUT_OF_ORDER', `the answer is to offer ${id}, awaited is ${outstanding?.id ?? 'none'}`);
    this.#outstanding = undefined;
    const refused = new Set(refusedMids);
    const [readyIds, refusedIds]: [string[], string[]] = [[], []];
    for (const line of this.#lines) {
      const offered = outstanding.states.get(line.mid);
      if (refused.has(line.mid)) refusedIds.push(...this.#reject(line, offered));
      if (line.state !== offered) continue; // refused, or changed meanwhile: the next offer tells
      if (offered.name === 'closing') line.state = { name: 'rejected' };
      if (offered.name !== 'new') continue;
      line.state = { ...offered, name: 'sent' };
      readyIds.push(offered.track.consumerId);
    }
    this.#isChanged ||= this.#lineOf.size < this.#wanted.size;
    return { ready: readyIds, refused: refusedIds };
  }

  /**
   * There is an offer to send though no line has changed: the node's side has, or the client may not have got the last
   * one. An answer to that is not awaited any more.
   */
  repeat(): void {
    this.#outstanding = undefined;
    this.#isChanged = this.#offers > 0 || this.#isChanged;
  }

  /** Tracks that the client is to receive. */
  tracks(): readonly string[] {
    return [...this.#wanted.keys()];
  }

  /** Gives a line to each track that has none; a track for which there is none waits for an answer that frees one. */
  #assign(): void {
    for (const track of this.#wanted.values()) {
      if (this.#lineOf.has(track.trackId)) continue;
      const line = this.#lineFor(track);
      if (line !== undefined) this.#lineOf.set(track.trackId, line);
    }
  }

  #lineFor(track: Offered): Line | undefined {
    const { kind } = track;
    const state: LineState = { name: 'new', track };
    const ofKind = this.#lines.filter((line) => line.kind === kind);
    const unused = ofKind.find((line) => line.state.name === 'rejected');
    if (unused !== undefined) {
      unused.mid = this.#newMid();
      unused.state = state;
      return unused;
    }
    if (ofKind.length >= limits.subscriptionsPerParticipantMax) return undefined;
    const line: Line = { mid: this.#newMid(), kind, state };
    this.#lines.push(line);
    return line;
  }

  /** The client rejects the line. Returns the track that it refuses with it, unless that has changed meanwhile. */
  #reject(line: Line, offered: LineState | undefined): string[] {
    const { state } = line;
    line.state = { name: 'rejected' };
    if (!('track' in state)) return [];
    const { trackId } = state.track;
    this.#lineOf.delete(trackId);
    if (state !== offered) return []; // another consumer has it: that one is offered under another mid
    this.#wanted.delete(trackId);
    return [trackId];
  }

  #newMid(): string {
    this.#mids += 1;
    return String(this.#mids - 1);
  }
}

const closed = (state: LineState): LineState => ('track' in state ? { name: 'closing' } : state);

const offeredLine = ({ mid, kind, state }: Line): SubscriberLine => ({
  mid,
  kind,
  sent: 'track' in state ? state.track.media : undefined,
});
