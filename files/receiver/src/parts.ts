// Parts of `@meridian/distribution` from which a receiver is assembled.
import {
  FolderSink,
  HttpHub,
  Inbox,
  type Notice,
  openContentFolder,
  openLedger,
  PASS_HEADER,
  type Receipt,
  serveContents,
} from '@meridian/distribution';
import type { Parts } from './ports.ts';

/** Bound of concurrent answers to neighbours: the site's line also carries its own downloads. */
const STREAMS_MAX = 64;

export const parts: Parts = {
  openFolder: (o) => openContentFolder(o),
  openLedger: async (file, o) => openLedger(file, o),
  makeSink: async ({ folder, notifyUrl, clock }) => new FolderSink({ folder, notifyUrl, clock }),
  makeHub: ({ sessions, clock, log }) =>
    new HttpHub({
      session: (refused) => (refused === undefined ? sessions.session() : sessions.renew(refused.token)),
      clock,
      log,
    }),
  async startInbox({ options, onEnded, hub, folder, sink, ledger, clock, log }) {
    const ended = (_code: string, notice: Notice, receipt: Receipt): void => onEnded(notice, receipt);
    const inboxOptions = Object.assign({ onEnded: ended }, options);
    const inbox = new Inbox({ hub, folder, sink, ledger, options: inboxOptions, clock, log });
    await inbox.start();
    return inbox;
  },
  async serveContents(http, { folder, mayRead }) {
    serveContents(http, {
      folder,
      prefix: '',
      streamsMax: STREAMS_MAX,
      mayRead: async (request, content) => {
        const may = mayRead(content, request.headers[PASS_HEADER]);
        return may.allowed ? 204 : may.status;
      },
    });
  },
};
