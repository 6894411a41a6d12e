// Notices and receipts between the api and library nodes, through Redis. What is in Redis can be made again from the
// api's rows, and from what receivers keep.
import type { Described, Notice, OwnedReceipt, PollAnswer, Presence, SeenPresence } from '../contract.ts';

/** A Redis that carries notices: any number of them, each a server, a primary behind sentinels, or a cluster. */
export interface ChannelTarget {
  /** Named in places of notices: it stays the same. */
  readonly name: string;
  readonly url: string;
}

/** A receiver, below the tenant whose key signed: another tenant that names the same receiver has another inbox. */
export interface InboxId {
  readonly tenant: string;
  readonly receiver: string;
}

/** Where a notice lies: `CHANNEL/STREAM ENTRY ID`. */
export type NoticePlace = string;

/** Of the api. Every call is bounded in time; a channel that does not answer is left out, and tried again later. */
export interface NoticePort {
  /**
   * Puts notices where their receivers find them, in this order, and wakes those that wait. Each goes to one channel:
   * that of its receiver (rendezvous hashing), else the next one that answers. Undefined: no channel took it.
   */
  send(notices: readonly { readonly notice: Notice; readonly region: string }[]): Promise<(NoticePlace | undefined)[]>;
  /** For each: whether it is still there; undefined: its channel does not answer. */
  arePresent(notices: readonly (InboxId & { readonly place: NoticePlace })[]): Promise<(boolean | undefined)[]>;
  /** Takes notices back; those that are gone are fine. */
  withdraw(notices: readonly (InboxId & { readonly place: NoticePlace })[]): Promise<void>;
  /** For library nodes, for eight days. False: no channel took it. */
  describe(content: Described): Promise<boolean>;
  /** What receivers said of themselves in the last minute, in this order; undefined: they are away. */
  presences(receivers: readonly InboxId[]): Promise<(SeenPresence | undefined)[]>;
  /**
   * Hands receipts on in batches of at most 200, each until `take` has resolved for it, at least once; also those that
   * another consumer had taken and not finished for a minute. Closing is idempotent and waits for the batch in hand.
   */
  takeReceipts(
    consumer: string,
    take: (receipts: readonly OwnedReceipt[]) => Promise<void>,
  ): { close(): Promise<void> };
  /** `waiting`: receipts that no api has taken. */
  states(): Promise<readonly { readonly name: string; readonly isUp: boolean; readonly waiting: number }[]>;
  close(): Promise<void>;
}

/** Of a library node. */
export interface InboxPort {
  /**
   * What a receiver is to have beside `holding`: with those, at most `NOTICES_MAX` of each priority, urgent ones first;
   * the first `handed` of `holding` do not count. Answers that were lost are in the next one again. `gone`: of
   * `holding`, those that are withdrawn or have a receipt; only when all channels answer.
   */
  poll(inbox: InboxId, holding: readonly string[], handed?: number): Promise<Pick<PollAnswer, 'notices' | 'gone'>>;
  /** Keeps receipts and takes their notices away, both or neither. Answers those that are kept. */
  record(receipts: readonly OwnedReceipt[]): Promise<Recorded[]>;
  /** Calls back for each receiver that got a notice, and with undefined when one may have been missed. */
  onNotice(wake: (inbox: InboxId | undefined) => void): () => void;
  seen(inbox: InboxId, presence: Presence): Promise<void>;
  /** Undefined: there is no such content. Rejects with OVERLOADED when a channel that may know it does not answer. */
  described(content: string): Promise<Described | undefined>;
  /** That a node or receiver of its tenant has all of a content; forgotten after a day, and when it is not seen. */
  addHolder(content: string, holder: Holder): Promise<void>;
  /** Of the tenant, at most 64, without those that are away. */
  holders(of: { readonly tenant: string; readonly content: string }): Promise<Holder[]>;
  /** This node, every ten seconds; others forget it after 30 s. */
  announce(hub: Hub): Promise<void>;
  hubs(): Promise<Hub[]>;
  /**
   * One node works for a hosted receiver. True: this one, for the next 15 s. Two channels know it, so that the lease
   * outlives either of them.
   */
  lease(inbox: InboxId, hub: string): Promise<boolean>;
  release(inbox: InboxId, hub: string): Promise<void>;
  close(): Promise<void>;
}

export interface Recorded {
  readonly delivery: string;
  /** That was taken away: the receiver has been given this delivery. Undefined: no channel had one. */
  readonly notice: Notice | undefined;
}
export interface Hub {
  readonly id: string;
  readonly region: string;
  readonly publicUrl: string;
}
export interface Holder {
  /** Of a receiver or a node. */
  readonly id: string;
  readonly kind: 'library' | 'neighbour';
  readonly base: string;
  readonly region: string;
  readonly site: string;
  readonly tenant: string;
}

export interface StreamsOptions {
  readonly channels: readonly ChannelTarget[];
  /** Before all keys; a cluster needs a hash tag in it. */
  readonly keyPrefix: string;
  /** Of the node: whose bells it hears. '' at the api. */
  readonly region: string;
}
