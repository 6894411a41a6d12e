// Covers in the list. Links are created for items that come into view, a few at a time.
import { createContext, type RefObject, useContext, useEffect, useState } from 'react';
import type { LibraryApi } from '../api.ts';
import type { Item } from '../core/model.ts';

/** Concurrent link requests: fast scrolling queues them, so that other calls are not blocked. */
const ASKED_AT_ONCE = 4;
/** Validity of a cover's link; a page that is open for longer creates new links when it is reloaded. */
const EXPIRES_IN_S = 86_400;
/** Maximum number of cached covers; the oldest is dropped. */
const KNOWN_MAX = 1000;

export class Covers {
  readonly #api: Pick<LibraryApi, 'link'>;
  readonly #urls = new Map<string, Promise<string | undefined>>();
  readonly #waiting: (() => void)[] = [];
  #pendingCount = 0;

  constructor(api: Pick<LibraryApi, 'link'>) {
    this.#api = api;
  }

  /** Never rejects; undefined: no cover. */
  readonly urlOf = (item: Item): Promise<string | undefined> => {
    if (item.cover === 'none' || item.state !== 'ready') return Promise.resolve(undefined);
    const key = `${item.id} ${item.changedAt}`;
    const known = this.#urls.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#urls.keys();
    if (oldest !== undefined && this.#urls.size >= KNOWN_MAX) this.#urls.delete(oldest);
    const request = this.#fetchUrl(item.id);
    this.#urls.set(key, request);
    return request;
  };

  async #fetchUrl(id: string): Promise<string | undefined> {
    if (this.#pendingCount >= ASKED_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#pendingCount += 1;
    try {
      return (await this.#api.link(id, { expiresInS: EXPIRES_IN_S, may: 'play', use: 'own' })).coverUrl;
    } catch (error) {
      console.info('a cover is not shown:', error);
      return undefined;
    } finally {
      this.#pendingCount -= 1;
      this.#waiting.shift()?.();
    }
  }
}

/** Source of covers; undefined when covers are off. */
export const CoversContext = createContext<Covers | undefined>(undefined);

/** Returns the cover's URL once the element has come into view. */
export function useCover(item: Item, ref: RefObject<HTMLElement | null>): string | undefined {
  const covers = useContext(CoversContext);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const element = ref.current;
    if (covers === undefined || element === null) return undefined;
    let isGone = false;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      void covers.urlOf(item).then((found) => isGone || setUrl(found));
    });
    observer.observe(element);
    return () => {
      isGone = true;
      observer.disconnect();
    };
  }, [covers, item, ref]);
  return url;
}
