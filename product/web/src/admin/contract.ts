// Calls that several administration pages make, or whose answers have a version.
import type { components, MeridianClient } from '@meridian/api-client';
import type { Language } from '../core/query.ts';

type Schemas = components['schemas'];
/** The organisation of the signed-in administrator. */
export type OwnTenant = Schemas['TenantSettings'];
/** What is absent stays; null clears. */
export type OwnTenantChange = Schemas['TenantSettingsChange'];
/** `mailed`: a mail with it is on its way to the user. */
export type PasswordLink = Schemas['PasswordLink'];

export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

export const getOwnTenant = async ({ http }: MeridianClient): Promise<Versioned<OwnTenant>> =>
  versioned(await http.GET('/tenant'));

/** Rejects with VERSION_CONFLICT when it is no longer of this version. */
export async function changeOwnTenant(
  { http }: MeridianClient,
  body: OwnTenantChange,
  etag: string,
): Promise<Versioned<OwnTenant>> {
  return versioned(await http.PATCH('/tenant', { body, params: { header: { 'If-Match': etag } } }));
}

/** `mailIn`: the language of a mail with it; undefined: no mail is sent. */
export function createPasswordLink(
  client: MeridianClient,
  user: string,
  mailIn: Language | undefined,
): Promise<PasswordLink> {
  const params = { path: { user } };
  const body = { mail: true, ...(mailIn !== undefined && { language: mailIn }) };
  return client.post('/users/{user}/password-link', { params, ...(mailIn !== undefined && { body }) });
}

/** Whether the service sends mails: what signing in says of it. */
export const sendsMail = async (client: MeridianClient): Promise<boolean> => (await client.get('/sign-in')).mail;

function versioned<T>({ data, response }: { readonly data?: T; readonly response: Response }): Versioned<T> {
  // Calls reject with whatever is no success, and these have a body.
  return { value: data as T, etag: response.headers.get('etag') ?? '*' };
}
