import { LASTING_PREFIX } from '../content/holds.ts';
import type { ContentFolder } from '../content/types.ts';
import { type FetchedFile, type Sink, SinkError, type Taken } from './sink.ts';

/**
 * Keeps contents until the receiver is removed. The content folder has hashed what it reads from its disk. Rejects
 * with SOURCE_GONE for an incomplete content, DISK_FULL above the tenant's share.
 */
export class RegionSink implements Sink {
  readonly needsBytes = true;
  readonly #folder: Pick<ContentFolder, 'find' | 'hold'>;

  constructor(folder: Pick<ContentFolder, 'find' | 'hold'>) {
    this.#folder = folder;
  }

  async take({ notice }: FetchedFile): Promise<Taken> {
    const { content, receiver, sha256 } = notice;
    // The hold comes first, so that the content is not evicted during the check.
    await this.#folder.hold(content, LASTING_PREFIX + receiver);
    const found = this.#folder.find(content);
    if (found?.isWhole !== true) throw new SinkError('SOURCE_GONE', 'the content is not in the folder');
    return { sha256, bytes: found.bytes, proof: 'read' };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Releases the contents of receivers that are not `present`. */
export const releaseRegions = (
  folder: Pick<ContentFolder, 'releaseAll'>,
  present: ReadonlySet<string>,
): Promise<void> =>
  folder.releaseAll((by) => by.startsWith(LASTING_PREFIX) && !present.has(by.slice(LASTING_PREFIX.length)));
