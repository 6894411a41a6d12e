// A receiver: takes notices, brings their files by priority, hands them to its sink, and says so.
import type { FailureCode, Notice, PollAnswer, Presence, Receipt, Source } from '../contract.ts';

/** The way to a library node: over HTTP at an edge site, in the same process for hosted receivers. */
export interface HubPort {
  /**
   * Waits for a notice. Rejects when no node answers: what was noticed is worked on meanwhile. `handed`: so many of
   * `holding`, its first, take no place. Agents have none: it does not go over HTTP.
   */
  poll(o: {
    readonly holding: readonly string[];
    readonly handed?: number;
    readonly presence: Presence;
    readonly signal: AbortSignal;
  }): Promise<PollAnswer>;
  /** Answers the deliveries whose receipts are kept. */
  record(receipts: readonly Receipt[]): Promise<readonly string[]>;
  /** Best first; when no node answers, those that are known. */
  sources(content: string): Promise<readonly Source[]>;
}

/**
 * What a receiver keeps of notices and receipts, durably before a call resolves. A delivery that has ended is kept
 * for 30 days, so that its notice, come again, is answered with its receipt and nothing is brought twice.
 */
export interface Ledger {
  /**
   * New ones, and newer tokens and origins of those that are there. Answers the deliveries that had ended: their
   * receipts are owed again. One that failed, whose receipt was handed over, is open anew when its notice comes with a
   * newer token: it was ordered to be tried again.
   */
  add(notices: readonly Notice[]): Promise<readonly string[]>;
  /** Without a receipt. */
  open(): Promise<readonly { readonly notice: Notice; readonly attempts: number; readonly againMs: number }[]>;
  /** It failed, and is tried again at that time. */
  failed(delivery: string, o: { readonly attempts: number; readonly againMs: number }): Promise<void>;
  /** Its notice goes. Of a delivery that had ended, the first receipt stays. */
  ended(receipt: Receipt): Promise<void>;
  /** Receipts that no library node has kept yet, the oldest first. */
  owed(limit: number): Promise<readonly Receipt[]>;
  handedOver(deliveries: readonly string[]): Promise<void>;
  /** Withdrawn: without a receipt. Those that have ended stay as they are. */
  drop(deliveries: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface InboxOptions {
  /** Files that come at once; an urgent one does not wait for them. */
  readonly parallel: number;
  /**
   * Of an owner of several inboxes: waits until the file may be worked on, and answers what ends that. Undefined: the
   * signal fired. Never rejects.
   */
  place?(notice: Notice, signal: AbortSignal): Promise<(() => void) | undefined>;
  presence(): Omit<Presence, 'held' | 'running' | 'owed'>;
  /** For metrics: a delivery has ended, and its receipt is kept. '': done. */
  onEnded?(code: FailureCode | '', notice: Notice, receipt: Receipt): void;
}
