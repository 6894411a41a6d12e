// Chooses the received voices of a room with more than can be mixed, so that a speaker is heard almost at once. Media
// nodes report speakers, but only for microphones of browsers and apps.
import { voicesMax } from '@meridian/room-media/core';

/** Candidate voice; candidates are in the order of publication. */
export interface Voice {
  readonly trackId: string;
  readonly sessionId: string;
  readonly isMuted: boolean;
  /** True for a voice from a gateway, whose speech no media node reports. */
  readonly isUnmeasured: boolean;
}

/** A participant who spoke within this time may continue. */
const RECENT_MS = 10_000;
const never = Number.NEGATIVE_INFINITY;

export class VoiceChoice {
  /** Last report of speech, by session. */
  readonly #spokeMs = new Map<string, number>();
  #chosen: ReadonlySet<string> = new Set();

  /**
   * Returns at most `voicesMax` tracks: first voices that speak or just spoke, then unmuted, then muted ones; within
   * each the last speakers, then the present choice. `speakers` are sessions.
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

/** Compares numbers that may both be `never`, whose difference is NaN. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
