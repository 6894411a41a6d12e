// One person that wants to be in a room for some time. A person keeps wanting a seat until they leave: a lost media
// node or signaling node makes them come again.
import { newId } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { addressOf } from './places.ts';

export class Person {
  readonly index: number;
  readonly roomKey: string;
  /** Where they truly are. */
  readonly city: string;
  readonly clientIp: string;
  /** The same for every stay. */
  readonly identity: string;
  readonly #rng: Rng;
  /** Of the present stay; every new stay has another. */
  sessionId = '';
  nodeId = ''; // '' = not seated
  nodeIncarnation = '';
  signalingId = '';
  wants = false;
  /** When the present wait began; undefined: seated, or not here. */
  waitingSinceMs: number | undefined;
  stays = 0;

  constructor(o: { index: number; roomKey: string; city: string; rng: Rng }) {
    this.index = o.index;
    this.roomKey = o.roomKey;
    this.city = o.city;
    this.clientIp = addressOf(o.city, o.index);
    this.identity = `person ${o.index}`;
    this.#rng = o.rng;
  }

  get isSeated(): boolean {
    return this.nodeId !== '';
  }

  beginStay(nowMs: number): void {
    this.sessionId = newId('PA_', (count) => this.#rng.bytes(count));
    this.nodeId = '';
    this.waitingSinceMs ??= nowMs;
    this.stays += 1;
  }
}
