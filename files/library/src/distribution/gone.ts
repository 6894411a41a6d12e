// Copies that this node keeps for receivers go with their contents: an api says which of them there are no more. A node
// that was away asks when it is back.
import type { ContentFolder } from '@meridian/distribution';
import type { ApiLinks } from '@meridian/node-shell';
import { HELD_CONTENTS_MAX, rpc } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { Surroundings } from './surroundings.ts';

/** So long a copy outlives its content while an api answers. */
const LOOK_MS = 5 * 60_000;
const ANSWER_MS = 10_000;

export interface GoneContentsOptions {
  readonly api: Pick<ApiLinks, 'call'>;
  readonly folder: Pick<ContentFolder, 'find' | 'remove'>;
  readonly surroundings: Pick<Surroundings, 'forget'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Names in the folder: of contents, and others. */
  held(): Promise<readonly string[]>;
}

export class GoneContents {
  readonly #o: GoneContentsOptions;
  readonly #timer: Timer;
  #looking: Promise<void> | undefined;
  #isClosed = false;

  constructor(o: GoneContentsOptions) {
    this.#o = o;
    this.#timer = o.clock.every(LOOK_MS, () => void this.look());
  }

  /** Asks about all that are held; while it does, the same again is the same look. Never rejects. */
  look(): Promise<void> {
    const { log } = this.#o;
    this.#looking ??= this.#look()
      .catch((err: unknown) => log.info({ err }, 'which contents there are no more is asked again in the next look'))
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  /** Rejects as the disk does. Idempotent. */
  async remove(content: string): Promise<void> {
    const { folder, surroundings } = this.#o;
    // First: it does not come back from a node that has it still.
    surroundings.forget(content);
    await folder.remove(content);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer.cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { api, folder, held } = this.#o;
    const contents = (await held()).flatMap((contentId) => {
      const found = folder.find(contentId);
      return found === undefined ? [] : [{ tenant: found.tenant, contentId }];
    });
    while (contents.length > 0 && !this.#isClosed) {
      const some = contents.splice(0, HELD_CONTENTS_MAX);
      const { contentIds } = await api.call(rpc.goneContents, { contents: some }, ANSWER_MS);
      const gone = new Set(contentIds);
      for (const { contentId } of some) if (gone.has(contentId)) await this.#removeOne(contentId);
    }
  }

  /** One that cannot be removed holds up no other. */
  async #removeOne(content: string): Promise<void> {
    const { log } = this.#o;
    try {
      await this.remove(content);
      log.info({ content }, 'a copy has gone with its content');
    } catch (err) {
      log.error({ err, content }, 'a copy of a content that is gone is still there');
    }
  }
}
