// Latest few events of the client since its last report.
import type { wire } from '@meridian/protocol';

/** More than a user causes in two seconds. While no report can be sent, the latest events matter most. */
const EVENTS_MAX = 20;

interface LoggedEvent {
  readonly kind: string;
  readonly source: string;
  readonly detail: string;
}

export class EventLog {
  #events: (LoggedEvent & { readonly atMs: number })[] = [];

  /** Adds an event unless it repeats the last one. */
  add(event: LoggedEvent, nowMs: number): void {
    const last = this.#events.at(-1);
    if (last?.kind === event.kind && last.source === event.source && last.detail === event.detail) return;
    this.#events = [...this.#events, { ...event, atMs: nowMs }].slice(-EVENTS_MAX);
  }

  entriesAt(nowMs: number): wire.ClientEvent.$Properties[] {
    return this.#events.map(({ kind, source, detail, atMs }) => ({ kind, source, detail, agoMs: nowMs - atMs }));
  }

  /** Removes the first `count` events, which have been reported. */
  removeReported(count: number): void {
    this.#events = this.#events.slice(count);
  }
}
