import { createSecretKey } from 'node:crypto';
import { isUploadRefusal, newId, rpc, type UploadRefusal } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import { SignJWT } from 'jose';
import type { Static } from 'typebox';
import type { KeyWithSecret } from '../access/keys.ts';
import { timeText } from '../http/time.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Contents } from './contents.ts';
import type { Copy, Range } from './core/plan.ts';
import type { ProofRange } from './core/proof.ts';
import type { LibraryNodes } from './library-nodes.ts';
import { type ContentRow, referringStates, type UploadRow, type UploadState } from './rows.ts';
import type { upload } from './schemas.ts';

export interface ProofChallenge {
  /** Random bytes in base64url. */
  readonly nonce: string;
  readonly ranges: readonly ProofRange[];
}
export const challengeOf = ({ proof }: Pick<UploadRow, 'proof'>): ProofChallenge | undefined =>
  proof === '' ? undefined : JSON.parse(proof);
export const copiesIn = ({ copies }: Pick<UploadRow, 'copies'>): readonly Copy[] => JSON.parse(copies);
export const partsIn = ({ parts }: Pick<UploadRow, 'parts'>): readonly Range[] => JSON.parse(parts);
const contentsIn = (row: Pick<UploadRow, 'copies'>): string[] => [
  ...new Set(copiesIn(row).map(({ content }) => content)),
];

/** Lifetime of a part's URL; `getUpload` returns new ones. */
const URL_S = 86_400;
/** Returns when URLs of parts that are signed now expire. */
export const urlEndMs = (clock: Clock): number => clock.wallMs() + URL_S * 1000;

export function findUpload(db: Database, tenant: string, id: string): Promise<UploadRow | undefined> {
  return db
    .selectFrom('library_uploads')
    .selectAll()
    .where((eb) => eb.and({ tenant, id }))
    .executeTakeFirst();
}

/** Returns the item of an output of a recording, which keeps it in all versions. */
export async function itemOfOutput(
  db: Database,
  tenant: string,
  { recording, output }: { readonly recording: string; readonly output: string },
): Promise<string | undefined> {
  const rows = await db
    .selectFrom('library_items as i')
    .select('i.id')
    .where((eb) => eb.and({ 'i.tenant': tenant, 'i.recording': recording }))
    .where('i.deleted_ms', 'is', null)
    .where(({ or, exists, selectFrom }) =>
      or([
        exists(
          selectFrom('recording_outputs as o')
            .select('o.item')
            .whereRef('o.tenant', '=', 'i.tenant')
            .whereRef('o.item', '=', 'i.id')
            .where('o.name', '=', output),
        ),
        exists(
          selectFrom('library_uploads as u')
            .select('u.id')
            .whereRef('u.tenant', '=', 'i.tenant')
            .whereRef('u.item', '=', 'i.id')
            .where('u.output', '=', output),
        ),
      ]),
    )
    .orderBy('i.created_ms', 'desc')
    .limit(1)
    .execute();
  return rows[0]?.id;
}

/** Returns uploads of an item that have not ended, or whose content it does not have yet. */
export const openUploadsOf = (db: Database, tenant: string, item: string): Promise<UploadRow[]> =>
  db
    .selectFrom('library_uploads')
    .selectAll()
    .where((eb) => eb.and({ tenant, item }))
    .where('state', 'in', referringStates)
    .execute();

/**
 * Ends the upload of a recording's file whose item has a content, and keeps the new content for it. Returns false for
 * any other upload.
 */
export async function holdUpload(
  trx: Transaction,
  row: UploadRow,
  content: Pick<ContentRow, 'id' | 'bytes'>,
  contents: Pick<Contents, 'releaseUnused'>,
): Promise<boolean> {
  const { tenant, id } = row;
  if (row.recording === '' || !(await hasOtherContent(trx, row, content.id))) return false;
  const copy: Copy = { from: 0, bytes: content.bytes, content: content.id, contentFrom: 0 };
  await trx
    .updateTable('library_uploads')
    .set({ state: 'held', blocks: '', proof: '', copies: JSON.stringify([copy]) })
    .where((eb) => eb.and({ tenant, id }))
    .where('state', 'in', ['proof', 'open'])
    .execute();
  for (const source of contentsIn(row)) await contents.releaseUnused(trx, tenant, source);
  return true;
}

async function hasOtherContent(trx: Transaction, { tenant, item: id }: UploadRow, content: string): Promise<boolean> {
  const item = await trx
    .selectFrom('library_items')
    .select(['content', 'original'])
    .where((eb) => eb.and({ tenant, id, state: 'ready' }))
    .executeTakeFirst();
  return item !== undefined && (item.original || item.content) !== content;
}

/** Ends an upload and releases contents from which it would have copied. Returns false if it had already ended. */
export async function endUpload(
  trx: Transaction,
  row: UploadRow,
  state: Exclude<UploadState, 'proof' | 'open' | 'held'> | 'gone',
  contents: Pick<Contents, 'releaseUnused'>,
): Promise<boolean> {
  const { tenant, id } = row;
  const isIt = { tenant, id };
  const { rows } =
    state === 'gone'
      ? await hasChanged(
          trx
            .deleteFrom('library_uploads')
            .where((eb) => eb.and(isIt))
            .where('state', 'in', referringStates),
        )
      : await hasChanged(
          trx
            .updateTable('library_uploads')
            .set({ state, blocks: '', proof: '' })
            .where((eb) => eb.and(isIt))
            .where('state', 'in', referringStates),
        );
  if (rows === 0) return false;
  for (const content of contentsIn(row)) await contents.releaseUnused(trx, tenant, content);
  return true;
}

