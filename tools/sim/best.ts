// The best there is for the people present, remembered: a room has few sets of people, and every strategy meets them.
// It bounds the mean of delay × time and nothing else: everybody may be anywhere, at every change.
import { Oracle } from './oracle.ts';
import type { World } from './world.ts';

export class Best {
  readonly #world: World;
  readonly #oracle: Oracle;
  readonly #known = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
    this.#oracle = new Oracle(world);
  }

  /** Least sum of one-way delays over the pairs of these people of a room; best known of more than six. */
  totalMs(room: number, present: readonly number[]): number {
    const order = [...present].sort((a, b) => a - b);
    const key = `${room} ${order.join(' ')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { kind = 'global', people = [] } = this.#world.rooms[room] ?? {};
    const { totalMs } = this.#oracle.solve({ kind, people: people.filter((_, index) => order.includes(index)) });
    this.#known.set(key, totalMs);
    return totalMs;
  }
}
