// Decides when a move is worth its disturbance. A room's future is unknown: an immediate move may serve members that
// leave the next moment, and a wait for the room to be complete may never end. So the time that a gain has lasted
// stands for the time that it will last, as in the ski-rental problem (Karlin et al., "Competitive snoopy caching",
// 1988): gain × time is saved as credit, and a participant whose credit has reached the price of a move is moved.
// Successive moves cost twice as much each, so a room that cannot be pleased comes to rest.
import type { Gain } from './gains.ts';

/** Price of a move in ms × s for each pair that it changes: a gain of 10 ms pays it in 40 s. */
export const PRICE_MS_S = 400;
export const ROOM_REST_MS = 60_000;
/** Limit of a person's moves, over all their sessions in the room. */
export const MOVES_PER_HOUR_MAX = 4;
export const HOUR_MS = 3_600_000;

/** Stands for all members of a room that moves as a whole: a single move, however many they are. */
export const WHOLE_ROOM = '';

export interface OwnedGain extends Gain {
  /** Key of the saved credit: the same at every look. */
  readonly name: string;
  /** Names of the movers, which survive a rejoin; `WHOLE_ROOM`: all members, in mode `single`. */
  readonly people: readonly string[];
  readonly pairs: number;
}

/** A begun move, by the wall clock, because it is remembered over a restart. */
export interface BegunMove {
  readonly person: string;
  readonly atWallMs: number;
}

/** Credit saved in a room, in ms × s by name. No clock: times are arguments. */
export class RoomCredit {
  #savedByName = new Map<string, number>();

  /** Adds credit for `gains` over `elapsedMs`. A missing gain has ended and restarts from nothing when it returns. */
  save(gains: readonly OwnedGain[], elapsedMs: number): void {
    const savedBefore = this.#savedByName;
    this.#savedByName = new Map(
      gains.map(({ name, sumMs }) => [name, (savedBefore.get(name) ?? 0) + (sumMs * elapsedMs) / 1000]),
    );
  }

  /** Returns the move with most credit a pair, if its credit pays its price. Undefined: none, or the room rests. */
  affordableMove(gains: readonly OwnedGain[], made: readonly BegunMove[], wallMs: number): OwnedGain | undefined {
    const movesOfLastHour = made.filter(({ atWallMs }) => wallMs - atWallMs < HOUR_MS);
    if (movesOfLastHour.some(({ atWallMs }) => wallMs - atWallMs < ROOM_REST_MS)) return undefined;
    const movesOf = (name: string): number => movesOfLastHour.filter(({ person }) => person === name).length;
    let [best, bestMsS]: [OwnedGain | undefined, number] = [undefined, 0];
    for (const gain of gains) {
      const moves = Math.max(...gain.people.map(movesOf));
      const savedMsS = this.savedMsS(gain.name) / gain.pairs;
      if (moves >= MOVES_PER_HOUR_MAX || savedMsS < PRICE_MS_S * 2 ** moves || savedMsS <= bestMsS) continue;
      [best, bestMsS] = [gain, savedMsS];
    }
    return best;
  }

  /** Clears the credit after a move has begun, because the other members' gains have changed. */
  restart(): void {
    this.#savedByName.clear();
  }

  savedMsS(name: string): number {
    return this.#savedByName.get(name) ?? 0;
  }
}
