import type { AdminPorts } from '../admin/ports.ts';
import type { ConsolePage, ConsoleRoute } from './core/route.ts';

/** An API stream, with the interface of EventSource; `close` ends it. */
export interface EventStream {
  onopen: ((event: Event) => void) | null;
  onerror: ((event: Event) => void) | null;
  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void;
  /** State of the EventSource; 2 is closed, after which it does not reconnect. */
  readonly readyState: number;
  close(): void;
}

export interface ConsolePorts extends AdminPorts {
  /** Opens a stream; `path` is below /api/v1. */
  openStream(path: string): EventStream;
}

/** Props of a page in `pages.ts`. */
export interface PageProps<P extends ConsolePage> {
  readonly ports: ConsolePorts;
  readonly route: Extract<ConsoleRoute, { page: P }>;
}
