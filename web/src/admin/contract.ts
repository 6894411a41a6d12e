// Operations that are on their way into the api: types and calls by hand, until its OpenAPI file has them.
import type { components, MeridianClient } from '@meridian/api-client';
import type { Language } from '../core/query.ts';

type Schemas = components['schemas'];

export interface Branding {
  readonly displayName: string | null;
  /** #rrggbb */
  readonly accentColor: string | null;
  /** A data URL of a PNG, JPEG or WebP picture. */
  readonly logo: string | null;
  readonly supportUrl: string | null;
}

/** The organisation of the signed-in administrator. */
export interface OwnTenant {
  readonly id: string;
  readonly name: string;
  readonly branding: Branding;
  /** Whether the service sends mails. */
  readonly mail: boolean;
}

export interface OwnTenantChange {
  readonly name?: string;
  /** What is absent stays; null clears. */
  readonly branding?: Partial<Branding>;
}

export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

/** `mailed`: a mail with it is on its way to the user. */
export type PasswordLink = Schemas['PasswordLink'] & { readonly mailed?: boolean };

type LooseCall = (path: string, init?: object) => Promise<{ readonly data?: unknown; readonly response: Response }>;

export async function getOwnTenant({ http }: MeridianClient): Promise<Versioned<OwnTenant>> {
  return versioned(await (http.GET as unknown as LooseCall)('/tenant'));
}

/** Rejects with VERSION_CONFLICT when it is no longer of this version. */
export async function changeOwnTenant(
  { http }: MeridianClient,
  body: OwnTenantChange,
  etag: string,
): Promise<Versioned<OwnTenant>> {
  const params = { header: { 'If-Match': etag } };
  return versioned(await (http.PATCH as unknown as LooseCall)('/tenant', { body, params }));
}

/** `mailIn`: the language of a mail with it; undefined: no mail is sent. */
export async function createPasswordLink(
  { http }: MeridianClient,
  user: string,
  mailIn: Language | undefined,
): Promise<PasswordLink> {
  const init = { params: { path: { user } }, ...(mailIn !== undefined && { body: { mail: true, language: mailIn } }) };
  const { data } = await (http.POST as unknown as LooseCall)('/users/{user}/password-link', init);
  return data as PasswordLink;
}

/** Whether the service sends mails: what signing in says of it. */
export async function sendsMail(client: MeridianClient): Promise<boolean> {
  const { mail } = (await client.get('/sign-in')) as { readonly mail?: boolean };
  return mail === true;
}

const versioned = ({ data, response }: { readonly data?: unknown; readonly response: Response }) => ({
  value: data as OwnTenant,
  etag: response.headers.get('etag') ?? '*',
});
