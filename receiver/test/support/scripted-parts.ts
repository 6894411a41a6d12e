// The parts of a receiver at their smallest: one file at a time, whole, without blocks. What is real is what
// receiver/src does with them.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  type ContentFolder,
  HUB_PATH,
  type HubPort,
  type Ledger,
  type Notice,
  PASS_HEADER,
  type PollAnswer,
  type Receipt,
  type Sink,
  type Source,
} from '@meridian/distribution';
import type { Parts } from '../../src/ports.ts';
import type { Sessions } from '../../src/sessions.ts';

/** Between two polls that failed. */
const AGAIN_MS = 20;

export const scriptedParts: Parts = {
  openFolder: async ({ folder }) => scriptedFolder(folder),
  openLedger: async () => scriptedLedger(),
  makeSink: async ({ folder }) => scriptedSink(folder),
  makeHub: ({ sessions }) => scriptedHub(sessions),
  async startInbox(o) {
    const end = new AbortController();
    const done = work(o, end.signal);
    return {
      close: () => {
        end.abort();
        return done;
      },
    };
  },
  async serveContents(http, { folder, mayRead }) {
    http.get('/contents/:content/file', async (request, reply) => {
      const { content } = request.params as { content: string };
      const may = mayRead(content, request.headers[PASS_HEADER]);
      if (!may.allowed) return reply.code(may.status).send({ code: 'NOT_PERMITTED', message: '' });
      const range = { from: 0, bytes: folder.find(content)?.bytes ?? 0 };
      const stream = await folder.read(content, range, { signal: AbortSignal.timeout(5000) });
      return stream === undefined ? reply.code(404).send() : reply.send(stream);
    });
  },
};

/** Polls, brings what is noticed, and says so; after a failure again. */
async function work(o: Parameters<Parts['startInbox']>[0], signal: AbortSignal): Promise<void> {
  const presence = () => Object.assign({ held: 0, running: 0, owed: 0 }, o.options.presence());
  while (!signal.aborted) {
    try {
      const { notices } = await o.hub.poll({ holding: [], presence: presence(), signal });
      await o.ledger.add(notices);
      for (const notice of notices) await bring(o, notice, signal);
      if (notices.length > 0) continue;
    } catch (error) {
      if (signal.aborted) return;
      o.log.debug({ err: error }, 'again');
    }
    await new Promise<void>((resolve) => {
      const timer = o.clock.after(AGAIN_MS, resolve);
      signal.addEventListener(
        'abort',
        () => {
          timer.cancel();
          resolve();
        },
        { once: true },
      );
    });
  }
}

async function bring(o: Parameters<Parts['startInbox']>[0], notice: Notice, signal: AbortSignal): Promise<void> {
  const supply = { sources: () => o.hub.sources(notice.content), token: notice.token, pass: notice.pass };
  const { path, fromNeighbours } = await o.folder.fetch(notice, supply, { signal });
  const taken = await o.sink.take({ notice, path, signal });
  if (taken === undefined) return;
  const times = { atMs: o.clock.wallMs(), attempts: 1, tookMs: 0, neighbourBytes: fromNeighbours };
  const receipt: Receipt = Object.assign({ delivery: notice.delivery, code: '' as const, detail: '' }, taken, times);
  await o.ledger.ended(receipt);
  o.onEnded(notice, receipt);
  await o.ledger.handedOver(await o.hub.record([receipt]));
}

function scriptedHub(sessions: Sessions): HubPort & { close(): void } {
  const ask = async (path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> => {
    const send = async ({ token, hubs: [hub = ''] }: { token: string; hubs: readonly string[] }) =>
      await fetch(`${hub}${HUB_PATH}${path}`, {
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    const session = await sessions.session();
    let answer = await send(session);
    if (answer.status === 401) answer = await send(await sessions.renew(session.token));
    if (!answer.ok) throw new Error(`the library node answers ${answer.status}`);
    return await answer.json();
  };
  return {
    poll: async ({ holding, presence, signal }) =>
      (await ask('/polls', { holding, presence, now: true }, signal)) as PollAnswer,
    record: async (receipts) => ((await ask('/receipts', { receipts })) as { recorded: string[] }).recorded,
    sources: async (content) => ((await ask(`/sources/${content}`)) as { sources: Source[] }).sources,
    close: () => undefined,
  };
}

function scriptedFolder(folder: string): ContentFolder {
  const known = new Map<string, { bytes: number; tenant: string; isWhole: boolean }>();
  const pathOf = (content: string): string => join(folder, content);
  return {
    async fetch({ content, tenant, bytes }, supply) {
      const [source] = await supply.sources();
      const headers = { authorization: `Bearer ${supply.token}` };
      const answer = await fetch(`${source?.base}/contents/${content}/file`, { headers });
      await writeFile(pathOf(content), Buffer.from(await answer.arrayBuffer()));
      known.set(content, { bytes, tenant, isWhole: true });
      return { path: pathOf(content), bytes, fromNeighbours: 0 };
    },
    read: async (content) => (known.has(content) ? Readable.from([await readFile(pathOf(content))]) : undefined),
    know: async () => undefined,
    blocks: async () => undefined,
    find: (content) => known.get(content),
    hold: async () => undefined,
    release: async () => undefined,
    freeBytes: 1_000_000,
    usedBytes: 0,
    close: async () => undefined,
  };
}

function scriptedLedger(): Ledger {
  const open = new Map<string, Notice>();
  const owed = new Map<string, Receipt>();
  return {
    add: async (notices) => {
      for (const notice of notices) open.set(notice.delivery, notice);
    },
    open: async () => [...open.values()].map((notice) => ({ notice, attempts: 0, againMs: 0 })),
    failed: async () => undefined,
    ended: async (receipt) => {
      open.delete(receipt.delivery);
      owed.set(receipt.delivery, receipt);
    },
    owed: async (limit) => [...owed.values()].slice(0, limit),
    handedOver: async (deliveries) => {
      for (const delivery of deliveries) owed.delete(delivery);
    },
    drop: async (deliveries) => {
      for (const delivery of deliveries) open.delete(delivery);
    },
    close: async () => undefined,
  };
}

const scriptedSink = (folder: string): Sink => ({
  needsBytes: true,
  async take({ notice, path }) {
    const bytes = await readFile(path);
    await mkdir(join(folder, notice.item), { recursive: true });
    await writeFile(join(folder, notice.item, notice.name), bytes);
    return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
  },
  close: async () => undefined,
});
