// A library node outside a fleet: spool, store, HTTP, and an api at a link.
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApiLinks,
  Edges,
  type EdgesConfig,
  FixedKeys,
  queryEdge,
  type TokenOrigin,
  Tokens,
} from '@meridian/node-shell';
import { blocksOf, rpc } from '@meridian/protocol';
import { type Clock, CloseStack, createLogger, createMetrics, type Logger, systemClock } from '@meridian/runtime';
import { freePort } from '../../../../base/runtime/test/support/free-port.ts';
import { openFileStore } from '../../../object-store/src/file-store.ts';
import { FileThreads } from '../../../object-store/src/file-threads/file-threads.ts';
import { absent } from '../../../object-store/src/files.ts';
import type { Store } from '../../../object-store/src/store.ts';
import type { ServedConfig } from '../../../object-store/test/support/served-contract.ts';
import { Demand } from '../../src/core/demand.ts';
import { tenantPart } from '../../src/core/names.ts';
import type { Range, UploadPlan } from '../../src/core/plan.ts';
import { noMedia } from '../../src/core/report.ts';
import { Places } from '../../src/delivery/places.ts';
import { fetchAtEdge, Warming } from '../../src/delivery/warming.ts';
import { Watches } from '../../src/delivery/watches.ts';
import { serveHttp } from '../../src/serving/serve.ts';
import type { ContentToken } from '../../src/serving/tokens.ts';
import type { MakeCover } from '../../src/uploads/covers.ts';
import type { Check } from '../../src/uploads/finishing.ts';
import { Uploads } from '../../src/uploads/uploads.ts';
import { type DistributingOptions, distributing } from './distributing.ts';
import { ScriptedApi } from './scripted-api.ts';

