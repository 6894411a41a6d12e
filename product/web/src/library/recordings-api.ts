// Calls for recordings, with the session's cookie.
import type { MeridianClient } from '@meridian/api-client';
import type { Run } from '../account/api.ts';
import type { PageOf } from '../admin/ui/queries.ts';
import type { ListedRecording } from './core/model.ts';
import { recordingQuery } from './core/recordings.ts';
import { noRecordingFilters, type RecordingFilters } from './core/view.ts';

/** All methods reject with MeridianApiError. */
export class RecordingsApi {
  readonly #client: MeridianClient;
  readonly #run: Run;

  constructor({ client, run }: { readonly client: MeridianClient; readonly run: Run }) {
    this.#client = client;
    this.#run = run;
  }

  /** Lists recordings that are not in the trash, the newest first. */
  list(filters: RecordingFilters, cursor?: string): Promise<PageOf<ListedRecording>> {
    const query = { ...recordingQuery(filters), ...(cursor !== undefined && { cursor }) };
    return this.#list(filters.isEveryone, query);
  }

  /** Lists recordings in the trash that the user may change; `isEveryone`: of the whole organisation. */
  trashed(isEveryone: boolean, cursor?: string): Promise<PageOf<ListedRecording>> {
    const query = { ...recordingQuery(noRecordingFilters), trashed: true, ...(cursor !== undefined && { cursor }) };
    return this.#list(isEveryone, query);
  }

  async trash(recording: string, isEveryone: boolean): Promise<void> {
    const params = { path: { recording } };
    await this.#run(() =>
      isEveryone
        ? this.#client.post('/recordings/{recording}/trash', { params })
        : this.#client.post('/me/recordings/{recording}/trash', { params }),
    );
  }

  async restore(recording: string, isEveryone: boolean): Promise<void> {
    const params = { path: { recording } };
    await this.#run(() =>
      isEveryone
        ? this.#client.post('/recordings/{recording}/restore', { params })
        : this.#client.post('/me/recordings/{recording}/restore', { params }),
    );
  }

  /** Deletes for good. */
  async remove(recording: string, isEveryone: boolean): Promise<void> {
    const params = { path: { recording } };
    await this.#run(() =>
      isEveryone
        ? this.#client.delete('/recordings/{recording}', { params })
        : this.#client.delete('/me/recordings/{recording}', { params }),
    );
  }

  #list(isEveryone: boolean, query: object): Promise<PageOf<ListedRecording>> {
    const params = { query };
    return this.#run(() =>
      isEveryone ? this.#client.get('/recordings', { params }) : this.#client.get('/me/recordings', { params }),
    );
  }
}
