// Channel client of a library node: inboxes of receivers, receipts, and announcements of nodes.
import { MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { NOTICES_MAX, type Notice, type OwnedReceipt, type Presence, priorities } from '../contract.ts';
import { BLOCK_MS, Channel, type ChannelDeps, rankChannels } from './channel.ts';
import {
  describedKey,
  entriesKey,
  HUBS,
  holdersKey,
  leaseKey,
  noticeKey,
  noticeKeys,
  presenceKey,
  RECEIPTS,
  readInbox,
  wakeUpKey,
} from './keys.ts';
import { entriesOfOnlyStream, runLoop, whenReady } from './reading.ts';
import { readDescribed, readHolder, readHub, readNotice, readPresence } from './text.ts';
import type { Holder, Holding, Hub, InboxId, InboxPort, Recorded, StreamsOptions } from './types.ts';

const PRESENCE_S = 60;
const HUB_S = 30;
const HOLDER_S = 86_400;
const HOLDERS_MAX = 64;
const HOLDER_CHANNELS = 2;
const LEASE_MS = 15_000;
const LEASE_CHANNELS = 2;

export function openInboxPort(o: StreamsOptions & ChannelDeps & { readonly hubId: string }): InboxPort {
  const channels = o.channels.map((target) => new Channel(target, o));
  const wakeListeners = new Set<(inbox: InboxId | undefined) => void>();
  const wakeAll = (inbox: InboxId | undefined): void => {
    for (const wake of wakeListeners) wake(inbox);
  };
  const wakeUpReaders = channels.map((channel) => new WakeUpReader(channel, o, wakeAll));
  const sharedCalls = sharedCallsOf(channels, o.clock);
  return Object.assign(sharedCalls, {
    poll: (inbox: InboxId, { holding, handed = 0 }: Holding) => poll(channels, o, { inbox, holding, handed }),
    async record(receipts: readonly OwnedReceipt[]) {
      const stored = await Promise.all(receipts.map((receipt) => record(channels, receipt)));
      return stored.flatMap((one) => one ?? []);
    },
    onNotice(wake: (inbox: InboxId | undefined) => void) {
      wakeListeners.add(wake);
      return () => void wakeListeners.delete(wake);
    },
    async seen(inbox: InboxId, presence: Presence) {
      const text = JSON.stringify(Object.assign({ hub: o.hubId, seenMs: Math.floor(o.clock.wallMs()) }, presence));
      const key = presenceKey(inbox);
      await Promise.all(channels.map((one) => one.run((redis) => redis.set(key, text, 'EX', PRESENCE_S))));
    },
    async close() {
      await Promise.all(wakeUpReaders.map((bell) => bell.close()));
      for (const channel of channels) channel.close();
    },
  });
}

/** Returns each notice once: of two copies in different channels, the one with the later token. */
async function poll(
  channels: readonly Channel[],
  { log }: ChannelDeps,
  o: { readonly inbox: InboxId; readonly holding: readonly string[]; readonly handed: number },
): Promise<{ notices: Notice[]; gone: string[] }> {
  const { inbox, holding, handed } = o;
  const { tenant, receiver } = inbox;
  const keys = [entriesKey(inbox), ...noticeKeys(inbox)];
  const values = [String(NOTICES_MAX), String(handed), ...holding];
  const answers = await Promise.all(
    channels.map((channel) => channel.run((redis) => redis.distPoll(...keys, ...values))),
  );
  const newest = new Map<string, Notice>();
  for (const [at, answer] of answers.entries())
    for (const [place, entry, text] of answer?.[1] ?? []) {
      const notice = readNotice(text);
      if (notice === undefined || notice.receiver !== receiver || notice.tenant !== tenant) {
        log.warn({ receiver, entry, channel: channels[at]?.name }, 'a notice cannot be read: dropped');
        await channels[at]?.run((redis) => redis.distDrop(noticeKey(inbox, Number(place)), entry));
        continue;
      }
      const newestNotice = newest.get(notice.delivery);
      if (newestNotice === undefined || newestNotice.tokenEndsMs < notice.tokenEndsMs)
        newest.set(notice.delivery, notice);
    }
  const isWhole = answers.every((answer) => answer !== undefined);
  const goneAt = answers.map((answer) => new Set(answer?.[0] ?? []));
  const gone = isWhole ? holding.filter((delivery) => goneAt.every((one) => one.has(delivery))) : [];
  return { notices: withinBounds([...newest.values()], holding.length - handed), gone };
}

/** Merges the channels' notices, urgent first, within the bounds; the rest come with the next poll. */
function withinBounds(notices: readonly Notice[], heldCount: number): Notice[] {
  const room = Math.max(0, NOTICES_MAX * priorities.length - heldCount);
  return priorities
    .flatMap((one) => notices.filter(({ priority }) => priority === one).slice(0, NOTICES_MAX))
    .slice(0, Math.max(1, room));
}

/** Stores the receipt in one channel and removes the notice from all; undefined if no channel stores it. */
async function record(channels: readonly Channel[], receipt: OwnedReceipt): Promise<Recorded | undefined> {
  const { tenant, receiver, delivery } = receipt;
  const keys = [RECEIPTS, entriesKey(receipt), ...noticeKeys(receipt)];
  let text = JSON.stringify(receipt);
  let notice: Notice | undefined;
  for (const channel of rankChannels(channels, receiver)) {
    const removedNotice = await channel.run((redis) => redis.distEnd(...keys, delivery, text));
    if (removedNotice === undefined) continue;
    text = '';
    const read = readNotice(removedNotice);
    if (read?.tenant === tenant && read.receiver === receiver) notice = read;
  }
  return text === '' ? { delivery, notice } : undefined;
}

type SharedCalls = Omit<InboxPort, 'poll' | 'record' | 'onNotice' | 'seen' | 'close'>;

function sharedCallsOf(channels: readonly Channel[], clock: Clock): SharedCalls {
  const hubs = async (): Promise<Hub[]> => {
    // A channel that has just returned knows fewer nodes.
    const lists = await Promise.all(
      channels.map((one) => one.run((redis) => redis.distAnnounced(HUBS, String(HUB_S)))),
    );
    const all = lists.flatMap((texts) => texts ?? []).flatMap((text) => readHub(text) ?? []);
    return [...new Map(all.map((hub) => [hub.id, hub])).values()];
  };
  return {
    hubs,
    async described(content) {
      let isSilent = false;
      for (const channel of rankChannels(channels, content)) {
        const text = await channel.run((redis) => redis.get(describedKey(content)));
        const read = readDescribed(text);
        if (read !== undefined) return read;
        isSilent ||= text === undefined;
      }
      if (isSilent) throw new MeridianError('OVERLOADED', 'a channel that may know the content does not answer');
      return undefined;
    },
    async addHolder(content, holder) {
      const key = holdersKey({ tenant: holder.tenant, content });
      const upChannels = rankChannels(channels, content).filter(({ isUp }) => isUp);
      const text = JSON.stringify(holder);
      const nowMs = Math.floor(clock.wallMs());
      await Promise.all(
        upChannels.slice(0, HOLDER_CHANNELS).map((one) =>
          one.run((redis) =>
            redis
              .multi()
              .zadd(key, nowMs, text)
              .zremrangebyrank(key, 0, -HOLDERS_MAX - 1)
              .zremrangebyscore(key, 0, nowMs - HOLDER_S * 1000)
              .expire(key, HOLDER_S)
              .exec(),
          ),
        ),
      );
    },
    async holders(of) {
      const key = holdersKey(of);
      const lists = await Promise.all(channels.map((one) => one.run((redis) => redis.zrevrange(key, 0, -1))));
      const found = new Map(
        lists
          .flat()
          .reverse()
          .flatMap((text) => {
            const holder = readHolder(text);
            return holder === undefined ? [] : [[holder.id, holder] as const];
          }),
      );
      return presentHolders(channels, [...found.values()], await hubs());
    },
    async announce(hub) {
      const text = JSON.stringify(hub);
      await Promise.all(channels.map((one) => one.run((redis) => redis.distAnnounce(HUBS, hub.id, text))));
    },
    async lease(inbox, hub) {
      const key = leaseKey(inbox);
      const granting: Channel[] = [];
      for (const channel of rankChannels(channels, inbox.receiver)) {
        const answer = await channel.run((redis) => redis.distLease(key, hub, String(LEASE_MS)));
        if (answer === 0) {
          // A channel that had lost its data granted the lease, but a later channel still knows the holder.
          await Promise.all(granting.map((one) => one.run((redis) => redis.distRelease(key, hub))));
          return false;
        }
        if (answer === 1) granting.push(channel);
        if (granting.length === LEASE_CHANNELS) break;
      }
      return granting.length > 0;
    },
    async release(inbox, hub) {
      await Promise.all(channels.map((one) => one.run((redis) => redis.distRelease(leaseKey(inbox), hub))));
    },
  };
}

async function presentHolders(
  channels: readonly Channel[],
  holders: readonly Holder[],
  hubs: readonly Hub[],
): Promise<Holder[]> {
  const neighbours = holders.filter(({ kind }) => kind === 'neighbour').slice(0, HOLDERS_MAX);
  const keys = neighbours.map(({ id, tenant }) => presenceKey({ tenant, receiver: id }));
  const lists = keys.length === 0 ? [] : await Promise.all(channels.map((one) => one.run((redis) => redis.mget(keys))));
  const isSeen = (at: number): boolean => lists.some((texts) => readPresence(texts?.[at]) !== undefined);
  const presentIds = new Set(neighbours.filter((_, at) => isSeen(at)).map(({ id }) => id));
  for (const { id } of hubs) presentIds.add(id);
  return holders.filter(({ id }) => presentIds.has(id)).slice(0, HOLDERS_MAX);
}

class WakeUpReader {
  readonly #turns: { close(): Promise<void> };
  readonly #close: () => void;

  constructor(
    channel: Channel,
    o: ChannelDeps & Pick<StreamsOptions, 'region'>,
    ring: (inbox: InboxId | undefined) => void,
  ) {
    const redis = channel.blocking();
    const key = wakeUpKey(o.region);
    let after: string | undefined;
    this.#turns = runLoop(o, async () => {
      await whenReady(redis, o.clock);
      if (after === undefined) {
        const [last] = await redis.xrevrange(key, '+', '-', 'COUNT', 1);
        after = last?.[0] ?? '0-0';
        ring(undefined);
      }
      const before = after;
      try {
        const entries = entriesOfOnlyStream(await redis.xread('BLOCK', BLOCK_MS, 'STREAMS', key, after));
        for (const text of new Set(entries.map(([, inbox]) => inbox))) ring(readInbox(text));
        after = entries.at(-1)?.[0] ?? before;
      } catch (error) {
        after = undefined; // Redis may have lost the stream
        throw error;
      }
    });
    this.#close = () => redis.disconnect();
  }

  async close(): Promise<void> {
    const ended = this.#turns.close();
    this.#close();
    await ended;
  }
}
