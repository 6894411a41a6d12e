// Files that a company uploads: each goes on after a cut, until it is in the library.
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type UploadApi, UploadError, upload, uploadApiOf } from '../../../uploader/src/index.ts';
import { fileSource } from '../../../uploader/src/node.ts';
import { ANSWERED_MS_MAX, type Company } from './company.ts';
import type { PlannedUpload } from './plan.ts';

const AGAIN_MS = 500;
/** Of one file, with all that is done to it. */
const UPLOADED_MS_MAX = 2 * ANSWERED_MS_MAX;
/** What no further try changes. */
const FINAL = new Set(['REFUSED', 'EXPIRED', 'FILE_CHANGED', 'FILE_UNREADABLE', 'FILE_EMPTY', 'FILE_TOO_LARGE']);

export interface Uploaded {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly id: string;
  readonly item: string;
  readonly tookMs: number;
}

export class Uploads {
  readonly #company: Company;
  readonly #folder: string;
  readonly #running = new Map<string, AbortController>();
  /** Why clients began again, by code. */
  readonly again = new Map<string, number>();

  constructor(company: Company, folder: string) {
    this.#company = company;
    this.#folder = folder;
  }

  /** Ends a client in the middle of its upload; it begins again. False: none runs. */
  cut(): boolean {
    const [first] = this.#running.values();
    first?.abort();
    return first !== undefined;
  }

  /** Resolves when the file is in the library. Rejects with what refuses it, or when it takes too long. */
  async send({ name, bytes }: PlannedUpload): Promise<Uploaded> {
    const path = join(this.#folder, name);
    const content = Buffer.from(randomBytes(Math.ceil(bytes / 2)).toString('hex'));
    writeFileSync(path, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const beginMs = performance.now();
    for (;;) {
      const stop = new AbortController();
      this.#running.set(name, stop);
      try {
        const source = await fileSource(path);
        const { id, item } = await upload({
          source,
          api: this.#api(name),
          about: { title: name },
          signal: stop.signal,
        });
        return { name, path, bytes: content.length, sha256, id, item, tookMs: performance.now() - beginMs };
      } catch (error) {
        if (!(error instanceof UploadError)) throw error;
        if (FINAL.has(error.code)) throw new Error(`${name}: ${error.code} ${error.message}`, { cause: error });
        if (performance.now() - beginMs > UPLOADED_MS_MAX) throw new Error(`${name} does not end`, { cause: error });
        this.again.set(error.code, (this.again.get(error.code) ?? 0) + 1);
      } finally {
        this.#running.delete(name);
      }
      await delay(AGAIN_MS);
    }
  }

  /** A client that remembers: what it has announced is not announced twice, and what is in the library is found. */
  #api(name: string): UploadApi {
    const api = uploadApiOf(this.#company);
    return Object.assign({}, api, {
      find: async (fingerprint: string) => {
        const { data } = await this.#company.get('/library/uploads', { params: { query: { fingerprint } } });
        const [found] = data;
        return found === undefined ? undefined : api.get(found.id);
      },
      create: (body: Parameters<UploadApi['create']>[0]) => api.create(body, `upload-${name}`),
    });
  }
}