export const secrets = {
  acme: 'a secret of acme that is long enough',
  other: 'another secret that is long enough',
  narrow: 'a secret of acme without rights to the library',
};
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Returns a token of the API key `acme` or `other`, of the tenants with these names, or of acme's key `narrow`. */
export function tokenOf(claims: Readonly<Record<string, unknown>>, key: keyof typeof secrets = 'acme'): string {
  const exp = Math.floor(Date.now() / 1000) + 600;
  const payload = Object.assign({ iss: key, exp }, claims);
  const head = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(payload)}`;
  return `${head}.${createHmac('sha256', secrets[key]).update(head).digest('base64url')}`;
}

export const acceptAll: Check = async () => ({ ok: true, type: 'video/mp4', kind: 'video', media: noMedia });

export const planOf = (bytes: number, o: Partial<UploadPlan> = {}): UploadPlan =>
  Object.assign(
    {
      tenant: 'acme',
      uploadId: 'up_1',
      bytes,
      parts: [{ from: 0, bytes }] as Range[],
      copies: [],
      blocks: '',
      sha256: '',
      name: 'film.mp4',
      expiresWallMs: Date.now() + 3_600_000,
      owner: '',
    },
    o,
  );

export const folderOf = (): Promise<string> => mkdtemp(join(tmpdir(), 'meridian-library-'));

/** Returns the journal of its first part, or `''`. */
export async function journalOf(folder: string, { tenant, uploadId }: UploadPlan): Promise<string> {
  const path = join(folder, 'spool/uploads', tenantPart(tenant), uploadId, 'part-0');
  return (await readFile(path, 'latin1').catch(absent)) ?? '';
}

export interface LibraryOptions {
  readonly folder?: string;
  readonly check?: Check;
  readonly cover?: MakeCover;
  readonly clock?: Clock;
  readonly freeBytes?: number;
  openStore?(folder: string): Promise<Store>;
  /** Port to listen on; absent for a free port. */
  readonly port?: number;
  /** Configuration of its HTTP server. */
  readonly config?: ServedConfig;
  /** Edges of the node `lib-1` in Frankfurt. */
  readonly edges?: EdgesConfig;
  /** Further API keys. */
  readonly apiKeys?: readonly { readonly key: string; readonly secret: string; readonly tenant: string }[];
  /** Time in seconds for which edges cache that a token is valid; absent: the default. */
  readonly keptS?: number;
  /** Absent for a node without channels. */
  readonly distribution?: DistributingOptions;
}

export async function library(o: LibraryOptions = {}) {
  const { check = acceptAll, clock = systemClock(), freeBytes = 0 } = o;
  const folder = o.folder ?? (await folderOf());
  const log = createLogger({ name: 'library', level: (process.env['TEST_LOG'] ?? 'silent') as 'silent' });
  const threads = new FileThreads();
  const store = await (o.openStore?.(folder) ?? openFileStore({ folder: join(folder, 'files'), threads }));
  const links = new ApiLinks(() => clock.nowMs());
  const api = new ScriptedApi();
  const endings: string[] = [];
  const uploads = await Uploads.open({
    folder: join(folder, 'spool'),
    freeBytes,
    threads,
    kinds: ['video', 'audio', 'image', 'document'],
    store,
    storeId: 'node:lib-1',
    api: links,
    check,
    cover: o.cover ?? (async () => undefined),
    clock,
    log,
    onEnded: (code) => void endings.push(code),
  });
  links.onLink((link) => uploads.serveOn(link));
  const { tokens, revoke, onRevoked } = tokensOf(clock, o.apiKeys);
  const places = placesOf(o, { log, clock, url: () => `http://127.0.0.1:${port}` });
  const starts: string[] = [];
  const warming = new Warming({
    demand: new Demand(1),
    places,
    store,
    ask: fetchAtEdge,
    clock,
    log,
    onWarmed: (outcome) => void warmingOutcomes.push(outcome),
  });
  const warmingOutcomes: string[] = [];
  const onStart = (opened: ContentToken, of: { readonly token: string; readonly address: string }): void => {
    starts.push(`${opened.tenant}/${opened.contentId} at ${of.address}`);
    void warming.notePlaybackStart(opened, of);
  };
  const watches = new Watches({ api: links, counts: noCounts, clock, log });
  const ownPort = o.port ?? (o.distribution === undefined ? 0 : await freePort());
  const publicUrl = `http://127.0.0.1:${ownPort}`;
  const ofNode = { folder, store, uploads, api: links, clock, log, tokens, onRevoked, publicUrl };
  const distribution = o.distribution && (await distributing(o.distribution, ofNode));
  const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  const metrics = createMetrics({ service: 'library' });
  const { http, senders } = await serveHttp(
    {
      config: Object.assign({ httpListen: { ip: '127.0.0.1', port: ownPort }, trustedProxies: [] }, o.config),
      metrics,
      clock,
      log,
      closeStack,
    },
    Object.assign(
      { store, opened: { tokens, onEnded: onRevoked }, uploads, places, watches, onStart, distribution },
      o.keptS !== undefined && { keptS: o.keptS },
    ),
  );
  const edgeRequests: string[] = [];
  http.server.on('request', ({ url, headers: { range } }) => void edgeRequests.push(`${url} ${range ?? ''}`.trimEnd()));
  const { port } = http.server.address() as AddressInfo;
  return {
    folder,
    store,
    uploads,
    api,
    endings,
    port,
    senders,
    starts,
    warming,
    /** Outcomes of prefetches at edges. */
    warmed: warmingOutcomes,
    watches,
    revoke,
    http,
    metrics,
    /** Undefined without channels. */
    distribution,
    edges: places.edges,
    /** Requested paths and ranges at edges. */
    asked: edgeRequests,
    /** Connects the api. */
    join: () => links.take(api.dial()),
    open: (plan: UploadPlan) => api.ask(rpc.openUpload, messageOf(plan)),
    drop: (uploadId: string) => api.ask(rpc.dropUpload, { tenant: 'acme', uploadId }),
    urlOf: (part = 0, uploadId = 'up_1', claims = {}, key: keyof typeof secrets = 'acme') =>
      `http://127.0.0.1:${port}/library/uploads/${tokenOf(Object.assign({ upload: uploadId }, claims), key)}/${part}`,
    /** Stops the node like a process. */
    async stop() {
      await warming.close();
      places.edges.close();
      await watches.close();
      await closeStack.close('the test is over');
      await distribution?.close();
      await uploads.close();
      await store.close('the test is over');
      await threads.close();
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

function placesOf(
  { edges: config }: LibraryOptions,
  { log, clock, url }: { readonly log: Logger; readonly clock: Clock; url(): string },
): Places {
  const edges = new Edges({ config, ask: queryEdge, clock, log });
  const self = {
    nodeId: 'lib-1',
    latitude: 50.1,
    longitude: 8.7,
    get publicUrl() {
      return url();
    },
  };
  return new Places({ edges, locations: { locationOf: async () => undefined }, self, log });
}
const noCounts = { started: () => undefined, stalled: () => undefined, dropped: () => undefined };

export const messageOf = (plan: UploadPlan) =>
  Object.assign({}, plan, {
    blocks: Buffer.from(plan.blocks, 'hex'),
    parts: [...plan.parts],
    copies: [...plan.copies],
  });

function tokensOf(clock: Clock, more: LibraryOptions['apiKeys'] = []) {
  const apiKeys = Object.entries(secrets).map(([key, secret]) => {
    return { key, secret, tenant: key === 'narrow' ? 'acme' : key };
  });
  const fixed = new FixedKeys([...apiKeys, ...more]);
  const keys = {
    get: async (id: string) =>
      Object.assign({}, await fixed.get(id), id === 'narrow' ? { scopes: ['rooms:join'] as const } : {}),
  };
  const revoked = new Set<string>();
  const listeners: ((isEnded: (origin: TokenOrigin) => boolean) => void)[] = [];
  const isRevoked = ({ via, sources = [] }: TokenOrigin): boolean => [via, ...sources].some((id) => revoked.has(id));
  return {
    tokens: new Tokens(keys, () => clock.wallMs(), isRevoked),
    onRevoked: (listener: (typeof listeners)[number]) => void listeners.push(listener),
    revoke(id: string) {
      revoked.add(id);
      for (const listener of listeners) listener(isRevoked);
    },
  };
}

/** Returns the concatenated hashes of all blocks. */
export function blocksHex(file: Buffer, hash: (bytes: Uint8Array) => string, blockBytes: number): string {
  return Array.from({ length: blocksOf(file.length) }, (_, number) =>
    hash(file.subarray(number * blockBytes, (number + 1) * blockBytes)),
  ).join('');
}
