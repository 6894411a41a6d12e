// Serves `taskUpload`: the steps by which a recorder brings the files of a recording into the library. The lease of its
// task is its right to take them, since a recorder has no key of the tenant.
import { ASSEMBLE, MeridianError, nodeKind, type OutputFacts, rpc, serve } from '@meridian/protocol';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { RecordingRow } from '../events/recording-body.ts';
import { Problem } from '../http/problems.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { heldBy, type TaskLink } from '../jobs/task-service.ts';
import type { RecordingUploads } from '../library/recording-uploads.ts';
import type { UploadRow } from '../library/rows.ts';
import { newUpload, uploadProof } from '../library/schemas.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import { outputFacts } from './assembled.ts';
import type { AssemblePayload } from './collecting.ts';
import { TITLE_CHARACTERS_MAX } from './core/chapters.ts';
import { postPage, storePosts } from './posts.ts';
import { recordingOf } from './records.ts';
import { storedName } from './stored-name.ts';
import type { RecordingTrash } from './trash.ts';

export interface TaskUploadsOptions {
  readonly db: Database;
  readonly jobs: Pick<Jobs, 'tasks'>;
  readonly files: Pick<
    RecordingUploads,
    'prepare' | 'store' | 'abandon' | 'find' | 'get' | 'resume' | 'prove' | 'shown'
  >;
  readonly trash: Pick<RecordingTrash, 'follow'>;
}

const { name, bytes, blocks, sha256, fingerprint } = newUpload.properties;
const id = Type.String({ minLength: 1, maxLength: 64 });
const bodies = {
  find: Type.Object({ output: outputFacts.properties.name, fingerprint: Type.String({ maxLength: 128 }) }),
  create: Type.Object({ name, bytes, blocks, sha256, fingerprint, output: outputFacts }),
  prove: Type.Object({ id, ...uploadProof.properties }),
  get: Type.Object({ id }),
  posts: postPage,
};
type Operation = keyof typeof bodies;
/** Room for the hashes of the blocks of the largest file that a frame may carry. */
const BODY_CHARACTERS_MAX = 1_000_000;

interface HeldRecording {
  readonly row: RecordingRow;
  readonly payload: AssemblePayload;
}

export class TaskUploads {
  readonly #o: TaskUploadsOptions;

  constructor(o: TaskUploadsOptions) {
    this.#o = o;
  }

  /** Rejects requests with KIND_NOT_PERMITTED, REQUEST_INVALID, or as the REST operations of uploads do. */
  attach(link: TaskLink): void {
    serve(link, rpc.taskUpload, async ({ taskId, lease, operation, body }) => {
      const { id: node, kind, region } = link.remote;
      if (kind !== nodeKind.recorder) throw new MeridianError('KIND_NOT_PERMITTED');
      const held = await this.#recordingOf(heldBy(node, taskId, lease), region);
      return { body: JSON.stringify(await this.#step(held, region, operation, body)) };
    });
  }

  /** Rejects with CONFLICT if the lease is lost, or belongs to a task of another kind. */
  async #recordingOf(held: ReturnType<typeof heldBy>, region: string): Promise<HeldRecording> {
    const task = await this.#o.jobs.tasks.held(held, region);
    if (task?.kind !== ASSEMBLE) throw new Problem('CONFLICT', 'the lease of the task is lost');
    const payload = task.payload as AssemblePayload;
    const row = await recordingOf(this.#o.db, task.tenant, payload.recordingId);
    if (row === undefined || row.deleted_ms !== null) throw new Problem('CONFLICT', 'the recording is deleted');
    return { row, payload };
  }

  async #step({ row, payload }: HeldRecording, region: string, operation: string, text: string): Promise<unknown> {
    const { files } = this.#o;
    const key = { tenant: row.tenant, recording: row.id };
    switch (operation) {
      case 'find': {
        const { output, fingerprint: its } = bodyOf('find', text);
        const found = await files.find(key, storedName(payload, output), its);
        return found === undefined ? null : files.shown(found);
      }
      case 'create': {
        const { output, ...body } = bodyOf('create', text);
        const name = storedName(payload, output.name);
        return files.shown(await this.#create(row, region, { output: Object.assign({}, output, { name }), ...body }));
      }
      case 'prove': {
        const body = bodyOf('prove', text);
        return files.shown(await files.prove(await this.#upload(key, body.id), body.sha256));
      }
      case 'get':
        return files.shown(await files.resume(await this.#upload(key, bodyOf('get', text).id)));
      case 'posts': {
        const { page, posts } = bodyOf('posts', text);
        const { firstPage = 0 } = payload;
        await transact(this.#o.db, (trx) => storePosts(trx, row, { page: firstPage + page, posts }));
        return null;
      }
      default:
        throw new MeridianError('REQUEST_INVALID', 'not allowed: operation');
    }
  }

  /** Rejects with NOT_FOUND for an upload of another recording. */
  async #upload(key: { readonly tenant: string; readonly recording: string }, upload: string): Promise<UploadRow> {
    const row = await this.#o.files.get(key, upload);
    if (row === undefined) throw new Problem('NOT_FOUND');
    return row;
  }

  async #create(
    row: RecordingRow,
    region: string,
    { output, ...body }: Static<(typeof bodies)['create']>,
  ): Promise<UploadRow> {
    const { db, files, trash } = this.#o;
    const { tenant, id: recording, meeting } = row;
    const [title, owner] = [await titleOf(db, row, output), await ownerOf(db, row)];
    const prepared = await files.prepare({ tenant, recording, output, title, owner, meeting, region, body });
    try {
      return await transact(db, async (trx) => {
        const upload = await files.store(trx, prepared);
        await trash.follow(trx, row, upload.item);
        return upload;
      });
    } catch (error) {
      await files.abandon(prepared);
      throw error;
    }
  }
}

/** Throws REQUEST_INVALID. */
function bodyOf<O extends Operation>(operation: O, text: string): Static<(typeof bodies)[O]> {
  const schema: TSchema = bodies[operation];
  const body = text.length <= BODY_CHARACTERS_MAX ? parsed(text) : undefined;
  if (!Value.Check(schema, body)) throw new MeridianError('REQUEST_INVALID', 'not allowed: body');
  return Value.Clean(schema, body) as Static<(typeof bodies)[O]>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller refuses it.
  }
}

/** Returns the title of the meeting or the name of the room, and the participant if each has own files. */
async function titleOf(db: Database, row: RecordingRow, output: OutputFacts): Promise<string> {
  const { tenant, meeting: id, occurrence, room, mode } = row;
  const meeting = await db
    .selectFrom('meetings')
    .select('title')
    .where((eb) => eb.and({ tenant, id }))
    .executeTakeFirst();
  const ofOccurrence = await db
    .selectFrom('meeting_occurrences')
    .select('title')
    .where((eb) => eb.and({ meeting: id, original_start: occurrence }))
    .executeTakeFirst();
  const title = ofOccurrence?.title || meeting?.title || room;
  const participant = mode === '' ? output.participantName || output.identity : '';
  return (participant === '' ? title : `${title} — ${participant}`).slice(0, TITLE_CHARACTERS_MAX);
}

/** Returns the user who started the recording; '' for a guest, REST, or a rule. */
async function ownerOf(db: Database, { tenant, made_by: id }: RecordingRow): Promise<string> {
  const user = await db
    .selectFrom('users')
    .select('id')
    .where((eb) => eb.and({ tenant, id }))
    .executeTakeFirst();
  return user?.id ?? '';
}
