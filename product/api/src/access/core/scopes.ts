// Scopes, roles and callers: an operation names the one scope that it needs, and a caller has some. Every answer to
// "may this caller do that" is in this file.

/** scope: [description for people] */
export const scopes = {
  'rooms:join': 'Let people into rooms, under any identity: sign their tokens.',
  'rooms:create': 'Create and end rooms.',
  'rooms:list': 'List rooms.',
  'rooms:admin': 'See and control the participants of a room, and make tokens and links that do.',
  'links:write': 'Make, list and revoke join links.',
  'meetings:read': 'See meetings and their calendars.',
  'meetings:write': 'Book, change and cancel meetings.',
  'webhooks:admin': 'Set up webhooks and see their deliveries.',
  'live:admin': 'Stream keys, live state, pushes and pulls of rooms.',
  'recordings:read': 'See recordings.',
  'recordings:write': 'Delete recordings, and make links with which anybody plays them.',
  'library:read': 'See items of the library, and make links with which anybody opens their files.',
  'library:write': 'Upload into the library; change and delete items.',
  'reports:read': 'Attendance and quality of past meetings.',
  'users:admin': 'Users, groups and their roles.',
  'keys:admin': 'API keys of the tenant.',
  'tenant:admin': 'The tenant’s name and look; retention, export, erasure.',
  'audit:read': 'The log of administrative acts.',
  'dial:report': 'Report what dial tests have found.',
  wall: 'See pictures of live rooms of every tenant.',
  operator: 'Every tenant: make them, set their limits. The operations console.',
} as const;
export type Scope = keyof typeof scopes;

export const isScope = (text: string): text is Scope => Object.hasOwn(scopes, text);
export const allScopes = Object.keys(scopes) as readonly Scope[];
/** Scopes that reach beyond a tenant: a tenant's administrators neither have nor grant them. */
const cloudScopes: readonly Scope[] = ['operator', 'wall', 'dial:report'];
/** Most that a tenant's own keys and users can have. */
export const tenantScopes: readonly Scope[] = allScopes.filter((scope) => !cloudScopes.includes(scope));
/**
 * Scopes that an operator, or the configuration, can grant to a key. False dial reports would raise alarms of the
 * cloud, so a tenant cannot grant `dial:report`.
 */
export const givenScopes: readonly Scope[] = [...tenantScopes, 'dial:report'];

/**
 * Scopes of user roles. A role below administrator has rights in the user's own meetings only (`meetingRights`): scopes
 * that reach every room of the tenant would let a host into other hosts' meetings.
 */
export const roleScopes = {
  /** In the operators' tenant only: administrator of that tenant, and of the cloud (`scopesOfUser`). */
  watcher: allScopes,
  /** Like `watcher`, without pictures of rooms, which few operators need. */
  operator: allScopes.filter((scope) => scope !== 'wall'),
  admin: tenantScopes,
  host: ['meetings:read', 'meetings:write', 'reports:read', 'library:read', 'library:write'],
  member: ['meetings:read', 'library:read'],
} as const satisfies Record<string, readonly Scope[]>;
/**
 * Returns whether the operation has an answer for users that are not administrators. Such a user reads only reports of
 * meetings that the user may change.
 */
export const isForUsers = ({ path, scope }: { readonly path: string; readonly scope: string }): boolean =>
  scope !== 'reports:read' || path.includes('{meeting}');
export type UserRole = keyof typeof roleScopes;
/** The role with most rights first. */
export const userRoles = Object.keys(roleScopes) as readonly UserRole[];
/** Roles that exist in the operators' tenant only. */
export const operatorRoles = ['watcher', 'operator'] as const satisfies readonly UserRole[];
export const isOperatorRole = (role: string): boolean => operatorRoles.some((one) => one === role);
/** Administrators of a tenant; operators count as well. */
export const adminRoles = [...operatorRoles, 'admin'] as const satisfies readonly UserRole[];
export const isAdminRole = (role: string): boolean => adminRoles.some((one) => one === role);

