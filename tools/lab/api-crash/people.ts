// People who come into rooms and leave them, while nodes die.
import { setTimeout as delay } from 'node:timers/promises';
import type { SessionClient } from '@meridian/client';
import type { Rng } from '@meridian/runtime';
import { AccessToken } from 'livekit-server-sdk';
import type { TestCloud } from '../../../test/support/cloud.ts';
import { headless } from '../../../test/support/headless.ts';

const ROOMS = 4;
const STAY_MS_MAX = 12_000;
const JOIN_TRIES = 20;
const PAUSE_MS = 500;

export interface Stay {
  readonly identity: string;
  readonly room: string;
  readonly joinedMs: number;
  /** Undefined: until the end. */
  leftMs?: number;
}

export class People {
  readonly #cloud: TestCloud;
  readonly #rng: Rng;
  readonly #here = new Set<SessionClient>();
  readonly stays: Stay[] = [];

  constructor(cloud: TestCloud, rng: Rng) {
    this.#cloud = cloud;
    this.#rng = rng;
  }

  /** A person joins, stays for a while, or until `leave` with `forGood`, and leaves. Resolves when it is in. */
  async visit(index: number, forGood = false): Promise<void> {
    const room = `crash-${this.#rng.int(ROOMS)}`;
    const identity = `person-${index}`;
    const entry = this.#rng.int(2) === 0 ? 'frankfurt' : 'singapore';
    const stayMs = this.#rng.int(STAY_MS_MAX);
    const client = await this.#joined(room, identity, entry);
    const stay: Stay = { identity, room, joinedMs: performance.now() };
    this.stays.push(stay);
    this.#here.add(client);
    if (forGood) return;
    setTimeout(() => {
      if (!this.#here.delete(client)) return;
      stay.leftMs = performance.now();
      client.leave();
    }, stayMs).unref();
  }

  /** Everybody leaves. */
  leave(): void {
    for (const client of this.#here) client.leave();
    this.#here.clear();
  }

  async #joined(room: string, identity: string, entry: 'frankfurt' | 'singapore'): Promise<SessionClient> {
    let last: unknown;
    for (let tries = 0; tries < JOIN_TRIES; tries += 1) {
      const client = headless(this.#cloud.entryUrl(entry), { token: await this.#token(room, identity) });
      try {
        await client.connect();
        return client;
      } catch (error) {
        last = error;
        client.leave();
        await delay(PAUSE_MS);
      }
    }
    throw new Error(`${identity} could not join ${room}`, { cause: last });
  }

  #token(room: string, identity: string): Promise<string> {
    const { key, secret } = this.#cloud.secrets().devKey;
    const token = new AccessToken(key, secret, { identity, ttl: '10m' });
    token.addGrant({ room, roomJoin: true });
    return token.toJwt();
  }
}
