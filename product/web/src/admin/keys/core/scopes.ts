import type { Paths } from '@meridian/api-client';
import type { KeysKey } from '../text.ts';

export type KeyScope = Paths['/keys']['post']['requestBody']['content']['application/json']['scopes'][number];

/** Every scope with its explanation, in display order. */
export const scopeTexts: Readonly<Record<KeyScope, KeysKey>> = {
  'meetings:read': 'meetingsRead',
  'meetings:write': 'meetingsWrite',
  'rooms:join': 'roomsJoin',
  'rooms:create': 'roomsCreate',
  'rooms:list': 'roomsList',
  'rooms:admin': 'roomsAdmin',
  'links:write': 'linksWrite',
  'live:admin': 'liveAdmin',
  'recordings:read': 'recordingsRead',
  'recordings:write': 'recordingsWrite',
  'library:read': 'libraryRead',
  'library:write': 'libraryWrite',
  'reports:read': 'reportsRead',
  'webhooks:admin': 'webhooksAdmin',
  'users:admin': 'usersAdmin',
  'keys:admin': 'keysAdmin',
  'tenant:admin': 'tenantAdmin',
  'audit:read': 'auditRead',
};
export const isScope = (text: string): text is KeyScope => Object.hasOwn(scopeTexts, text);
export const keyScopes: readonly KeyScope[] = Object.keys(scopeTexts).filter(isScope);

/** Scopes with which a key makes what can outlive it: pushes and pulls, and join links, also by tokens to join. */
const outlivingScopes: readonly KeyScope[] = ['live:admin', 'links:write', 'rooms:join'];
export const canOutlive = (scopes: readonly string[]): boolean => outlivingScopes.some((one) => scopes.includes(one));

/** `own`: scopes selected by the user. */
export const purposes = ['system', 'tokens', 'all', 'own'] as const;
export type Purpose = (typeof purposes)[number];
const ofPurpose: Readonly<Record<Exclude<Purpose, 'own'>, readonly KeyScope[]>> = {
  // docs/integrate.md creates a key with these scopes.
  system: [
    'meetings:read',
    'meetings:write',
    'rooms:join',
    'rooms:create',
    'rooms:admin',
    'recordings:read',
    'recordings:write',
    'library:read',
    'reports:read',
    'webhooks:admin',
  ],
  tokens: ['rooms:join'],
  all: keyScopes,
};

/** Returns the scopes of a purpose that the caller has itself: a key can do no more than its creator. */
export const scopesFor = (purpose: Exclude<Purpose, 'own'>, ofCaller: readonly string[]): readonly KeyScope[] =>
  ofPurpose[purpose].filter((scope) => ofCaller.includes(scope));

export function purposeOf(chosen: readonly KeyScope[], ofCaller: readonly string[]): Purpose {
  const isSame = (wanted: readonly KeyScope[]): boolean =>
    wanted.length === chosen.length && wanted.every((scope) => chosen.includes(scope));
  return purposes.find((one) => one !== 'own' && isSame(scopesFor(one, ofCaller))) ?? 'own';
}
