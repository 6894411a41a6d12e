import { newUploadId } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import type { ContentRow, ItemRow, Visibility } from '../../src/library/rows.ts';
import { transact } from '../../src/store/transaction.ts';
import type { TestApi } from './test-api.ts';

export interface MadeItem {
  readonly tenant?: string;
  readonly title?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly visibility?: Visibility;
  readonly owner?: string;
  readonly name?: string;
  readonly state?: 'waiting' | 'ready';
  readonly kind?: 'video' | 'document';
}

const media = {
  durationMs: 60_000,
  width: 1280,
  height: 720,
  rotation: 0,
  videoCodec: 'h264',
  audioCodec: 'aac',
  fps: 30,
  audioChannels: 2,
};
const rng = seededRng('contents of tests');

export async function makeContent(api: TestApi, tenant = 'acme', kind = 'video'): Promise<ContentRow> {
  const id = newUploadId((count) => rng.bytes(count));
  const isVideo = kind === 'video';
  const row: ContentRow = {
    tenant,
    id,
    sha256: Buffer.from(rng.bytes(32)).toString('hex'),
    bytes: 1000,
    node: 'lib-fra',
    store: 'store-1',
    type: isVideo ? 'video/mp4' : 'application/pdf',
    kind,
    media: JSON.stringify(isVideo ? media : {}),
    has_cover: isVideo ? 1 : 0,
    state: 'stored',
    created_ms: api.clock.wallMs(),
  };
  await api.store.db.insertInto('library_contents').values(row).execute();
  api.libraries.fra.contents.set(`${tenant}/${id}`, new Uint8Array(row.bytes));
  return row;
}

/** Makes an item with its content; a `waiting` item has none. */
export async function makeItem(api: TestApi, o: MadeItem = {}): Promise<ItemRow> {
  const { tenant = 'acme', state = 'ready', kind = 'video' } = o;
  const { title = 'Lesson', description = '', tags = [], visibility = 'private', owner = 'ann', name = 'a.mp4' } = o;
  const itemFields = { tenant, title, description, tags, visibility, owner, name };
  const row = await transact(api.store.db, (trx) => api.items.create(trx, itemFields));
  if (state === 'waiting') return row;
  const content = await makeContent(api, tenant, kind);
  await transact(api.store.db, (trx) => api.items.ready(trx, tenant, row.id, content));
  return row;
}

export async function emptyLibrary({ store: { db }, libraries }: TestApi): Promise<void> {
  for (const table of [
    'library_links',
    'library_item_readers',
    'library_transcripts',
    'library_rendition_chunks',
    'library_renditions',
    'library_items',
    'library_watches',
    'library_positions',
    'library_starts',
    'library_demand',
    'library_heats',
    'tenant_library',
    'library_blocks',
    'library_uploads',
    'library_contents',
    'events',
  ] as const)
    await db.deleteFrom(table).execute();
  libraries.reset();
}
