// Calls for recordings of the organisation. All reject with MeridianApiError.
import type { AdminPorts } from '../ports.ts';
import type { PageOf } from '../ui/queries.ts';
import type { ListedRecording } from './table.tsx';

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

  readonly delete = async ({ id: recording }: Pick<ListedRecording, 'id'>): Promise<void> => {
    await this.#o.run(() => this.#o.client.delete('/recordings/{recording}', { params: { path: { recording } } }));
  };
}
