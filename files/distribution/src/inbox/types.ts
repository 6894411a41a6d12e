// Parts of a receiver, which takes notices, fetches files by priority, hands them to its sink, and sends receipts.
import type { FailureCode, Notice, PollAnswer, Presence, Receipt, Source } from '../contract.ts';

/** Connection to library nodes: HTTP at an edge site, in-process for hosted receivers. */
export interface HubPort {
  /**
   * Waits for notices. Rejects when no node answers; deliveries continue meanwhile. The first `handed` entries of
   * `holding` take no place. Agents have none, since HTTP does not carry the number.
   */
  poll(o: {
    readonly holding: readonly string[];
    readonly handed?: number;
    readonly presence: Presence;
    readonly signal: AbortSignal;
  }): Promise<PollAnswer>;
  /** Returns the deliveries whose receipts are stored. */
  record(receipts: readonly Receipt[]): Promise<readonly string[]>;
  /** Returns sources, best first; when no node answers, the known ones. */
  sources(content: string): Promise<readonly Source[]>;
}

/**
 * Durable record of notices and receipts; a call resolves after its write. An ended delivery is kept for 30 days, so
 * that a repeated notice is answered with its receipt and nothing is transferred twice.
 */
export interface Ledger {
  /**
   * Adds new notices and updates the tokens and origins of known ones. Returns the deliveries that had ended: their
   * receipts are owed again. A failed delivery whose receipt was handed over opens again when its notice has a newer
   * token, which means that a retry was ordered.
   */
  add(notices: readonly Notice[]): Promise<readonly string[]>;
  /** Returns deliveries without a receipt. */
  open(): Promise<readonly { readonly notice: Notice; readonly attempts: number; readonly againMs: number }[]>;
  /** Records a failed attempt and the time of the next one. */
  failed(delivery: string, o: { readonly attempts: number; readonly againMs: number }): Promise<void>;
  /** Replaces the notice by the receipt. For a delivery that had ended, the first receipt stays. */
  ended(receipt: Receipt): Promise<void>;
  /** Returns receipts that no library node has stored yet, oldest first. */
  owed(limit: number): Promise<readonly Receipt[]>;
  handedOver(deliveries: readonly string[]): Promise<void>;
  /** Removes withdrawn deliveries, without a receipt. Ended deliveries stay. */
  drop(deliveries: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface InboxOptions {
  /** Files fetched in parallel; urgent ones have places of their own. */
  readonly parallel: number;
  /**
   * Bound over several inboxes of one owner: waits until the file may be transferred and returns the release function;
   * undefined when the signal fired. Never rejects.
   */
  place?(notice: Notice, signal: AbortSignal): Promise<(() => void) | undefined>;
  presence(): Omit<Presence, 'held' | 'running' | 'owed'>;
  /** Called for metrics when the receipt of an ended delivery is stored; `''` means success. */
  onEnded?(code: FailureCode | '', notice: Notice, receipt: Receipt): void;
}
