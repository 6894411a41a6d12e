// Interfaces of a receiver's parts.
import type { FailureCode, Notice, PollAnswer, Presence, Receipt, Source } from '../contract.ts';

/** Connection to library nodes: HTTP at an edge site, in-process for hosted receivers. */
export interface HubPort {
  /**
   * Waits for notices. Rejects when no node answers. The first `handed` of `holding` take no place; agents have none,
   * since HTTP does not carry the number.
   */
  poll(o: {
    readonly holding: readonly string[];
    readonly handed?: number;
    /** Revisions of `holding`, in its order. */
    readonly revisions: readonly number[];
    readonly presence: Presence;
    readonly signal: AbortSignal;
  }): Promise<PollAnswer>;
  /** Returns the deliveries whose receipts are stored. */
  record(receipts: readonly Receipt[]): Promise<readonly string[]>;
  /** Returns sources, best first; when no node answers, the known ones. */
  sources(content: string): Promise<readonly Source[]>;
}

/**
 * Durable record of notices and receipts. An ended delivery is kept for 30 days, so that a repeated notice gets its
 * receipt again without another transfer.
 */
export interface Ledger {
  /**
   * Adds notices, and updates tokens and origins of known ones. Returns deliveries that had ended: their receipts are
   * owed again. A failed delivery whose receipt was handed over opens again for a newer token, as a retry was ordered.
   */
  add(notices: readonly Notice[]): Promise<readonly string[]>;
  open(): Promise<readonly { readonly notice: Notice; readonly attempts: number; readonly againMs: number }[]>;
  /** Stores changed notices of open deliveries. */
  restate(notices: readonly Notice[]): Promise<void>;
  recordFailure(delivery: string, o: { readonly attempts: number; readonly againMs: number }): Promise<void>;
  /** Replaces the notice by the receipt; an earlier receipt stays. */
  recordEnd(receipt: Receipt): Promise<void>;
  owedReceipts(limit: number): Promise<readonly Receipt[]>;
  markHandedOver(deliveries: readonly string[]): Promise<void>;
  /** Removes withdrawn deliveries; ended ones stay. */
  drop(deliveries: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Permission of a transfer. */
export interface TransferPlace {
  /** Resolves when the transfer may fetch its next block: at once, unless a better one waits. Never rejects. */
  goOn(): Promise<void>;
  /** Gives the place to others until `goOn`. */
  pause(): void;
  /** Gives the place back for good. */
  leave(): void;
}

export interface InboxOptions {
  /** Files fetched in parallel; urgent ones have places of their own. */
  readonly parallel: number;
  /**
   * Waits until the owner, which bounds several inboxes, permits the transfer. `current` returns the newest notice of
   * its file. Resolves with undefined when the signal fired. Never rejects.
   */
  place?(current: () => Notice, signal: AbortSignal): Promise<TransferPlace | undefined>;
  /** Called when standings have changed, which may give a waiting transfer a place. */
  onRestated?(): void;
  presence(): Omit<Presence, 'held' | 'running' | 'owed'>;
  /** For metrics; `''` means success. */
  onEnded?(code: FailureCode | '', notice: Notice, receipt: Receipt): void;
}
