// Renditions that a room needs, at its owner: the first need of any signaling node makes the track's publisher add one;
// when the last has been gone for a while, the publisher may stop.
//
// What the owner knows is what the signaling nodes tell it, all of it each time, and tell again to the next owner. A
// rendition that its publisher makes and nobody needs (its owner is new, or the word to stop was lost) is treated
// as one whose last need has just gone.
import type { ErrorCode, Participant } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { needKey, type RenditionNeed, type Replica, renditionsMade, wanted } from '../core/index.ts';
import { bounds } from '../limits.ts';

export interface WantedRenditionsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly roster: Pick<Replica, 'participants' | 'track'>;
  /** Tells the publisher of a track. */
  tell(publisher: Participant, need: RenditionNeed, isWanted: boolean): void;
}

interface Asked {
  readonly need: RenditionNeed;
  /** Why its publisher does not make it: it is not asked again in this session of its. */
  refused: ErrorCode | undefined;
  /** Nobody needs it: runs until the publisher is told. */
  linger: Timer | undefined;
}

export class WantedRenditions {
  readonly #o: WantedRenditionsOptions;
  readonly #needs = new Map<string, readonly RenditionNeed[]>(); // by signaling node
  readonly #asked = new Map<string, Asked>();
  #closed = false;

  constructor(o: WantedRenditionsOptions) {
    this.#o = o;
    this.review();
  }

  /** All that the sessions of a signaling node need now; more than `renditionNeedsMax` are left out. */
  said(signalingId: string, needs: readonly RenditionNeed[]): void {
    this.#needs.set(signalingId, needs.slice(0, bounds.renditionNeedsMax));
    this.review();
  }

  /** Nothing is heard from this signaling node any more. */
  gone(signalingId: string): void {
    if (this.#needs.delete(signalingId)) this.review();
  }

  /** The publisher of a track cannot make the rendition. Of somebody else, or of what was not asked: nothing. */
  refused(sessionId: string, need: RenditionNeed, code: ErrorCode): void {
    const asked = this.#asked.get(needKey(need));
    if (asked === undefined || this.#o.roster.track(need.trackId)?.publisher.sessionId !== sessionId) return;
    asked.refused = code;
    this.#o.log.info({ sessionId, ...need, code }, 'a rendition that somebody needs cannot be made by the publisher');
  }

  /** A session has come back through another connection or signaling node: what it was told may have been lost. */
  tellAgain(sessionId: string): void {
    for (const asked of this.#asked.values())
      if (this.#o.roster.track(asked.need.trackId)?.publisher.sessionId === sessionId) this.#tell(asked, true);
    this.review();
  }

  /** The roster has changed. */
  review(): void {
    if (this.#closed) return;
    const { roster } = this.#o;
    const participants = roster.participants();
    const heard = new Set(participants.map(({ signalingId }) => signalingId));
    for (const signalingId of this.#needs.keys()) if (!heard.has(signalingId)) this.#needs.delete(signalingId);
    const { own, byOthers } = renditionsMade(participants);
    const needed = wanted([...this.#needs.values()].flat(), (trackId) => roster.track(trackId)?.track);
    for (const [key, need] of needed) if (!byOthers.has(key)) this.#want(key, need);
    const known = new Map([...own, ...[...this.#asked].map(([key, { need }]) => [key, need] as const)]);
    for (const [key, need] of known) if (!needed.has(key) || byOthers.has(key)) this.#letGo(key, need);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    for (const { linger } of this.#asked.values()) linger?.cancel();
    this.#asked.clear();
  }

  #want(key: string, need: RenditionNeed): void {
    const known = this.#asked.get(key);
    known?.linger?.cancel();
    if (known !== undefined) {
      known.linger = undefined;
      return;
    }
    const asked: Asked = { need, refused: undefined, linger: undefined };
    this.#asked.set(key, asked);
    this.#tell(asked, true);
  }

  #letGo(key: string, need: RenditionNeed): void {
    const asked: Asked = this.#asked.get(key) ?? { need, refused: undefined, linger: undefined };
    if (this.#o.roster.track(need.trackId) === undefined) {
      asked.linger?.cancel();
      this.#asked.delete(key);
      return;
    }
    this.#asked.set(key, asked);
    asked.linger ??= this.#o.clock.after(bounds.renditionLingerMs, () => {
      this.#asked.delete(key);
      this.#tell(asked, false);
    });
  }

  #tell({ need, refused }: Asked, isWanted: boolean): void {
    const publisher = this.#o.roster.track(need.trackId)?.publisher;
    if (publisher !== undefined && refused === undefined) this.#o.tell(publisher, need, isWanted);
  }
}