/**
 * Returns the scopes of a user. `operatorTenant`: the tenant named by the configuration; in any other tenant an
 * operator has an administrator's scopes, even if the configuration named that tenant before.
 */
export const scopesOfUser = (
  { role, tenant }: { readonly role: UserRole; readonly tenant: string },
  operatorTenant: string | undefined,
): readonly Scope[] => roleScopes[isOperatorRole(role) && tenant !== operatorTenant ? 'admin' : role];

export interface Principal {
  readonly kind: 'key' | 'user' | 'operator';
  /** Id of the API key or the user. */
  readonly id: string;
  /** `''` for an operator, who names the tenant in the path. */
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
  /**
   * For a token with LiveKit's grant `roomRecord`: scopes of its key that the grant covers. Only LiveKit's Egress calls
   * use this field; the grant opens no other operation.
   */
  readonly egress?: ReadonlySet<Scope>;
  /** Regions of the caller's key; absent or '': all. */
  readonly fence?: string;
  /** Room of a token for a single room, which has no rights in other rooms; undefined: all rooms of the tenant. */
  readonly room?: string;
  /**
   * Id of what the caller's token was made from (claim `via`). Everything made with this token is revoked together with
   * that id.
   */
  readonly via?: string;
  /** Set for a user. `id` is then also the identity with which the user joins rooms. */
  readonly user?: { readonly email: string; readonly name: string; readonly role: UserRole };
  /** Session of the user that makes the request. */
  readonly session?: string;
  /** The tenant's limit of calls; undefined: the usual limit. */
  readonly perSecond?: number;
}

/**
 * Scopes of the key that signs for guests, users, recordings and the library. Links and meetings narrow them for each
 * person.
 */
export const signingScopes: readonly Scope[] = ['rooms:join', 'rooms:admin', 'recordings:write', 'library:write'];

/** Scopes that a token for one room can use: every other scope reaches all of the tenant. */
const roomScopes: readonly Scope[] = [
  'rooms:join',
  'rooms:create',
  'rooms:list',
  'rooms:admin',
  'links:write',
  'live:admin',
  'recordings:read',
  'recordings:write',
  'reports:read',
];

/** Scopes that LiveKit's Egress calls need: to record, list recordings, link to them and push streams. */
const egressScopes: readonly Scope[] = ['rooms:admin', 'recordings:read', 'recordings:write', 'live:admin'];

/**
 * Returns the scopes of a bearer token: LiveKit's grants (`video`) and the token's own list (`scope`, OAuth's list with
 * blanks), as far as its key has them. A token to join a room (`roomJoin`) has no scopes here, whatever its other
 * claims.
 */
export function scopesOfClaims(
  claims: Readonly<Record<string, unknown>>,
  ofKey: readonly Scope[],
): Pick<Principal, 'scopes' | 'room' | 'egress'> {
  const found = new Set<Scope>();
  const { video: grants, scope } = claims;
  const video = typeof grants === 'object' && grants !== null ? (grants as Record<string, unknown>) : {};
  if (video['roomJoin'] === true) return { scopes: found };
  if (video['roomCreate'] === true) found.add('rooms:create');
  if (video['roomList'] === true) found.add('rooms:list');
  // LiveKit has no grant for making tokens: there the secret is enough.
  if (video['roomAdmin'] === true) found.add('rooms:admin').add('rooms:join');
  if (video['ingressAdmin'] === true) found.add('live:admin');
  if (typeof scope === 'string') for (const word of scope.split(' ')) if (isScope(word)) found.add(word);
  const scopes = [...found].filter((scope) => ofKey.includes(scope));
  const egress =
    video['roomRecord'] === true ? { egress: new Set(egressScopes.filter((scope) => ofKey.includes(scope))) } : {};
  const room = video['room'];
  if (typeof room !== 'string' || room === '') return { scopes: new Set(scopes), ...egress };
  return { scopes: new Set(scopes.filter((scope) => roomScopes.includes(scope))), room, ...egress };
}
