// Calls for recordings of the organisation. All reject with MeridianApiError.
import type { AdminPorts } from '../ports.ts';
import type { PageOf } from '../ui/queries.ts';
import type { ListedRecording } from './table.tsx';

export class RecordingsApi {
  readonly #o: Pick<AdminPorts, 'client' | 'run'>;

  constructor(o: Pick<AdminPorts, 'client' | 'run'>) {
    this.#o = o;
  }

  /**
   * Lists recordings, the newest first: of a life of a room, with `search` in the room's name or title, or those in the
   * trash.
   */
  readonly list = (
    { sid, search = '', isTrashed = false }: { readonly sid?: string; readonly search?: string; isTrashed?: boolean },
    cursor?: string,
  ): Promise<PageOf<ListedRecording>> => {
    const query = {
      ...(sid !== undefined && { sid }),
      ...(search !== '' && { search }),
      ...(isTrashed && { trashed: true }),
      ...(cursor !== undefined && { cursor }),
    };
    return this.#o.run(() => this.#o.client.get('/recordings', { params: { query } }));
  };

  readonly trash = async ({ id: recording }: Pick<ListedRecording, 'id'>): Promise<void> => {
    await this.#o.run(() => this.#o.client.post('/recordings/{recording}/trash', { params: { path: { recording } } }));
  };

  readonly restore = async ({ id: recording }: Pick<ListedRecording, 'id'>): Promise<void> => {
    await this.#o.run(() =>
      this.#o.client.post('/recordings/{recording}/restore', { params: { path: { recording } } }),
    );
  };

  /** Deletes for good. */
  readonly delete = async ({ id: recording }: Pick<ListedRecording, 'id'>): Promise<void> => {
    await this.#o.run(() => this.#o.client.delete('/recordings/{recording}', { params: { path: { recording } } }));
  };
}
