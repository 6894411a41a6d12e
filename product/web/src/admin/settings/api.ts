// Calls of the settings page. All reject with MeridianApiError.
import type { components, MeridianClient } from '@meridian/api-client';
import type { Run } from '../../account/api.ts';
import { changeOwnTenant, getOwnTenant, type OwnTenant, type OwnTenantChange, type Versioned } from '../contract.ts';
import { type Checked, checkAll } from './core/audit.ts';
import type { Retention, RetentionChange } from './core/retention.ts';

export type AuditPage = components['schemas']['AuditPage'];
export type OpenUpload = components['schemas']['LibraryUpload'];
export type OpenUploadPage = components['schemas']['LibraryUploadPage'];

const PAGE_ROWS = 25;

export class SettingsApi {
  readonly #client: MeridianClient;
  readonly #run: Run;

  constructor({ client, run }: { readonly client: MeridianClient; readonly run: Run }) {
    this.#client = client;
    this.#run = run;
  }

  readonly tenant = (): Promise<Versioned<OwnTenant>> => this.#run(() => getOwnTenant(this.#client));

  readonly changeTenant = (change: OwnTenantChange, etag: string): Promise<Versioned<OwnTenant>> =>
    this.#run(() => changeOwnTenant(this.#client, change, etag));

  readonly retention = (): Promise<Retention> => this.#run(() => this.#client.get('/tenant/retention'));

  readonly changeRetention = (body: RetentionChange): Promise<Retention> =>
    this.#run(() => this.#client.patch('/tenant/retention', { body }));

  /** Lists audit entries, newest first. `operation`: '' for all. */
  audit(operation: string, cursor?: string): Promise<AuditPage> {
    const query = {
      limit: PAGE_ROWS,
      ...(operation !== '' && { operation }),
      ...(cursor !== undefined && { cursor }),
    };
    return this.#run(() => this.#client.get('/audit', { params: { query } }));
  }

  /** Lists open uploads of all users, the newest first. */
  openUploads(cursor?: string): Promise<OpenUploadPage> {
    const query = {
      limit: PAGE_ROWS,
      state: 'open' as const,
      everyone: true,
      ...(cursor !== undefined && { cursor }),
    };
    return this.#run(() => this.#client.get('/library/uploads', { params: { query } }));
  }

  async endUpload(upload: string): Promise<void> {
    await this.#run(() => this.#client.delete('/library/uploads/{upload}', { params: { path: { upload } } }));
  }

  readonly checkAudit = (): Promise<Checked> =>
    checkAll((fromSeq) => {
      const query = { ...(fromSeq !== undefined && { fromSeq }) };
      return this.#run(() => this.#client.get('/audit/verification', { params: { query } }));
    });
}

/** Download URLs; the browser sends the session's cookie. */
export const downloads = {
  export: '/api/v1/tenant/export',
  auditCsv: (operation: string): string =>
    `/api/v1/audit.csv${operation === '' ? '' : `?${new URLSearchParams({ operation })}`}`,
} as const;
