// When a move is worth its disturbance. A room's future is not known: a move at once may be for members that leave the
// next moment, and a wait for the room to be complete may never end. So the time that a gain has lasted stands for the
// time that it will last, as in the ski-rental problem (Karlin et al., "Competitive snoopy caching", 1988): gain × time
// is saved as credit, and a participant whose credit has reached the price of a move is moved. Moves that follow one
// another cost twice as much each, so a room that cannot be pleased comes to rest.
import type { Gain } from './gains.ts';

/** What a move costs, for each pair that it changes: 10 ms must have lasted 40 s. */
export const PRICE_MS_S = 400;
/** Between two moves of a room. */
export const ROOM_REST_MS = 60_000;
/** Of one person, over all their sessions in the room. */
export const MOVES_PER_HOUR_MAX = 4;
export const HOUR_MS = 3_600_000;

/** Stands for all members of a room that moves as a whole: one move, however many they are. */
export const WHOLE_ROOM = '';

/** The participants that a gain belongs to, and how many pairs it changes. */
export interface OwnedGain extends Gain {
  /** Under which it is saved: the same at every look. */
  readonly name: string;
  /** The movers, by names that stay the same when a person joins anew; `WHOLE_ROOM`: all members, in mode `single`. */
  readonly people: readonly string[];
  readonly pairs: number;
}

/** A move that was begun, by the wall clock: it is remembered over a restart. */
export interface MoveMade {
  readonly person: string;
  readonly atWallMs: number;
}

/** What has been saved up in one room, in ms × s by name. No clock: times are arguments. */
export class RoomCredit {
  #saved = new Map<string, number>();

  /**
   * `gains` have lasted for `elapsedMs`. A gain that is not among them has ended, and starts from nothing when it comes
   * again.
   */
  save(gains: readonly OwnedGain[], elapsedMs: number): void {
    const before = this.#saved;
    this.#saved = new Map(gains.map(({ name, sumMs }) => [name, (before.get(name) ?? 0) + (sumMs * elapsedMs) / 1000]));
  }

  /**
   * The move to make now: the one for which most is saved for each pair that it changes, once that pays for it.
   * Undefined: nothing is paid for, or the room rests.
   */
  due(gains: readonly OwnedGain[], made: readonly MoveMade[], wallMs: number): OwnedGain | undefined {
    const lastHour = made.filter(({ atWallMs }) => wallMs - atWallMs < HOUR_MS);
    if (lastHour.some(({ atWallMs }) => wallMs - atWallMs < ROOM_REST_MS)) return undefined;
    const movesOf = (name: string): number => lastHour.filter(({ person }) => person === name).length;
    let [best, bestMsS]: [OwnedGain | undefined, number] = [undefined, 0];
    for (const gain of gains) {
      const moves = Math.max(...gain.people.map(movesOf));
      const savedMsS = this.savedMsS(gain.name) / gain.pairs;
      if (moves >= MOVES_PER_HOUR_MAX || savedMsS < PRICE_MS_S * 2 ** moves || savedMsS <= bestMsS) continue;
      [best, bestMsS] = [gain, savedMsS];
    }
    return best;
  }

  /** A move has begun: what the other members would gain has changed. */
  restart(): void {
    this.#saved.clear();
  }

  savedMsS(name: string): number {
    return this.#saved.get(name) ?? 0;
  }
}
