// Connection to a Redis with notices. The Redis may be down at any time, also at the start.
import { textHash } from '@meridian/protocol';
import { type Clock, type Logger, type RedisConnection, redisOf } from '@meridian/runtime';
import { scripts } from './scripts.ts';
import type { ChannelTarget, StreamsOptions } from './types.ts';

/** Time limit of a blocking read of a stream. */
export const BLOCK_MS = 2000;
const BLOCKING_LIMIT_MS = BLOCK_MS + 3000;

interface ScriptCommands {
  distSend(...of: string[]): Promise<number>;
  distRestate(...of: string[]): Promise<number>;
  distRates(...of: string[]): Promise<number>;
  distPoll(
    ...of: string[]
  ): Promise<
    [
      gone: string[],
      given: [delivery: string, notice: string, standing: string][],
      changes: [delivery: string, standing: string][],
      rates: string,
    ]
  >;
  distEnd(...of: string[]): Promise<string>;
  distTake(...of: string[]): Promise<number>;
  distHas(...of: string[]): Promise<number>;
  distLease(...of: string[]): Promise<number>;
  distRelease(...of: string[]): Promise<number>;
  distAnnounce(...of: string[]): Promise<number>;
  distAnnounced(...of: string[]): Promise<string[]>;
}
export type ChannelRedis = RedisConnection & ScriptCommands;

export interface ChannelDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

export class Channel {
  readonly name: string;
  readonly #redis: ChannelRedis;
  readonly #o: { readonly url: string; readonly keyPrefix: string; readonly log: Logger };
  readonly #blocking = new Set<RedisConnection>();

  constructor({ name, url }: ChannelTarget, { keyPrefix, log }: Pick<StreamsOptions, 'keyPrefix'> & ChannelDeps) {
    this.name = name;
    this.#o = { url, keyPrefix, log };
    this.#redis = redisOf(this.#o) as ChannelRedis;
    for (const [command, { lua, keys }] of Object.entries(scripts))
      this.#redis.defineCommand(command, { lua, numberOfKeys: keys });
    connect(this.#redis, log);
  }

  get isUp(): boolean {
    return this.#redis.status === 'ready';
  }

  /** Returns undefined when the channel is down. Rejects with an error reply, which is a bug of the caller. */
  async run<T>(ask: (redis: ChannelRedis) => Promise<T>): Promise<T | undefined> {
    if (!this.isUp) return undefined;
    try {
      return await ask(this.#redis);
    } catch (error) {
      this.#o.log.warn({ err: error, channel: this.name }, 'a channel of notices does not answer');
      return undefined;
    }
  }

  blocking(): RedisConnection {
    const redis = redisOf(Object.assign({ commandLimitMs: BLOCKING_LIMIT_MS }, this.#o));
    this.#blocking.add(redis);
    connect(redis, this.#o.log);
    return redis;
  }

  close(): void {
    for (const redis of [this.#redis, ...this.#blocking]) redis.disconnect();
  }
}

function connect(redis: RedisConnection, log: Logger): void {
  redis.connect().catch((error: unknown) => log.warn({ err: error }, 'a channel of notices is not connected yet'));
}

/** Orders channels for a key by rendezvous hashing (Thaler, Ravishankar, 1998) of their names. */
export const rankChannels = (channels: readonly Channel[], key: string): Channel[] =>
  channels
    .map((channel) => ({ channel, score: textHash(`${key}|${channel.name}`) }))
    .sort((a, b) => b.score - a.score || (a.channel.name < b.channel.name ? -1 : 1))
    .map(({ channel }) => channel);
