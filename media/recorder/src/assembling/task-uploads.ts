// Steps of an upload at the api, which the api takes for the tenant of the task.
import type { ApiLinks } from '@meridian/node-shell';
import { type OutputFacts, type PostPage, rpc } from '@meridian/protocol';
import { type NewUpload, type Upload, type UploadApi, UploadError } from '@meridian/uploader';

/** The api asks library nodes meanwhile. */
const DEADLINE_MS = 30_000;
/** Bound of the hashes of blocks, which a link carries at once. A larger file is uploaded without them. */
const BLOCKS_MAX = 10_000;

export interface RunningTask {
  readonly id: string;
  readonly lease: string;
}

export class TaskUploads {
  readonly #api: Pick<ApiLinks, 'call'>;
  readonly #task: RunningTask;

  constructor(api: Pick<ApiLinks, 'call'>, { id, lease }: RunningTask) {
    this.#api = api;
    this.#task = { id, lease };
  }

  /** Returns an `UploadApi` for one file. `fingerprint` is the same at every recorder that makes this file. */
  of(output: OutputFacts, fingerprint: string): UploadApi {
    return {
      find: async () => {
        const found = await this.#ask('find', { output: output.name, fingerprint });
        return found === undefined ? undefined : uploadOf(found);
      },
      create: async ({ blocks, ...file }: NewUpload) => {
        const known = blocks !== undefined && blocks.length <= BLOCKS_MAX ? { blocks } : {};
        return uploadOf(await this.#ask('create', Object.assign({}, file, { fingerprint, output }, known)));
      },
      prove: async (id, sha256) => uploadOf(await this.#ask('prove', { id, sha256 })),
      get: async (id) => uploadOf(await this.#ask('get', { id })),
    };
  }

  /** Replaces a page of the recording's posts. Rejects as `ApiLinks.call` does. */
  async posts(page: PostPage): Promise<void> {
    await this.#ask('posts', page);
  }

  /** Returns undefined for an empty answer. */
  async #ask(operation: string, body: object): Promise<unknown> {
    const { id: taskId, lease } = this.#task;
    const message = { taskId, lease, operation, body: JSON.stringify(body) };
    const answer = await this.#api.call(rpc.taskUpload, message, DEADLINE_MS).catch(withRefusal);
    if (answer.body === '') return undefined;
    try {
      return JSON.parse(answer.body) ?? undefined;
    } catch (cause) {
      throw new UploadError('ANSWER_UNREADABLE', 'The answer of the api is no JSON.', { cause });
    }
  }
}

/** Checks what the uploader reads before it checks ranges. */
function uploadOf(answer: unknown): Upload {
  const { id, bytes, state, parts } = (answer ?? {}) as Partial<Upload>;
  if (typeof id === 'string' && typeof bytes === 'number' && typeof state === 'string' && Array.isArray(parts))
    return answer as Upload;
  throw new UploadError('ANSWER_UNREADABLE', 'The answer of the api is no upload.');
}

/** Codes of refusals that are only the api's: links report them as an api that is away. */
const refusals: readonly unknown[] = ['CONFLICT', 'NOT_FOUND'];

/** The uploader asks again while the api is away, but not after a refusal. */
function withRefusal(error: unknown): never {
  const { cause } = error as { readonly cause?: { readonly code?: unknown; readonly message?: string } };
  if (!refusals.includes(cause?.code)) throw error;
  throw new UploadError(String(cause?.code), cause?.message ?? '', { cause });
}
