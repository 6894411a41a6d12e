// Channel client of a library node: inboxes of receivers, receipts, and announcements of nodes.
import { MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import {
  type Change,
  NOTICES_MAX,
  type Notice,
  type OwnedReceipt,
  type PollAnswer,
  type Presence,
  priorities,
} from '../contract.ts';
import { compareStandings, withStanding } from '../standing.ts';
import { BLOCK_MS, Channel, type ChannelDeps, type ChannelRedis, rankChannels } from './channel.ts';
import {
  describedKey,
  HUBS,
  holdersKey,
  leaseKey,
  oldKeys,
  presenceKey,
  queueKeys,
  RECEIPTS,
  ratesKey,
  readInbox,
  wakeUpKey,
} from './keys.ts';
import { entriesOfOnlyStream, runLoop, whenReady } from './reading.ts';
import { parted, readChange, readDescribed, readHolder, readHub, readNotice, readPresence, readRates } from './text.ts';
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
    poll: (inbox: InboxId, holding: Holding) => poll(channels, o, inbox, holding),
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

type Answer = NonNullable<Awaited<ReturnType<ChannelRedis['distPoll']>>>;
type Found = Pick<PollAnswer, 'notices' | 'gone' | 'changes' | 'rates'>;

/** Merges copies in different channels: the notice with the latest token counts, and the newest standing. */
async function poll(
  channels: readonly Channel[],
  { log }: ChannelDeps,
  inbox: InboxId,
  { holding, revisions, handed = 0, ratesVersion }: Holding,
): Promise<Found> {
  const keys = [...queueKeys(inbox), ratesKey(inbox), ...oldKeys(inbox)];
  const held = holding.flatMap((delivery, at) => [delivery, String(revisions?.[at] ?? -1)]);
  const values = [NOTICES_MAX, priorities.length, handed, ratesVersion ?? 0].map(String);
  const answers = await Promise.all(
    channels.map((channel) => channel.run((redis) => redis.distPoll(...keys, ...values, ...held))),
  );
  const unreadable = async (at: number, delivery: string): Promise<void> => {
    log.warn({ receiver: inbox.receiver, delivery, channel: channels[at]?.name }, 'a notice cannot be read: dropped');
    await channels[at]?.run((redis) => redis.distTake(...queueKeys(inbox), delivery, ''));
  };
  const newest = new Map<string, Notice>();
  for (const [at, [, given = []] = []] of answers.entries())
    for (const [delivery, text, standing] of given) {
      const notice = noticeFrom(inbox, text ?? '', standing ?? '');
      if (notice === undefined || notice.delivery !== delivery) await unreadable(at, delivery);
      else newest.set(delivery, newestOf(newest.get(delivery), notice));
    }
  await takeNewestStandings(channels, inbox, newest);
  const isWhole = answers.every((answer) => answer !== undefined);
  const goneAt = answers.map((answer) => new Set(answer?.[0] ?? []));
  const gone = isWhole ? holding.filter((delivery) => goneAt.every((one) => one.has(delivery))) : [];
  const changes = newestChanges(answers);
  const rates = newestRates(answers);
  return Object.assign(
    { notices: bestOf([...newest.values()]), gone },
    changes.length > 0 && { changes },
    ratesVersion !== undefined && rates !== undefined && rates.version !== ratesVersion && { rates },
  );
}

/** A channel that was away may give out a notice with an old standing, or one that is paused in another channel. */
async function takeNewestStandings(
  channels: readonly Channel[],
  inbox: InboxId,
  notices: Map<string, Notice>,
): Promise<void> {
  const deliveries = [...notices.keys()];
  if (deliveries.length === 0 || channels.length === 1) return;
  const [, , standings] = queueKeys(inbox);
  const lists = await Promise.all(channels.map((one) => one.run((redis) => redis.hmget(standings, ...deliveries))));
  for (const text of lists.flatMap((list) => list ?? [])) {
    const change = readChange(parted(text ?? '').rest);
    const notice = change && notices.get(change.delivery);
    if (change === undefined || notice === undefined || (change.revision ?? 0) <= (notice.revision ?? 0)) continue;
    notices.set(change.delivery, withStanding(notice, change));
  }
  for (const { delivery, paused } of notices.values()) if (paused === true) notices.delete(delivery);
}

function noticeFrom({ tenant, receiver }: InboxId, text: string, standing: string): Notice | undefined {
  const notice = readNotice(parted(text).rest);
  const change = readChange(parted(standing).rest);
  if (notice?.receiver !== receiver || notice.tenant !== tenant || change?.delivery !== notice.delivery)
    return undefined;
  return withStanding(notice, change);
}

function newestOf(a: Notice | undefined, b: Notice): Notice {
  if (a === undefined) return b;
  const notice = a.tokenEndsMs < b.tokenEndsMs ? b : a;
  return withStanding(notice, (a.revision ?? 0) < (b.revision ?? 0) ? b : a);
}

/** Returns the `NOTICES_MAX` best notices of each priority, best first. */
const bestOf = (notices: readonly Notice[]): Notice[] =>
  priorities.flatMap((one) =>
    notices
      .filter(({ priority }) => priority === one)
      .toSorted(compareStandings)
      .slice(0, NOTICES_MAX),
  );

function newestChanges(answers: readonly (Answer | undefined)[]): Change[] {
  const newest = new Map<string, Change>();
  for (const [, text] of answers.flatMap((answer) => answer?.[2] ?? [])) {
    const change = readChange(parted(text).rest);
    const known = change && newest.get(change.delivery);
    if (change !== undefined && (known?.revision ?? -1) < (change.revision ?? 0)) newest.set(change.delivery, change);
  }
  return [...newest.values()];
}

function newestRates(answers: readonly (Answer | undefined)[]): PollAnswer['rates'] {
  const all = answers.flatMap((answer) => {
    const { head, rest } = parted(answer?.[3] ?? '');
    const rates = readRates(rest);
    return rates === undefined ? [] : [{ version: Number(head), rates }];
  });
  return all.toSorted((a, b) => b.version - a.version)[0];
}

/** Stores the receipt in one channel and removes the notice from all; undefined if no channel stores it. */
async function record(channels: readonly Channel[], receipt: OwnedReceipt): Promise<Recorded | undefined> {
  const { tenant, receiver, delivery } = receipt;
  const keys = [...queueKeys(receipt), RECEIPTS];
  let text = JSON.stringify(receipt);
  let notice: Notice | undefined;
  for (const channel of rankChannels(channels, receiver)) {
    const removedNotice = await channel.run((redis) => redis.distEnd(...keys, delivery, text));
    if (removedNotice === undefined) continue;
    text = '';
    const read = readNotice(parted(removedNotice).rest);
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
