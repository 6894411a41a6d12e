// Channel client of the api: sends notices, takes receipts.
import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '@meridian/runtime';
import { type Change, type Notice, type OwnedReceipt, RECEIPTS_MAX, type SeenPresence } from '../contract.ts';
import { standingIn } from '../standing.ts';
import { BLOCK_MS, Channel, type ChannelDeps, type ChannelRedis, rankChannels } from './channel.ts';
import {
  describedKey,
  inboxText,
  noticesKey,
  presenceKey,
  queueKeys,
  RECEIPTS,
  ratesKey,
  scoreOf,
  wakeUpKey,
} from './keys.ts';
import { type Entry, entriesOf, entriesOfOnlyStream, pause, runLoop, whenReady } from './reading.ts';
import { readPresence, readReceipt } from './text.ts';
import type { NoticePlace, NoticePort, Restated, StreamsOptions } from './types.ts';

const DESCRIBED_S = 8 * 86_400;
/** Receipts that a consumer has left unfinished for this long go to another. */
const IDLE_MS = 60_000;
const DESCRIPTION_CHANNELS = 2;
const TAKE_RETRY_MS = { least: 500, most: 15_000 } as const;

interface Place {
  readonly channel: Channel;
  readonly delivery: string;
  readonly id: string;
}

/** Connects in the background: a channel is skipped while it is down. */
export function openNoticePort(o: StreamsOptions & ChannelDeps): NoticePort {
  const channels = o.channels.map((target) => new Channel(target, o));
  const takers = new Set<{ close(): Promise<void> }>();
  return {
    send: (notices) =>
      Promise.all(
        notices.map(({ notice, region }) => sendOne(rankChannels(channels, notice.receiver), notice, region)),
      ),
    arePresent: (notices) =>
      Promise.all(
        notices.map(async (notice) => {
          const place = readPlace(channels, notice.place);
          if (place === undefined) return false;
          const answer = await place.channel.run((redis) =>
            redis.distHas(noticesKey(notice), place.delivery, place.id),
          );
          return answer === undefined ? undefined : answer === 1;
        }),
      ),
    restate: (changes) => Promise.all(changes.map((one) => restateOne(channels, one))),
    async setRates({ region, version, rates, ...inbox }) {
      const keys = [ratesKey(inbox), wakeUpKey(region)];
      const values = [String(version), JSON.stringify(rates), inboxText(inbox)];
      const answers = await Promise.all(channels.map((one) => one.run((redis) => redis.distRates(...keys, ...values))));
      return answers.some((answer) => answer !== undefined);
    },
    async withdraw(notices) {
      await Promise.all(
        notices.map(async (notice) => {
          const place = readPlace(channels, notice.place);
          if (place === undefined) return;
          await place.channel.run((redis) => redis.distTake(...queueKeys(notice), place.delivery, place.id));
        }),
      );
    },
    async describe(content) {
      const text = JSON.stringify(content);
      const upChannels = rankChannels(channels, content.content).filter(({ isUp }) => isUp);
      const key = describedKey(content.content);
      const stored = await Promise.all(
        upChannels
          .slice(0, DESCRIPTION_CHANNELS)
          .map((one) => one.run((redis) => redis.set(key, text, 'EX', DESCRIBED_S))),
      );
      return stored.some((answer) => answer !== undefined);
    },
    async presences(receivers) {
      if (receivers.length === 0) return [];
      const keys = receivers.map(presenceKey);
      // A channel that has just returned knows fewer receivers.
      const lists = await Promise.all(channels.map((one) => one.run((redis) => redis.mget(keys))));
      return receivers.map((_, at) =>
        lists
          .flatMap((texts) => readPresence(texts?.[at]) ?? [])
          .reduce<SeenPresence | undefined>((a, b) => (a === undefined || b.seenMs > a.seenMs ? b : a), undefined),
      );
    },
    takeReceipts(consumer, take) {
      const taker = startReaders(channels, o, consumer, take);
      takers.add(taker);
      return taker;
    },
    states: () =>
      Promise.all(
        channels.map(async (channel) => {
          const waiting = await channel.run((redis) => redis.xlen(RECEIPTS));
          return { name: channel.name, isUp: waiting !== undefined, waiting: waiting ?? 0 };
        }),
      ),
    async close() {
      await Promise.all([...takers].map((taker) => taker.close()));
      for (const channel of channels) channel.close();
    },
  };
}

async function sendOne(channels: readonly Channel[], notice: Notice, region: string): Promise<NoticePlace | undefined> {
  const { delivery, revision = 0 } = notice;
  const standing: Change = Object.assign({ delivery }, standingIn(notice));
  const id = randomUUID();
  const keys = [...queueKeys(notice), wakeUpKey(region)];
  const score = String(scoreOf(notice));
  const values = [delivery, id, JSON.stringify(notice), String(revision), JSON.stringify(standing), score];
  for (const channel of channels) {
    const answer = await channel.run((redis) => redis.distSend(...keys, ...values, inboxText(notice)));
    if (answer !== undefined) return `${channel.name}/${delivery}/${id}`;
  }
  return undefined;
}

