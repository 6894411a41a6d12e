// Calls of the users page. All reject with MeridianApiError.
import { type components, MeridianApiError, type MeridianClient } from '@meridian/api-client';
import type { Run } from '../../account/api.ts';
import type { Language } from '../../core/query.ts';
import { createPasswordLink, type PasswordLink, sendsMail } from '../contract.ts';
import type { UserRole } from './core/roles.ts';
import type { UserRow } from './core/user-rows.ts';

type Schemas = components['schemas'];
export type User = Schemas['User'];
export type UserPage = Schemas['UserPage'];
export type RowResult = Schemas['UserRowResults']['results'][number];

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
}

export interface UserFilter {
  /** Part of a name or e-mail; '' for all users. */
  readonly query: string;
  /** Lists only active or only inactive users; both if absent. */
  readonly isActive?: boolean | undefined;
}

export interface UserChange {
  readonly name?: string;
  readonly email?: string;
  readonly role?: UserRole;
  readonly active?: boolean;
}

const PAGE_ROWS = 50;

export class UsersApi {
  readonly #client: MeridianClient;
  readonly #run: Run;

  constructor({ client, run }: { readonly client: MeridianClient; readonly run: Run }) {
    this.#client = client;
    this.#run = run;
  }

  /** Lists users, newest first. */
  list({ query, isActive }: UserFilter, cursor?: string): Promise<UserPage> {
    const search = {
      limit: PAGE_ROWS,
      ...(query.trim() !== '' && { query: query.trim() }),
      ...(isActive !== undefined && { active: isActive }),
      ...(cursor !== undefined && { cursor }),
    };
    return this.#run(() => this.#client.get('/users', { params: { query: search } }));
  }

  readonly create = (body: NewUser): Promise<User> => this.#run(() => this.#client.post('/users', { body }));

  /**
   * Creates a link by which the user sets a password, and voids an earlier link. `mailIn`: also mails it, in this
   * language.
   */
  readonly passwordLink = (user: string, mailIn?: Language): Promise<PasswordLink> =>
    this.#run(() => createPasswordLink(this.#client, user, mailIn));

  /** Changes a user as shown to the administrator. Rejects with VERSION_CONFLICT if the user has changed since. */
  async change(shownUser: User, body: UserChange): Promise<User> {
    const path = { user: shownUser.id };
    const { data: now, response } = await this.#run(() => this.#client.http.GET('/users/{user}', { params: { path } }));
    const isSame = (['name', 'email', 'role', 'active'] as const).every((part) => now?.[part] === shownUser[part]);
    if (!isSame) throw new MeridianApiError('VERSION_CONFLICT', 'the user has changed meanwhile', { status: 412 });
    const header = { 'If-Match': response.headers.get('etag') ?? '*' };
    return this.#run(() => this.#client.patch('/users/{user}', { body, params: { path, header } }));
  }

  readonly remove = async (user: string): Promise<void> => {
    await this.#run(() => this.#client.delete('/users/{user}', { params: { path: { user } } }));
  };

  readonly endFileLinks = async (user: string): Promise<void> => {
    await this.#run(() => this.#client.delete('/users/{user}/file-links', { params: { path: { user } } }));
  };

  /** Returns one result per row, in the same order. */
  async importRows(rows: readonly UserRow[]): Promise<readonly RowResult[]> {
    const { results } = await this.#run(() => this.#client.post('/users/bulk', { body: { users: [...rows] } }));
    return results;
  }

  readonly mails = (): Promise<boolean> => this.#run(() => sendsMail(this.#client));
}
