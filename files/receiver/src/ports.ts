// Interfaces of the parts from which a receiver is assembled (parts.ts).
import type {
  ContentFolder,
  ContentFolderOptions,
  HubPort,
  InboxOptions,
  Ledger,
  Notice,
  Receipt,
  Sink,
} from '@meridian/distribution';
import type { Clock, Logger, ServiceContext } from '@meridian/runtime';
import type { FastifyInstance } from 'fastify';
import type { ReceiverConfig } from './config.ts';
import type { Sessions } from './sessions.ts';

export type ReceiverDeps = ServiceContext<ReceiverConfig>;

export interface ClockAndLog {
  readonly clock: Clock;
  readonly log: Logger;
}

export interface InboxParts {
  readonly hub: HubPort;
  readonly folder: ContentFolder;
  readonly sink: Sink;
  readonly ledger: Ledger;
  readonly options: InboxOptions;
  onEnded(notice: Notice, receipt: Receipt): void;
}

/** A started inbox. `close` is idempotent, ends transfers, and waits for writes. */
export interface RunningInbox {
  close(): Promise<void>;
}

/** Decides whether a neighbour may read a content. */
export type MayRead = (
  content: string,
  pass: unknown,
) => { readonly allowed: true } | { readonly allowed: false; readonly status: 401 | 403 };

export interface Parts {
  openFolder(o: ContentFolderOptions & ClockAndLog): Promise<ContentFolder>;
  openLedger(file: string, o: ClockAndLog): Promise<Ledger>;
  makeSink(o: { readonly folder: string; readonly notifyUrl: string | undefined } & ClockAndLog): Promise<Sink>;
  makeHub(o: { readonly sessions: Sessions } & ClockAndLog): HubPort & { close(): void | Promise<void> };
  startInbox(o: InboxParts & ClockAndLog): Promise<RunningInbox>;
  /** Adds `/contents/CONTENT/file` and `/contents/CONTENT/blocks`. */
  serveContents(http: FastifyInstance, o: { folder: ContentFolder; mayRead: MayRead } & ClockAndLog): Promise<void>;
}
