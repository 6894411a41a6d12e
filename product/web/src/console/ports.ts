// What every page of the console gets.
import type { AdminPorts } from '../admin/ports.ts';
import type { ConsolePage, ConsoleRoute } from './core/route.ts';

/** A stream of the api (EventSource has it); `close` ends it. */
export interface EventStream {
  onopen: ((event: Event) => void) | null;
  onerror: ((event: Event) => void) | null;
  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void;
  /** 2: it has ended, and opens no more by itself. */
  readonly readyState: number;
  close(): void;
}

export interface ConsolePorts extends AdminPorts {
  /** Opens a stream; `path` is below /api/v1. */
  openStream(path: string): EventStream;
}

/** Of the page that stands in `pages.ts`. */
export interface PageProps<P extends ConsolePage> {
  readonly ports: ConsolePorts;
  readonly route: Extract<ConsoleRoute, { page: P }>;
}
