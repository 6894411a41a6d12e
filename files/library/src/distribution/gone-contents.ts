// Removes copies that were kept for receivers, once an api reports that their contents no longer exist.
import type { ContentFolder } from '@meridian/distribution';
import type { ApiLinks } from '@meridian/node-shell';
import { HELD_CONTENTS_MAX, rpc } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { Surroundings } from './surroundings.ts';

/** A copy outlives its content by at most this time while an api answers. */
const CHECK_EVERY_MS = 5 * 60_000;
const ANSWER_MS = 10_000;

export interface GoneContentsOptions {
  readonly api: Pick<ApiLinks, 'call'>;
  readonly folder: Pick<ContentFolder, 'find' | 'remove'>;
  readonly surroundings: Pick<Surroundings, 'forget'>;
  readonly clock: Clock;
  readonly log: Logger;
  held(): Promise<readonly string[]>;
}

export class GoneContents {
  readonly #o: GoneContentsOptions;
  readonly #timer: Timer;
  #checking: Promise<void> | undefined;
  #isClosed = false;

  constructor(o: GoneContentsOptions) {
    this.#o = o;
    this.#timer = o.clock.every(CHECK_EVERY_MS, () => void this.check());
  }

  /** Checks all held contents; a call during a running check joins it. Never rejects. */
  check(): Promise<void> {
    const { log } = this.#o;
    this.#checking ??= this.#checkAll()
      .catch((err: unknown) => log.info({ err }, 'the api did not report erased contents: it is asked again later'))
      .finally(() => {
        this.#checking = undefined;
      });
    return this.#checking;
  }

  async remove(content: string): Promise<void> {
    const { folder, surroundings } = this.#o;
    // `forget` comes first, so that the content does not come back from a node that still has it.
    surroundings.forget(content);
    await folder.remove(content);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer.cancel();
    await this.#checking;
  }

  async #checkAll(): Promise<void> {
    const { api, folder, held } = this.#o;
    const contents = (await held()).flatMap((contentId) => {
      const found = folder.find(contentId);
      return found === undefined ? [] : [{ tenant: found.tenant, contentId }];
    });
    while (contents.length > 0 && !this.#isClosed) {
      const batch = contents.splice(0, HELD_CONTENTS_MAX);
      const { contentIds } = await api.call(rpc.goneContents, { contents: batch }, ANSWER_MS);
      const gone = new Set(contentIds);
      for (const { contentId } of batch) if (gone.has(contentId)) await this.#removeOne(contentId);
    }
  }

  async #removeOne(content: string): Promise<void> {
    const { log } = this.#o;
    try {
      await this.remove(content);
      log.info({ content }, 'the copy of an erased content was removed');
    } catch (err) {
      log.error({ err, content }, 'the copy of an erased content could not be removed');
    }
  }
}
