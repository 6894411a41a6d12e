// Calls of the page to the API: the token of the link is the right to them.
import type { MeridianClient } from '@meridian/api-client';
import type { OpenedLink, Post } from './core/model.ts';

/** All methods reject with MeridianApiError. */
export class WatchApi {
  readonly #post: (path: string, init: object) => Promise<never>;
  readonly #token: string;

  constructor({ post }: Pick<MeridianClient, 'post'>, token: string) {
    this.#post = post as never;
    this.#token = token;
  }

  readonly open = (): Promise<OpenedLink> => this.#post('/file-links/open', { body: { token: this.#token } });

  /** Returns WebVTT. */
  readonly transcript = async (language: string): Promise<string> => {
    const body = { token: this.#token, language };
    return (await (this.#post('/file-links/open/transcripts', { body }) as Promise<{ vtt: string }>)).vtt;
  };

  readonly posts = async (page: number): Promise<readonly Post[]> =>
    (
      await (this.#post('/file-links/open/posts', { body: { token: this.#token, page } }) as Promise<{
        posts: readonly Post[];
      }>)
    ).posts;
}
