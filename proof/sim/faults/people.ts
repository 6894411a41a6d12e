// A person who wants to be in a room for some time, and wants a seat until they leave: after the loss of a media node
// or signaling node they come again.
import { newId } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { addressOf } from './places.ts';

export class Person {
  readonly index: number;
  readonly roomKey: string;
  readonly city: string;
  readonly clientIp: string;
  readonly identity: string;
  readonly #rng: Rng;
  sessionId = '';
  nodeId = '';
  nodeIncarnation = '';
  signalingId = '';
  wants = false;
  /** Begin of the present wait; undefined: seated, or absent. */
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
