// Charges in the copy: pages of made and dropped charges, a page or a few per turn. A charge stands when a page names
// it as made, no page as dropped, and its time has not passed. No id is ever reused, so the order of pages does not
// matter, and a page may go when none of its entries can count any more: the life of a charge after the page was
// written.
import type { Charge } from './ledger.ts';

export const PAGE_PREFIX = 'charges/';
/** Limit of charges in a page, which with the longest room names stays below a megabyte. */
const PER_PAGE_MAX = 1000;
/** Number of pages from which charges gather longer for a page: a fifth of the keys that a store returns at once. */
const PAGES_MANY = 20_000;

export function isPage(value: unknown): value is Page {
  const { atWallMs, made, dropped } = (value ?? {}) as Partial<Page>;
  return typeof atWallMs === 'number' && Array.isArray(made) && made.every(Array.isArray) && Array.isArray(dropped);
}

const NO_KEYS: readonly string[] = [];

type ChargeRow = [
  decisionId: string,
  nodeId: string,
  roomKey: string,
  sessionId: string,
  leftMs: number,
  accessRttMs: number | null,
];

/** Page as JSON. Times to live are counted from `atWallMs`. */
interface Page {
  readonly atWallMs: number;
  readonly made: readonly ChargeRow[];
  readonly dropped: readonly string[];
}

export class ChargePages {
  readonly #lifeMs: number;
  readonly #storeExpires: boolean;
  #madeCharges: Charge[] = [];
  #droppedIds: string[] = [];
  #pageNumber = 0;
  /** Pages in the store, the oldest first, with the end of their relevance; the first of them are already removed. */
  #storedPages: { readonly key: string; readonly untilMs: number }[] = [];
  #removedCount = 0;
  /** Charges that were read from pages, each with its page and index, which give the order of creation. */
  readonly #readCharges = new Map<string, { readonly charge: Charge; readonly page: number; readonly index: number }>();
  readonly #readDrops = new Set<string>();

  /** `lifeMs`: longest life of a charge. `storeExpires`: whether the store removes expired pages by itself. */
  constructor(o: { lifeMs: number; storeExpires: boolean }) {
    this.#lifeMs = o.lifeMs;
    this.#storeExpires = o.storeExpires;
  }

  /** Whether there are so many pages that fewer, larger pages are due. */
  get isCrowded(): boolean {
    return this.#storedPages.length - this.#removedCount >= PAGES_MANY;
  }

  get hasPending(): boolean {
    return this.#madeCharges.length > 0 || this.#droppedIds.length > 0;
  }

  addMade(charge: Charge): void {
    this.#madeCharges.push(charge);
  }

  addDropped(decisionId: string): void {
    this.#droppedIds.push(decisionId);
  }

  toWrite(nowMs: number, wallMs: number): { key: string; page: Page; ttlMs: number }[] {
    const [made, dropped] = [this.#madeCharges, this.#droppedIds];
    this.#madeCharges = [];
    this.#droppedIds = [];
    const pages: { key: string; page: Page; ttlMs: number }[] = [];
    for (let at = 0; at < Math.max(made.length, dropped.length); at += PER_PAGE_MAX) {
      const page: Page = {
        atWallMs: Math.round(wallMs),
        made: made.slice(at, at + PER_PAGE_MAX).map((charge) => rowOf(charge, nowMs)),
        dropped: dropped.slice(at, at + PER_PAGE_MAX),
      };
      const key = `${PAGE_PREFIX}${this.#pageNumber}`;
      this.#pageNumber += 1;
      this.#keep(key, nowMs);
      pages.push({ key, page, ttlMs: this.#lifeMs });
    }
    return pages;
  }

  expiredKeys(nowMs: number): readonly string[] {
    const from = this.#removedCount;
    while (
      this.#removedCount < this.#storedPages.length &&
      (this.#storedPages[this.#removedCount]?.untilMs ?? 0) <= nowMs
    )
      this.#removedCount += 1;
    if (this.#removedCount === from) return NO_KEYS;
    const keysToDelete = this.#storeExpires
      ? NO_KEYS
      : this.#storedPages.slice(from, this.#removedCount).map(({ key }) => key);
    // The list is shortened only when half of it is gone: moving tens of thousands of entries for every removed page
    // would cost too much.
    if (this.#removedCount * 2 >= this.#storedPages.length) {
      this.#storedPages = this.#storedPages.slice(this.#removedCount);
      this.#removedCount = 0;
    }
    return keysToDelete;
  }

  /** Reads a stored page, perhaps of another process. */
  read(key: string, value: unknown, nowMs: number, wallMs: number): void {
    const { atWallMs, made, dropped } = value as Page;
    // The wall clock may have been set back meanwhile, so no charge gets longer than it had when it was made.
    const agoMs = Math.max(0, wallMs - atWallMs);
    const page = Number(key.slice(PAGE_PREFIX.length));
    for (const [index, [decisionId, nodeId, roomKey, sessionId, leftMs, accessRttMs]] of made.entries()) {
      if (leftMs <= agoMs) continue;
      const charge: Charge = {
        decisionId,
        nodeId,
        roomKey,
        sessionId,
        ...(accessRttMs === null ? {} : { accessRttMs }),
        state: 'assumed',
        expiresAtMs: nowMs + leftMs - agoMs,
      };
      this.#readCharges.set(decisionId, { charge, page, index });
    }
    for (const decisionId of dropped) this.#readDrops.add(decisionId);
    this.#pageNumber = Math.max(this.#pageNumber, page + 1);
    this.#keep(key, nowMs);
  }

  /** Returns the last made charge of each session; a replaced charge goes out as dropped with the next page. */
  liveCharges(): Charge[] {
    const standing = [...this.#readCharges.values()]
      .filter(({ charge }) => !this.#readDrops.has(charge.decisionId))
      .sort((a, b) => a.page - b.page || a.index - b.index);
    this.#readCharges.clear();
    this.#readDrops.clear();
    const ofSession = new Map<string, Charge>();
    for (const { charge } of standing) {
      const replaced = ofSession.get(charge.sessionId);
      if (replaced !== undefined) this.addDropped(replaced.decisionId);
      ofSession.set(charge.sessionId, charge);
    }
    return [...ofSession.values()];
  }

  #keep(key: string, nowMs: number): void {
    this.#storedPages.push({ key, untilMs: nowMs + this.#lifeMs });
  }
}

function rowOf(charge: Charge, nowMs: number): ChargeRow {
  const { decisionId, nodeId, roomKey, sessionId, expiresAtMs, accessRttMs } = charge;
  const leftMs = Math.max(1, Math.ceil(expiresAtMs - nowMs));
  // Hundredths are exact enough for a believed round trip, and short.
  return [
    decisionId,
    nodeId,
    roomKey,
    sessionId,
    leftMs,
    accessRttMs === undefined ? null : Math.round(accessRttMs * 100) / 100,
  ];
}