const hasChanged = async (query: {
  executeTakeFirst(): Promise<{ numDeletedRows?: bigint; numUpdatedRows?: bigint } | undefined>;
}): Promise<{ rows: number }> => {
  const result = await query.executeTakeFirst();
  return { rows: Number(result?.numDeletedRows ?? result?.numUpdatedRows ?? 0n) };
};

export interface UrlSigning {
  readonly key: KeyWithSecret;
  /** Ids whose revocation ends the URLs, from `sourcesOfUploader`. */
  readonly sources: readonly string[];
  readonly clock: Clock;
  readonly rng: Rng;
  readonly nodes: Pick<LibraryNodes, 'urlOf'>;
}

/** Shows an upload; `failure` is that of its item. */
export async function shownUpload(
  row: UploadRow,
  signing: UrlSigning | undefined,
  failure?: { readonly code: string; readonly detail: string },
): Promise<Static<typeof upload>> {
  const { id, item, owner, name, bytes, state, fingerprint } = row;
  const question = state === 'proof' ? challengeOf(row) : undefined;
  const refusal = failure !== undefined && isUploadRefusal(failure.code) ? failure : undefined;
  return {
    id,
    item,
    owner,
    name,
    bytes,
    state: state === 'held' ? 'done' : state,
    ...(refusal !== undefined && (state === 'refused' || state === 'expired') && { failure: refusal }),
    ...(fingerprint !== '' && { fingerprint }),
    ...(question !== undefined && { proof: shownQuestion(question) }),
    parts: state === 'open' && signing !== undefined ? await shownParts(row, signing) : [],
    knownBytes: copiesIn(row).reduce((sum, copy) => sum + copy.bytes, 0),
    createdAt: timeText(row.created_ms),
    expiresAt: timeText(row.expires_ms),
  };
}

const shownQuestion = ({ nonce, ranges }: ProofChallenge) => ({
  nonce,
  ranges: ranges.map(({ from, bytes }) => ({ from, bytes })),
});

async function shownParts(row: UploadRow, { key, sources, clock, rng, nodes }: UrlSigning) {
  const base = nodes.urlOf(row.node, key.regions);
  if (base === '') return [];
  const via = newId('UL_', (count) => rng.bytes(count), 20);
  const nowS = Math.floor(clock.wallMs() / 1000);
  const token = await new SignJWT({ upload: row.id, via, sources })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(key.id)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + URL_S)
    .sign(createSecretKey(Buffer.from(key.secret)));
  return partsIn(row).map(({ from, bytes }, index) => ({
    from,
    bytes,
    url: `${base}/library/uploads/${token}/${index}`,
  }));
}

export interface DroppingOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly nodes: LibraryNodes;
}
interface DropPayload extends Pick<UploadRow, 'tenant' | 'id' | 'node'> {
  readonly sinceMs: number;
}

const DROP_ANSWER_MS = 10_000;
const AGAIN_MS = 1000;
const AGAIN_MS_MAX = 10 * 60_000;
/** After this time, the node has removed the upload by itself, since it knows the expiry. */
const FORGOTTEN_MS = 8 * 86_400_000;

/** Asks nodes to drop uploads that ended without a content, until they have done so. */
export class UploadDropping {
  readonly #o: DroppingOptions;
  readonly #kind: JobKind<DropPayload> = {
    name: 'library uploads to drop',
    concurrency: 8,
    leaseMs: 60_000,
    attemptsMax: Number.MAX_SAFE_INTEGER,
    run: (payload) => this.#drop(payload),
  };

  constructor(o: DroppingOptions) {
    this.#o = o;
    o.jobs.register(this.#kind);
  }

  /** Must run in a transaction. */
  async scheduleDrop(trx: Transaction, { tenant, id, node }: Pick<UploadRow, 'tenant' | 'id' | 'node'>): Promise<void> {
    if (node === '') return;
    const payload = { tenant, id, node, sinceMs: this.#o.clock.wallMs() };
    // The job belongs to no tenant, so that it outlives an erased tenant.
    await this.#o.jobs.add(trx, this.#kind, { payload, key: `${tenant}/${id}/${node}` });
  }

  async #drop({ tenant, id: uploadId, node, sinceMs }: DropPayload): Promise<{ againMs: number } | undefined> {
    const { clock, log, nodes } = this.#o;
    const ageMs = Math.max(0, clock.wallMs() - sinceMs);
    try {
      await nodes.call(node, rpc.dropUpload, { tenant, uploadId }, DROP_ANSWER_MS);
    } catch (err) {
      log.info({ err, library: node, tenant, uploadId }, 'a library node could not drop an upload yet');
      if (ageMs < FORGOTTEN_MS) return { againMs: Math.min(AGAIN_MS_MAX, Math.max(AGAIN_MS, ageMs / 4)) };
    }
    return undefined;
  }
}

export interface Refusal {
  readonly code: UploadRefusal;
  readonly detail: string;
}
