// Calls for recordings of the organisation. All reject with MeridianApiError.
import type { AdminPorts } from '../ports.ts';
import type { PageOf } from '../ui/queries.ts';
import type { ListedRecording } from './table.tsx';

const LINK_VALID_S = 86_400;

export class RecordingsApi {
  readonly #o: Pick<AdminPorts, 'client' | 'run'>;

  constructor(o: Pick<AdminPorts, 'client' | 'run'>) {
    this.#o = o;
  }

  /** Lists recordings, the newest first: of a life of a room, or with `search` in the room's name or title. */
  readonly list = (
    { sid, search = '' }: { readonly sid?: string; readonly search?: string },
    cursor?: string,
  ): Promise<PageOf<ListedRecording>> => {
    const query = {
      ...(sid !== undefined && { sid }),
      ...(search !== '' && { search }),
      ...(cursor !== undefined && { cursor }),
    };
    return this.#o.run(() => this.#o.client.get('/recordings', { params: { query } }));
  };

  /** Creates an address that plays the recording and offers its files for a day. */
  readonly url = async ({ id: recording }: Pick<ListedRecording, 'id'>): Promise<string> => {
    const body = { expiresInS: LINK_VALID_S, may: 'download' as const };
    const params = { path: { recording } };
    const { url } = await this.#o.run(() => this.#o.client.post('/recordings/{recording}/links', { body, params }));
    return url;
  };

  readonly delete = async ({ id: recording }: Pick<ListedRecording, 'id'>): Promise<void> => {
    await this.#o.run(() => this.#o.client.delete('/recordings/{recording}', { params: { path: { recording } } }));
  };
}
