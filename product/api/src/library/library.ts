import { type ControlLink, nodeKind, rpc, serve } from '@meridian/protocol';
import type { Clock, Link, Logger, Rng } from '@meridian/runtime';
import type { ApiKeys } from '../access/keys.ts';
import type { Revocations } from '../access/revocations.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { NodeLinks } from '../nodes/node-links.ts';
import type { Database, Store } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import type { Deliveries } from '../webhooks/deliveries.ts';
import { Contents } from './contents.ts';
import { LibraryIntake } from './intake.ts';
import { Items } from './items.ts';
import { LibraryNodes } from './library-nodes.ts';
import { RecordingUploads } from './recording-uploads.ts';
import { Renditions } from './renditions.ts';
import { Trimming } from './trimming.ts';
import { Upkeep } from './upkeep.ts';
import { UploadDropping } from './upload-rows.ts';
import { Uploads } from './uploads.ts';
import { type LibraryUsage, libraryUsage } from './usage.ts';
import { WatchIntake } from './watch-intake.ts';
import { WatchSettings } from './watching.ts';

export interface LibraryOptions {
  readonly store: Pick<Store, 'db' | 'kind'>;
  readonly db: Database;
  readonly nodes: Pick<NodeLinks, 'call' | 'linkedNodes'>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly deliveries: Pick<Deliveries, 'add'>;
  readonly keys: Pick<ApiKeys, 'signing' | 'fenceOf' | 'fencesOf'>;
  readonly revocations: Pick<Revocations, 'add'>;
  readonly region: string;
}

export interface Library {
  readonly nodes: LibraryNodes;
  readonly contents: Contents;
  readonly items: Items;
  readonly uploads: Uploads;
  readonly recordings: RecordingUploads;
  readonly intake: LibraryIntake;
  readonly upkeep: Upkeep;
  readonly trimming: Trimming;
  readonly watching: WatchSettings;
  readonly watches: WatchIntake;
  readonly keeping: LibraryKeeping;
  attach(link: ControlLink & Pick<Link, 'remote'>): void;
  usage(tenant: string): Promise<LibraryUsage>;
}

/** Operations that retention and the erasure of tenants need. */
export interface LibraryKeeping {
  /** Deletes some items unchanged since `beforeMs`, which are no recordings. Returns their number. */
  expire(db: Database, o: { readonly tenant: string; readonly beforeMs: number }): Promise<number>;
  /** Must be called before the tenant's rows are removed. */
  eraseTenant(db: Database, tenant: string): Promise<void>;
}

/** Items that one run of retention deletes at a time. */
const ROWS = 200;

/** Registers jobs, so it must be called before they start. */
export function makeLibrary(o: LibraryOptions): Library {
  const nodes = new LibraryNodes(o);
  const renditions = new Renditions(o);
  const contents = new Contents(Object.assign({}, o, { nodes, renditions }));
  const watching = new WatchSettings(o);
  const watches = new WatchIntake(o);
  const items = new Items(Object.assign({}, o, { contents, watching }));
  const dropping = new UploadDropping(Object.assign({}, o, { nodes }));
  const parts = Object.assign({}, o, { nodes, contents, items, dropping, renditions });
  const uploads = new Uploads(parts);
  const intake = new LibraryIntake(parts);
  const upkeep = new Upkeep(parts);
  o.jobs.register(upkeep.job);
  return {
    nodes,
    contents,
    items,
    uploads,
    recordings: new RecordingUploads(Object.assign({}, parts, { uploads })),
    intake,
    upkeep,
    trimming: new Trimming(parts),
    watching,
    watches,
    keeping: keepingOf({ contents, items, uploads }),
    attach: (link) => {
      serve(link, rpc.uploadEnded, (message) => intake.ended(message, link.remote));
      serve(link, rpc.libraryWatched, (message) => watches.take(message, link.remote));
      serve(link, rpc.goneContents, ({ contents: reportedContents }) => contents.goneOf(reportedContents));
      if (link.remote.kind === nodeKind.library) void nodes.onLinked(link.remote.id);
    },
    usage: (tenant) => libraryUsage(o.db, tenant),
  };
}

const keepingOf = ({ contents, items, uploads }: Pick<Library, 'contents' | 'items' | 'uploads'>): LibraryKeeping => ({
  expire: async (db, { tenant, beforeMs }) => {
    const old = await db
      .selectFrom('library_items')
      .select('id')
      .where((eb) => eb.and({ tenant, recording: '' }))
      .where('changed_ms', '<', beforeMs)
      .where('deleted_ms', 'is', null)
      .limit(ROWS)
      .execute();
    for (const { id } of old)
      await transact(db, (trx) => items.delete(trx, { tenant, id }, { changedBeforeMs: beforeMs }));
    return old.length;
  },
  eraseTenant: async (db, tenant) => {
    await uploads.eraseTenant(db, tenant);
    await contents.eraseTenant(db, tenant);
  },
});
