// What one room felt, over time: delay × time of every pair present. The delay is constant between two changes, so the
// room is summed up change by change.
import { type Streams, StreamsKeeper } from './traffic.ts';

/** An undone move goes back to the city before it within this. */
const UNDONE_MS = 300_000;
const BIN_MS = 0.1;

export interface Weighted {
  readonly ms: number;
  readonly weight: number;
}

/** All of it is over times with two people or more, but for `presentMs`. */
export interface RoomTally {
  /** Delay × time over all pairs, in ms². */
  readonly delayMs2: number;
  /** One-way delays of pairs, weighted by time, in steps of a tenth of a ms. */
  readonly delays: readonly Weighted[];
  readonly personMs: number;
  /** Of all people, those that are alone too. */
  readonly presentMs: number;
  /** Of the room, and of its hosts. */
  readonly roomMs: number;
  readonly hostMs: number;
  /** By time, in ms. */
  readonly streams: Streams;
  /** Joins, and leaves before the end. */
  readonly changes: number;
  /** Moves begun, whatever became of them. */
  readonly moves: number;
  /** Of these: back to where the person was before. */
  readonly undone: number;
}

export class TallyKeeper {
  readonly #bins = new Map<number, number>();
  readonly #lastMove = new Map<number, { readonly fromCity: number; readonly atMs: number }>();
  #sinceMs = 0;
  #onewayMs: readonly number[] = [];
  #pairsMs = 0;
  #delayMs2 = 0;
  readonly #streams = new StreamsKeeper();
  #hosts: readonly number[] = [];
  #personMs = 0;
  #presentMs = 0;
  #roomMs = 0;
  #hostMs = 0;
  #changes = 0;
  #moves = 0;
  #undone = 0;

  /** From now on these are the hosts of people and the delays of the pairs present. */
  now(nowMs: number, o: { hosts: readonly number[]; onewayMs: readonly number[] }): void {
    this.#close(nowMs);
    this.#hosts = o.hosts;
    this.#onewayMs = o.onewayMs;
    this.#pairsMs = o.onewayMs.reduce((sum, ms) => sum + ms, 0);
  }

  /** A person came or went; called before `now`. */
  changed(nowMs: number): void {
    this.#close(nowMs);
    this.#changes += 1;
  }

  moved(person: number, fromCity: number, toCity: number, nowMs: number): void {
    const last = this.#lastMove.get(person);
    this.#moves += 1;
    if (last?.fromCity === toCity && nowMs - last.atMs < UNDONE_MS) this.#undone += 1;
    this.#lastMove.set(person, { fromCity, atMs: nowMs });
  }

  /** Everybody goes. */
  end(nowMs: number): RoomTally {
    this.#close(nowMs);
    return {
      delayMs2: this.#delayMs2,
      delays: [...this.#bins].map(([bin, weight]) => ({ ms: bin * BIN_MS, weight })),
      personMs: this.#personMs,
      presentMs: this.#presentMs,
      roomMs: this.#roomMs,
      hostMs: this.#hostMs,
      streams: this.#streams,
      changes: this.#changes,
      moves: this.#moves,
      undone: this.#undone,
    };
  }

  #close(nowMs: number): void {
    const fromMs = this.#sinceMs;
    this.#sinceMs = nowMs;
    if (nowMs <= fromMs) return;
    const people = this.#hosts.length;
    this.#presentMs += (nowMs - fromMs) * people;
    if (people < 2) return;
    this.#delayMs2 += (nowMs - fromMs) * this.#pairsMs;
    this.#personMs += (nowMs - fromMs) * people;
    this.#roomMs += nowMs - fromMs;
    this.#hostMs += (nowMs - fromMs) * new Set(this.#hosts).size;
    this.#streams.addRoom(this.#hosts, nowMs - fromMs);
    for (const ms of this.#onewayMs) {
      const bin = Math.round(ms / BIN_MS);
      this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + nowMs - fromMs);
    }
  }
}
