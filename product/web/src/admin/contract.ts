// API calls shared by several administration pages, and calls with versions.
import type { components, MeridianClient } from '@meridian/api-client';
import type { Language } from '../core/query.ts';

type Schemas = components['schemas'];
export type OwnTenant = Schemas['TenantSettings'];
/** Absent fields stay unchanged; null clears. */
export type OwnTenantChange = Schemas['TenantSettingsChange'];
/** `mailed`: the link is also sent to the user by mail. */
export type PasswordLink = Schemas['PasswordLink'];

export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

export const getOwnTenant = async ({ http }: MeridianClient): Promise<Versioned<OwnTenant>> =>
  versioned(await http.GET('/tenant'));

/** Rejects with VERSION_CONFLICT when the tenant has another version by now. */
export async function changeOwnTenant(
  { http }: MeridianClient,
  body: OwnTenantChange,
  etag: string,
): Promise<Versioned<OwnTenant>> {
  return versioned(await http.PATCH('/tenant', { body, params: { header: { 'If-Match': etag } } }));
}

/** `mailIn`: language of a mail with the link; undefined: no mail. */
export function createPasswordLink(
  client: MeridianClient,
  user: string,
  mailIn: Language | undefined,
): Promise<PasswordLink> {
  const params = { path: { user } };
  const body = { mail: true, ...(mailIn !== undefined && { language: mailIn }) };
  return client.post('/users/{user}/password-link', { params, ...(mailIn !== undefined && { body }) });
}

/** Returns whether the service sends mails, as the sign-in endpoint reports. */
export const sendsMail = async (client: MeridianClient): Promise<boolean> => (await client.get('/sign-in')).mail;

function versioned<T>({ data, response }: { readonly data?: T; readonly response: Response }): Versioned<T> {
  // Failed calls reject, and every success has a body.
  return { value: data as T, etag: response.headers.get('etag') ?? '*' };
}
