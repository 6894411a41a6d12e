// What happened to the client since its last report, the latest few. Pure.
import type { wire } from '@meridian/protocol';

/** More than a user does in two seconds; while nothing can be sent, the latest ones tell the most. */
const EVENTS_MAX = 20;

interface Happened {
  readonly kind: string;
  readonly source: string;
  readonly detail: string;
}

export class EventLog {
  #events: (Happened & { readonly atMs: number })[] = [];

  /** The same as the last one is no news. */
  add(event: Happened, nowMs: number): void {
    const last = this.#events.at(-1);
    if (last?.kind === event.kind && last.source === event.source && last.detail === event.detail) return;
    this.#events = [...this.#events, { ...event, atMs: nowMs }].slice(-EVENTS_MAX);
  }

  /** All that is not said yet, oldest first. */
  at(nowMs: number): wire.ClientEvent.$Properties[] {
    return this.#events.map(({ kind, source, detail, atMs }) => ({ kind, source, detail, agoMs: nowMs - atMs }));
  }

  /** So many of `at` have been said. */
  said(count: number): void {
    this.#events = this.#events.slice(count);
  }
}
