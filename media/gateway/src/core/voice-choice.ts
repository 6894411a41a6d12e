// Which voices of a room are received when there are more than can be mixed: a speaker is heard within the moment that
// it takes to be noticed. Media nodes report the speakers, but of microphones of browsers and apps alone.
import { voicesMax } from '@meridian/room-media/core';

/** In the order in which they were published. */
export interface Voice {
  readonly trackId: string;
  readonly sessionId: string;
  readonly isMuted: boolean;
  /** No media node says when it speaks: it came by a gateway. */
  readonly isUnmeasured: boolean;
}

/** A participant that spoke so lately may be about to go on. */
const RECENT_MS = 10_000;
const never = Number.NEGATIVE_INFINITY;

/** Chooses again and again, in one room. */
export class VoiceChoice {
  /** When each was last said to speak, by session. */
  readonly #spokeMs = new Map<string, number>();
  #chosen: ReadonlySet<string> = new Set();

  /**
   * Tracks, at most `voicesMax`, the most wanted first: those that speak or just spoke, then those that are not muted,
   * then those that may be soon; of these the last to speak, and those that were chosen before. `speakers`: sessions.
   */
  choose(voices: readonly Voice[], speakers: readonly string[], nowMs: number): readonly string[] {
    for (const speaker of speakers) this.#spokeMs.set(speaker, nowMs);
    const present = new Set(voices.map(({ sessionId }) => sessionId));
    for (const sessionId of this.#spokeMs.keys()) if (!present.has(sessionId)) this.#spokeMs.delete(sessionId);
    const ranked = voices.map((voice) => ({ ...voice, ...this.#rankOf(voice, nowMs) }));
    ranked.sort(
      (a, b) => a.tier - b.tier || compare(b.spokeMs, a.spokeMs) || Number(b.wasChosen) - Number(a.wasChosen),
    );
    const chosen = ranked.slice(0, voicesMax).map(({ trackId }) => trackId);
    this.#chosen = new Set(chosen);
    return chosen;
  }

  #rankOf({ trackId, sessionId, isMuted, isUnmeasured }: Voice, nowMs: number) {
    const spokeMs = this.#spokeMs.get(sessionId) ?? never;
    const spoken = nowMs - spokeMs <= RECENT_MS ? 0 : 2;
    return { tier: isMuted ? 3 : isUnmeasured ? 1 : spoken, spokeMs, wasChosen: this.#chosen.has(trackId) };
  }
}

/** Both may be `never`, whose difference is no number. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
