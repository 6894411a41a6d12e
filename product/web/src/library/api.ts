// The library's calls to the API, with the session's cookie.
import type { MeridianClient } from '@meridian/api-client';
import type { Run } from '../account/api.ts';
import type {
  Candidate,
  Item,
  ItemChange,
  ItemLink,
  ItemPage,
  ItemReader,
  NewCover,
  OpenItemLinkPage,
  OpenUpload,
  ReaderKind,
  Right,
  Trim,
  Usage,
} from './core/model.ts';
import { tokenOfHash } from './core/opened.ts';
import type { Filters, View } from './core/view.ts';
import { LinkApi } from './link-api.ts';

export interface VersionedItem {
  readonly item: Item;
  readonly etag: string;
}

export interface LinkWanted {
  readonly expiresInS: number;
  readonly may: 'play' | 'download';
  /** `own`: for this page alone; `share`: to give away, and shown in the list of open links. */
  readonly use: 'own' | 'share';
}

/** Request for a link to play, valid for longer than a person watches; media paused for longer gets a new link. */
export const LINK_TO_PLAY: LinkWanted = { expiresInS: 86_400, may: 'play', use: 'own' };

/** `kind` and id of a reader that an item can be given to. */
interface ReaderName {
  readonly kind: ReaderKind;
  readonly id: string;
}

/** Maximum number of unfinished uploads shown: a person resumes no more. */
const OPEN_UPLOADS_MAX = 20;

/** All methods reject with MeridianApiError. */
export class LibraryApi {
  readonly #client: MeridianClient;
  readonly #run: Run;

  constructor({ client, run }: { readonly client: MeridianClient; readonly run: Run }) {
    this.#client = client;
    this.#run = run;
  }

  /** Lists items of a view, newest first. `owner`: the signed-in user. */
  list({ text, kind, state, isMine }: Filters, view: View, owner: string, cursor?: string): Promise<ItemPage> {
    const query = {
      ...(view === 'shared' && { shared: true }),
      ...(view === 'trash' && { trashed: true }),
      ...(text !== '' && { text }),
      ...(kind !== '' && { kind }),
      ...(state !== '' && { state }),
      ...(isMine && { owner }),
      ...(cursor !== undefined && { cursor }),
    };
    return this.#run(() => this.#client.get('/library/items', { params: { query } }));
  }

  item(item: string): Promise<VersionedItem> {
    return this.#run(async () =>
      versioned(await this.#client.http.GET('/library/items/{item}', { params: { path: { item } } })),
    );
  }

  /** Rejects with VERSION_CONFLICT when the item has another version by now. */
  change(item: string, body: ItemChange, etag: string): Promise<VersionedItem> {
    const params = { path: { item }, header: { 'If-Match': etag } };
    return this.#run(async () => versioned(await this.#client.http.PATCH('/library/items/{item}', { body, params })));
  }

  /** Puts an item into the trash, from which it can be restored; its links end. */
  async trash(item: string): Promise<void> {
    await this.#run(() => this.#client.post('/library/items/{item}/trash', { params: { path: { item } } }));
  }

  async restore(item: string): Promise<void> {
    await this.#run(() => this.#client.post('/library/items/{item}/restore', { params: { path: { item } } }));
  }

  /** Deletes for good. */
  async remove(item: string): Promise<void> {
    await this.#run(() => this.#client.delete('/library/items/{item}', { params: { path: { item } } }));
  }

