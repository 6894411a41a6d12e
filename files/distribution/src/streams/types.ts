// Notices and receipts through Redis, whose data can be rebuilt from the api's rows and the receivers.
import type {
  Change,
  Described,
  Notice,
  OwnedReceipt,
  PollAnswer,
  Presence,
  Rates,
  SeenPresence,
} from '../contract.ts';

/** A Redis with notices: a server, a primary behind sentinels, or a cluster. */
export interface ChannelTarget {
  /** Must not change, as places of notices contain it. */
  readonly name: string;
  readonly url: string;
}

/** Inbox of a receiver below the tenant whose key signed, so tenants never share an inbox. */
export interface InboxId {
  readonly tenant: string;
  readonly receiver: string;
}

/** Where a notice is stored: `CHANNEL/…`. A notice that is sent again has another place. */
export type NoticePlace = string;

/** New standing of a delivery whose notice is at `place`. */
export interface Restated extends InboxId {
  readonly place: NoticePlace;
  readonly region: string;
  readonly change: Change;
}

/** Channel client of the api. Calls are bounded in time; a silent channel is skipped. */
export interface NoticePort {
  /**
   * Stores notices in this order, each in its receiver's channel by rendezvous hashing or the next that answers, and
   * wakes the receivers. Returns undefined for a notice that no channel took.
   */
  send(notices: readonly { readonly notice: Notice; readonly region: string }[]): Promise<(NoticePlace | undefined)[]>;
  /** Returns whether notices are still stored; undefined when a channel does not answer. */
  arePresent(notices: readonly (InboxId & { readonly place: NoticePlace })[]): Promise<(boolean | undefined)[]>;
  /**
   * Stores new standings, and wakes the receivers. An older revision than the stored one changes nothing. Returns false
   * for a notice that is not stored, undefined when its channel does not answer.
   */
  restate(changes: readonly Restated[]): Promise<(boolean | undefined)[]>;
  /** Stores a receiver's rates in all channels, and wakes it. Returns false when no channel took them. */
  setRates(o: InboxId & { readonly region: string; readonly version: number; readonly rates: Rates }): Promise<boolean>;
  /** Removes notices; missing ones are no error. */
  withdraw(notices: readonly (InboxId & { readonly place: NoticePlace })[]): Promise<void>;
  /** Stores a description for eight days. Returns false when no channel took it. */
  describe(content: Described): Promise<boolean>;
  /** Returns presences of the last minute, in this order. */
  presences(receivers: readonly InboxId[]): Promise<(SeenPresence | undefined)[]>;
  /**
   * Hands receipts to `take`, at most 200 at once and at least once each, until it resolves; also those that a consumer
   * has left for a minute. Closing is idempotent and awaits the current batch.
   */
  takeReceipts(
    consumer: string,
    take: (receipts: readonly OwnedReceipt[]) => Promise<void>,
  ): { close(): Promise<void> };
  /** `waiting` counts receipts that no api has taken. */
  states(): Promise<readonly { readonly name: string; readonly isUp: boolean; readonly waiting: number }[]>;
  close(): Promise<void>;
}

/** Channel client of a library node. */
export interface InboxPort {
  /**
   * Returns notices that are not in `holding`, with their standings: of each priority those among its `NOTICES_MAX`
   * best, best first. Paused deliveries are not among them; the first `handed` of `holding` do not count. A lost answer
   * is repeated. `gone` has entries of `holding` that are withdrawn or have a receipt, if all channels answer;
   * `changes` those with a newer revision than in `revisions`, if given.
   */
  poll(inbox: InboxId, holding: Holding): Promise<Pick<PollAnswer, 'notices' | 'gone' | 'changes' | 'rates'>>;
  /** Stores each receipt and removes its notice, atomically. Returns the stored ones. */
  record(receipts: readonly OwnedReceipt[]): Promise<Recorded[]>;
  /** Called for each receiver with a new notice, or undefined when notices may have been missed. */
  onNotice(wake: (inbox: InboxId | undefined) => void): () => void;
  seen(inbox: InboxId, presence: Presence): Promise<void>;
  /** Rejects with OVERLOADED when a channel that may know the content does not answer. */
  described(content: string): Promise<Described | undefined>;
  /** Notes a holder of the whole content for a day; `holders` skips it while it is absent. */
  addHolder(content: string, holder: Holder): Promise<void>;
  /** Returns at most 64 present holders of the tenant. */
  holders(of: { readonly tenant: string; readonly content: string }): Promise<Holder[]>;
  /** Repeat every ten seconds; other nodes forget an announcement after 30 s. */
  announce(hub: Hub): Promise<void>;
  hubs(): Promise<Hub[]>;
  /**
   * Returns true when `hub` owns the receiver for the next 15 s. Two channels store the lease, so that it survives
   * the loss of one.
   */
  lease(inbox: InboxId, hub: string): Promise<boolean>;
  release(inbox: InboxId, hub: string): Promise<void>;
  close(): Promise<void>;
}

export interface Holding {
  readonly holding: readonly string[];
  /** Revisions of `holding`; undefined for a receiver that takes no changes. */
  readonly revisions: readonly number[] | undefined;
  /** Number of deliveries at the start of `holding` that take no place. */
  readonly handed?: number;
  /** Version of the rates that the receiver has, 0 for none. Rates of another version are returned; none if absent. */
  readonly ratesVersion?: number;
}

export interface Recorded {
  readonly delivery: string;
  /** Removed notice, which proves that the receiver had this delivery, if a channel had it. */
  readonly notice: Notice | undefined;
}
export interface Hub {
  readonly id: string;
  readonly region: string;
  readonly publicUrl: string;
}
export interface Holder {
  readonly id: string;
  readonly kind: 'library' | 'neighbour';
  readonly base: string;
  readonly region: string;
  readonly site: string;
  readonly tenant: string;
}

export interface StreamsOptions {
  readonly channels: readonly ChannelTarget[];
  /** Prefix of all keys; for a cluster it needs a hash tag. */
  readonly keyPrefix: string;
  /** Region of the node, whose wake-ups it reads; `''` at the api. */
  readonly region: string;
}
