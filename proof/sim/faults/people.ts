// A person who wants to be in a room for some time. Until the end of this time, a person who loses a media node or a
// signaling node comes again.
import { newId } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { addressOf } from './people-places.ts';

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
  wantsSession = false;
  /** Time since which the person waits for a session; undefined for a person who has one or is absent. */
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