  /** Lists the people and groups to whom an item is given, and the meeting whose hosts have it. */
  async readers(item: string): Promise<readonly ItemReader[]> {
    const params = { path: { item } };
    return (await this.#run(() => this.#client.get('/library/items/{item}/readers', { params }))).data;
  }

  async setReader(item: string, { kind, id }: ReaderName, may: Right): Promise<void> {
    const params = { path: { item, kind, reader: id } };
    await this.#run(() => this.#client.put('/library/items/{item}/readers/{kind}/{reader}', { body: { may }, params }));
  }

  async removeReader(item: string, { kind, id }: ReaderName): Promise<void> {
    const params = { path: { item, kind, reader: id } };
    await this.#run(() => this.#client.delete('/library/items/{item}/readers/{kind}/{reader}', { params }));
  }

  /** Finds colleagues and groups whose name begins with `text`: at least two characters. */
  async find(text: string): Promise<readonly Candidate[]> {
    const params = { query: { q: text } };
    const [users, groups] = await Promise.all([
      this.#run(() => this.#client.get('/users/find', { params })),
      this.#run(() => this.#client.get('/groups/find', { params })),
    ]);
    return [
      ...groups.data.map(({ id, name }) => ({ kind: 'group' as const, id, name, email: '' })),
      ...users.data.map(({ id, name, email }) => ({ kind: 'user' as const, id, name, email })),
    ];
  }

  /** Cuts the beginning and the end, in times of the original. */
  async trim(item: string, body: Trim): Promise<void> {
    await this.#run(() => this.#client.put('/library/items/{item}/trim', { body, params: { path: { item } } }));
  }

  async undoTrim(item: string): Promise<void> {
    await this.#run(() => this.#client.delete('/library/items/{item}/trim', { params: { path: { item } } }));
  }

  async setCover(item: string, body: NewCover): Promise<void> {
    await this.#run(() => this.#client.put('/library/items/{item}/cover', { body, params: { path: { item } } }));
  }

  link(item: string, body: LinkWanted): Promise<ItemLink> {
    return this.#run(() => this.#client.post('/library/items/{item}/links', { body, params: { path: { item } } }));
  }

  /** Calls with a link of the page itself. */
  linkApi({ pageUrl }: ItemLink): LinkApi | undefined {
    const token = tokenOfHash(new URL(pageUrl).hash);
    return token === undefined ? undefined : new LinkApi(this.#client, token);
  }

  /** Lists open links that the user may end, the newest first. */
  links(item: string, cursor?: string): Promise<OpenItemLinkPage> {
    const params = { path: { item }, query: cursor === undefined ? {} : { cursor } };
    return this.#run(() => this.#client.get('/library/items/{item}/links', { params }));
  }

  async endLink(fileLink: string): Promise<void> {
    await this.#run(() => this.#client.delete('/library/links/{fileLink}', { params: { path: { fileLink } } }));
  }

  async transcript(item: string, language: string): Promise<string> {
    const params = { path: { item, language } };
    const { vtt } = await this.#run(() => this.#client.get('/library/items/{item}/transcripts/{language}', { params }));
    return vtt;
  }

  async putTranscript(item: string, language: string, vtt: string): Promise<void> {
    const params = { path: { item, language } };
    await this.#run(() => this.#client.put('/library/items/{item}/transcripts/{language}', { body: { vtt }, params }));
  }

  async removeTranscript(item: string, language: string): Promise<void> {
    const params = { path: { item, language } };
    await this.#run(() => this.#client.delete('/library/items/{item}/transcripts/{language}', { params }));
  }

  readonly usage = (): Promise<Usage> => this.#run(() => this.#client.get('/library/usage'));

  async openUploads(): Promise<readonly OpenUpload[]> {
    const params = { query: { state: 'open' as const, limit: OPEN_UPLOADS_MAX } };
    const { data } = await this.#run(() => this.#client.get('/library/uploads', { params }));
    return data;
  }

  readonly giveUp = async (upload: string): Promise<void> => {
    await this.#run(() => this.#client.delete('/library/uploads/{upload}', { params: { path: { upload } } }));
  };
}

function versioned({ data, response }: { readonly data?: Item; readonly response: Response }): VersionedItem {
  // Failed calls reject, and every success has a body.
  return { item: data as Item, etag: response.headers.get('etag') ?? '*' };
}
