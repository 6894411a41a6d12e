// The library nodes of a region: a content stays in the folder of contents for good.
import { LASTING } from '../content/holds.ts';
import type { ContentFolder } from '../content/types.ts';
import { type CameFile, type Sink, SinkError } from './sink.ts';

/**
 * Keeps each content until the receiver is removed. Rejects with SOURCE_GONE when the folder has not all of it, and
 * with DISK_FULL when the tenant has its share of the folder.
 */
export class RegionSink implements Sink {
  readonly needsBytes = true;
  readonly #folder: Pick<ContentFolder, 'find' | 'hold'>;

  constructor(folder: Pick<ContentFolder, 'find' | 'hold'>) {
    this.#folder = folder;
  }

  async take({ notice }: CameFile): Promise<{ readonly sha256: string; readonly bytes: number }> {
    const { content, receiver, sha256 } = notice;
    // First: what is held does not go while it is looked at.
    await this.#folder.hold(content, LASTING + receiver);
    const found = this.#folder.find(content);
    if (found?.isWhole !== true) throw new SinkError('SOURCE_GONE', 'the content is not in the folder');
    return { sha256, bytes: found.bytes };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Of receivers that there are no more: their contents may go when room is needed. `present`: ids of all others. */
export const releaseRegions = (
  folder: Pick<ContentFolder, 'releaseAll'>,
  present: ReadonlySet<string>,
): Promise<void> => folder.releaseAll((by) => by.startsWith(LASTING) && !present.has(by.slice(LASTING.length)));
