// Calls of the API keys page. All reject with MeridianApiError.
import type { components, MeridianClient } from '@meridian/api-client';
import type { Run } from '../../account/api.ts';
import type { KeyScope } from './core/scopes.ts';

type Schemas = components['schemas'];
export type ApiKey = Schemas['ApiKey'];
export type ApiKeyPage = Schemas['ApiKeyPage'];
export type NewApiKey = Schemas['NewApiKey'];

export interface WantedKey {
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  /** Regions in which the key works; an empty list means everywhere. */
  readonly regions: readonly string[];
}

const PAGE_ROWS = 50;

export class KeysApi {
  readonly #client: MeridianClient;
  readonly #run: Run;

  constructor({ client, run }: { readonly client: MeridianClient; readonly run: Run }) {
    this.#client = client;
    this.#run = run;
  }

  /** Lists keys, newest first, including revoked ones. */
  list(cursor?: string): Promise<ApiKeyPage> {
    const query = { limit: PAGE_ROWS, ...(cursor !== undefined && { cursor }) };
    return this.#run(() => this.#client.get('/keys', { params: { query } }));
  }

  /** Returns the secret, only this time. */
  make({ name, scopes, regions }: WantedKey): Promise<NewApiKey> {
    const body = { name, scopes: [...scopes], ...(regions.length > 0 && { regions: [...regions] }) };
    return this.#run(() => this.#client.post('/keys', { body }));
  }

  /** `streams`: keep or end the key's pushes, pulls and join links. */
  readonly revoke = async (key: string, streams: 'keep' | 'end'): Promise<void> => {
    // An older API does not know `streams`.
    const query = streams === 'end' ? { streams } : {};
    await this.#run(() => this.#client.delete('/keys/{key}', { params: { path: { key }, query } }));
  };
}
