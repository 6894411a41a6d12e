// Calls to the API with a link, which need no sign-in: the token of the link is the right to them.
import type { MeridianClient } from '@meridian/api-client';
import type { OpenedLink, Post } from './core/opened.ts';

/** All methods reject with MeridianApiError. */
export class LinkApi {
  readonly #client: Pick<MeridianClient, 'post'>;
  readonly #token: string;

  constructor(client: Pick<MeridianClient, 'post'>, token: string) {
    this.#client = client;
    this.#token = token;
  }

  readonly open = (): Promise<OpenedLink> => this.#client.post('/file-links/open', { body: { token: this.#token } });

  /** Returns WebVTT. */
  readonly transcript = async (language: string): Promise<string> => {
    const body = { token: this.#token, language };
    return (await this.#client.post('/file-links/open/transcripts', { body })).vtt;
  };

  readonly posts = async (page: number): Promise<readonly Post[]> => {
    const body = { token: this.#token, page };
    return (await this.#client.post('/file-links/open/posts', { body })).posts;
  };
}
