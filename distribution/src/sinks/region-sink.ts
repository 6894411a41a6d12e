// The library nodes of a region: a content stays in the folder of contents for good.
import type { ContentFolder } from '../content/types.ts';
import { type CameFile, type Sink, SinkError } from './sink.ts';

const HELD_BY = 'region:';

/** Keeps each content until the receiver is removed. Rejects with SOURCE_GONE when the folder has not all of it. */
export class RegionSink implements Sink {
  readonly needsBytes = true;
  readonly #folder: Pick<ContentFolder, 'find' | 'hold'>;

  constructor(folder: Pick<ContentFolder, 'find' | 'hold'>) {
    this.#folder = folder;
  }

  async take({ notice }: CameFile): Promise<{ readonly sha256: string; readonly bytes: number }> {
    const { content, receiver, sha256 } = notice;
    // First: what is held does not go while it is looked at.
    await this.#folder.hold(content, HELD_BY + receiver);
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
): Promise<void> => folder.releaseAll((by) => by.startsWith(HELD_BY) && !present.has(by.slice(HELD_BY.length)));