async function restateOne(channels: readonly Channel[], o: Restated): Promise<boolean | undefined> {
  const place = readPlace(channels, o.place);
  if (place === undefined) return false;
  const { delivery, revision = 0 } = o.change;
  const keys = [...queueKeys(o), wakeUpKey(o.region)];
  const values = [delivery, String(revision), JSON.stringify(o.change), String(scoreOf(o.change))];
  const answer = await place.channel.run((redis) => redis.distRestate(...keys, ...values, inboxText(o)));
  return answer === undefined ? undefined : answer === 1;
}

function readPlace(channels: readonly Channel[], text: NoticePlace): Place | undefined {
  const [, name, delivery, id] = /^([a-z0-9-]{1,32})\/([A-Za-z0-9_-]{4,64})\/([0-9a-f-]{36})$/.exec(text) ?? [];
  const channel = channels.find((one) => one.name === name);
  return channel === undefined || delivery === undefined || id === undefined ? undefined : { channel, delivery, id };
}

/** Starts a reader for each channel, and one that claims what other consumers have left unfinished. */
function startReaders(
  channels: readonly Channel[],
  needs: ChannelDeps,
  consumer: string,
  take: (receipts: readonly OwnedReceipt[]) => Promise<void>,
): { close(): Promise<void> } {
  const end = new AbortController();
  const readers = channels.map((channel) => {
    const taking = new ReceiptReader({
      channel,
      needs,
      consumer: `${consumer} ${randomUUID()}`,
      take,
      end: end.signal,
    });
    return { taking, turns: runLoop(needs, () => taking.turn()) };
  });
  return {
    async close() {
      end.abort();
      await Promise.all(readers.map(({ taking, turns }) => taking.close(turns.close())));
    },
  };
}

interface ReceiptReaderOptions {
  readonly channel: Channel;
  readonly needs: ChannelDeps;
  readonly consumer: string;
  take(receipts: readonly OwnedReceipt[]): Promise<void>;
  readonly end: AbortSignal;
}

class ReceiptReader {
  readonly #o: ReceiptReaderOptions;
  readonly #redis: RedisConnection;
  #claimedMs = Number.NEGATIVE_INFINITY;

  constructor(o: ReceiptReaderOptions) {
    this.#o = o;
    this.#redis = o.channel.blocking();
  }

  async turn(): Promise<void> {
    const { consumer, needs, end } = this.#o;
    await whenReady(this.#redis, needs.clock);
    await makeGroup(this.#redis);
    const nowMs = needs.clock.nowMs();
    if (nowMs - this.#claimedMs >= IDLE_MS / 2) {
      this.#claimedMs = nowMs;
      const claimed = await this.#redis.xautoclaim(RECEIPTS, 'api', consumer, IDLE_MS, '0', 'COUNT', RECEIPTS_MAX);
      await this.#handOn(entriesOf(claimed[1]));
    }
    if (end.aborted) return;
    const read = ['GROUP', 'api', consumer, 'COUNT', RECEIPTS_MAX, 'BLOCK', BLOCK_MS] as const;
    await this.#handOn(entriesOfOnlyStream(await this.#redis.xreadgroup(...read, 'STREAMS', RECEIPTS, '>')));
  }

  /** Removes the consumer, unless it has unfinished receipts, which others claim. */
  async close(ended: Promise<void>): Promise<void> {
    this.#redis.disconnect();
    await ended;
    const { channel, consumer } = this.#o;
    await channel.run(async (redis) => {
      const unfinished = await redis.xpending(RECEIPTS, 'api', '-', '+', 1, consumer);
      if (unfinished.length === 0) await redis.xgroup('DELCONSUMER', RECEIPTS, 'api', consumer);
    });
  }

  async #handOn(entries: readonly Entry[]): Promise<void> {
    const { needs, take, channel, end } = this.#o;
    if (entries.length === 0) return;
    const receipts = entries.flatMap(([entry, text]) => {
      const receipt = readReceipt(text);
      if (receipt === undefined) needs.log.warn({ entry, channel: channel.name }, 'a receipt cannot be read: dropped');
      return receipt ?? [];
    });
    for (
      let waitMs: number = TAKE_RETRY_MS.least;
      receipts.length > 0;
      waitMs = Math.min(TAKE_RETRY_MS.most, 2 * waitMs)
    )
      try {
        await take(receipts);
        break;
      } catch (error) {
        needs.log.warn({ err: error, receipts: receipts.length }, 'receipts could not be handed on yet');
        await pause(needs.clock, waitMs, end);
        if (end.aborted) return;
      }
    const ids = entries.map(([entry]) => entry);
    await channel.run((redis: ChannelRedis) =>
      redis
        .multi()
        .xack(RECEIPTS, 'api', ...ids)
        .xdel(RECEIPTS, ...ids)
        .exec(),
    );
  }
}

async function makeGroup(redis: RedisConnection): Promise<void> {
  try {
    await redis.xgroup('CREATE', RECEIPTS, 'api', '0', 'MKSTREAM');
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('BUSYGROUP')) throw error;
  }
}
