// Notices and receipts between the api and library nodes, through Redis. The data in Redis can be rebuilt from the
// api's rows and from the receivers.
import type { Described, Notice, OwnedReceipt, PollAnswer, Presence, SeenPresence } from '../contract.ts';

/** Redis that carries notices: a server, a primary behind sentinels, or a cluster. There may be any number of them. */
export interface ChannelTarget {
  /** Part of the places of notices, so it must not change. */
  readonly name: string;
  readonly url: string;
}

/**
 * Inbox of a receiver, below the tenant whose key signed: another tenant that names the same receiver has another
 * inbox.
 */
export interface InboxId {
  readonly tenant: string;
  readonly receiver: string;
}

/** Place of a notice: `CHANNEL/STREAM ENTRY ID`. */
export type NoticePlace = string;

/**
 * Channel client of the api. Calls are bounded in time; a channel that does not answer is skipped and retried later.
 */
export interface NoticePort {
  /**
   * Stores notices, in this order, and wakes waiting receivers. A notice goes to the channel of its receiver
   * (rendezvous hashing), otherwise to the next one that answers. Returns undefined for a notice that no channel took.
   */
  send(notices: readonly { readonly notice: Notice; readonly region: string }[]): Promise<(NoticePlace | undefined)[]>;
  /** Returns for each notice whether it is still stored; undefined when its channel does not answer. */
  arePresent(notices: readonly (InboxId & { readonly place: NoticePlace })[]): Promise<(boolean | undefined)[]>;
  /** Removes notices; missing ones are no error. */
  withdraw(notices: readonly (InboxId & { readonly place: NoticePlace })[]): Promise<void>;
  /** Stores the description of a content for library nodes, for eight days. Returns false when no channel took it. */
  describe(content: Described): Promise<boolean>;
  /** Returns the presences of the last minute, in this order; undefined for absent receivers. */
  presences(receivers: readonly InboxId[]): Promise<(SeenPresence | undefined)[]>;
  /**
   * Hands receipts to `take` in batches of at most 200, at least once each, until `take` resolves; includes receipts
   * that another consumer has left unfinished for a minute. Closing is idempotent and waits for the current batch.
   */
  takeReceipts(
    consumer: string,
    take: (receipts: readonly OwnedReceipt[]) => Promise<void>,
  ): { close(): Promise<void> };
  /** Returns the channels; `waiting` counts receipts that no api has taken. */
  states(): Promise<readonly { readonly name: string; readonly isUp: boolean; readonly waiting: number }[]>;
  close(): Promise<void>;
}

/** Channel client of a library node. */
export interface InboxPort {
  /**
   * Returns notices that a receiver should have beside `holding`, together at most `NOTICES_MAX` of each priority,
   * urgent first; the first `handed` entries of `holding` do not count. The next poll repeats a lost answer. `gone`
   * lists entries of `holding` that are withdrawn or have a receipt, only when all channels answer.
   */
  poll(inbox: InboxId, holding: readonly string[], handed?: number): Promise<Pick<PollAnswer, 'notices' | 'gone'>>;
  /** Stores each receipt and removes its notice, atomically. Returns the stored receipts. */
  record(receipts: readonly OwnedReceipt[]): Promise<Recorded[]>;
  /** Calls back for each receiver that got a notice, and with undefined when a notice may have been missed. */
  onNotice(wake: (inbox: InboxId | undefined) => void): () => void;
  seen(inbox: InboxId, presence: Presence): Promise<void>;
  /**
   * Returns undefined when the content does not exist. Rejects with OVERLOADED when a channel that may know it does not
   * answer.
   */
  described(content: string): Promise<Described | undefined>;
  /**
   * Notes that a node or receiver of the content's tenant has all of it; expires after a day, and when the holder is
   * absent.
   */
  addHolder(content: string, holder: Holder): Promise<void>;
  /** Returns at most 64 present holders of the tenant. */
  holders(of: { readonly tenant: string; readonly content: string }): Promise<Holder[]>;
  /** Announces this node; repeat it every ten seconds, as others forget it after 30 s. */
  announce(hub: Hub): Promise<void>;
  hubs(): Promise<Hub[]>;
  /**
   * Leases a hosted receiver to one node. Returns true when this node has it for the next 15 s. Two channels store the
   * lease, so that it survives the loss of either.
   */
  lease(inbox: InboxId, hub: string): Promise<boolean>;
  release(inbox: InboxId, hub: string): Promise<void>;
  close(): Promise<void>;
}

export interface Recorded {
  readonly delivery: string;
  /**
   * Notice that the receipt removed, which proves that the receiver had this delivery. Undefined when no channel had
   * it.
   */
  readonly notice: Notice | undefined;
}
export interface Hub {
  readonly id: string;
  readonly region: string;
  readonly publicUrl: string;
}
export interface Holder {
  /** Id of a receiver or a node. */
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
  /** Region of the node, whose bells it reads; `''` at the api. */
  readonly region: string;
}
