// Scopes, roles and callers. This file alone decides what a caller may do.
import { ClaimReader, isRoomName, roomNameFault, roomNameRule } from '@meridian/protocol';

/** scope: [description for people] */
export const scopes = {
  'rooms:join': 'Sign tokens with which people join rooms under any identity.',
  'rooms:create': 'Create and end rooms.',
  'rooms:list': 'List rooms.',
  'rooms:admin': 'See and control the participants of a room, and create tokens and links that can do so.',
  'links:write': 'Create, list and revoke join links.',
  'meetings:read': 'See meetings and their calendars.',
  'meetings:write': 'Book, change and cancel meetings.',
  'webhooks:admin': 'Set up webhooks and see their deliveries.',
  'live:admin': 'Manage stream keys, live state, pushes and pulls of rooms.',
  'recordings:read': 'See recordings.',
  'recordings:write': 'Delete recordings, and create links with which anybody plays them.',
  'library:read': 'See items of the library, and create links with which anybody opens their files.',
  'library:write': 'Upload into the library; change and delete items.',
  'reports:read': 'See attendance and quality of past meetings.',
  'users:admin': 'Manage users, groups and their roles.',
  'keys:admin': 'Manage API keys of the tenant.',
  'tenant:admin': 'Manage the tenant’s name and branding, retention, export and erasure.',
  'audit:read': 'Read the log of administrative actions.',
  'dial:report': 'Report the results of dial tests.',
  wall: 'See pictures of live rooms of every tenant.',
  operator: 'Create and limit every tenant; use the operations console.',
} as const;
export type Scope = keyof typeof scopes;

export const isScope = (text: string): text is Scope => Object.hasOwn(scopes, text);
export const allScopes = Object.keys(scopes) as readonly Scope[];
/** Scopes that reach beyond a tenant: a tenant's administrators neither have nor grant them. */
const cloudScopes: readonly Scope[] = ['operator', 'wall', 'dial:report'];
export const tenantScopes: readonly Scope[] = allScopes.filter((scope) => !cloudScopes.includes(scope));
/** Scopes of keys. Only the operator and the configuration grant those to report dial tests, which raise alarms. */
export const grantableScopes: readonly Scope[] = [...tenantScopes, 'dial:report'];

/** Roles below administrator have their rights only in the user's own meetings (`meetingRights`), not in every room. */
export const roleScopes = {
  /** In the operators' tenant only: administrator of that tenant, and of the cloud (`scopesOfUser`). */
  watcher: allScopes,
  /** Like `watcher`, without pictures of rooms, which few operators need. */
  operator: allScopes.filter((scope) => scope !== 'wall'),
  admin: tenantScopes,
  host: ['meetings:read', 'meetings:write', 'reports:read', 'library:read', 'library:write'],
  member: ['meetings:read', 'library:read'],
} as const satisfies Record<string, readonly Scope[]>;
/** Users that are not administrators read only reports of meetings that they may change. */
export const isForUsers = ({ path, scope }: { readonly path: string; readonly scope: string }): boolean =>
  scope !== 'reports:read' || path.includes('{meeting}');
export type UserRole = keyof typeof roleScopes;
/** Roles, those with the most rights first. */
export const userRoles = Object.keys(roleScopes) as readonly UserRole[];
/** Roles that exist in the operators' tenant only. */
export const operatorRoles = ['watcher', 'operator'] as const satisfies readonly UserRole[];
export const isOperatorRole = (role: string): boolean => operatorRoles.some((one) => one === role);
export const adminRoles = [...operatorRoles, 'admin'] as const satisfies readonly UserRole[];
export const isAdminRole = (role: string): boolean => adminRoles.some((one) => one === role);

/** Returns a role's scopes. An operator of a tenant other than `operatorTenant` gets only an administrator's. */
export const scopesOfUser = (
  { role, tenant }: { readonly role: UserRole; readonly tenant: string },
  operatorTenant: string | undefined,
): readonly Scope[] => roleScopes[isOperatorRole(role) && tenant !== operatorTenant ? 'admin' : role];

export interface Principal {
  /** `participant`: a host in a room, whose `id` is its identity there. */
  readonly kind: 'key' | 'user' | 'operator' | 'participant';
  readonly id: string;
  /** `''` for an operator, who names the tenant in the path. */
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Scopes of the key that LiveKit's grant `roomRecord` covers, for LiveKit's Egress calls only. */
  readonly egress?: ReadonlySet<Scope>;
  /** Regions of the caller's key; absent or '' means all regions. */
  readonly fence?: string;
  /** Room of a token that reaches only one room; undefined for the whole tenant. */
  readonly room?: string;
  /** Id of the token's source (claim `via`). Everything made with this token is revoked together with that id. */
  readonly via?: string;
  /** Set for a user, whose `id` is also the identity in rooms. */
  readonly user?: { readonly email: string; readonly name: string; readonly role: UserRole };
  readonly session?: string;
  /** Calls per second that the caller may make; absent means the default limit. */
  readonly perSecond?: number;
}

/** Scopes of a tenant's signing key, which links and meetings narrow for each guest, user, recording or file. */
export const signingScopes: readonly Scope[] = ['rooms:join', 'rooms:admin', 'recordings:write', 'library:write'];

/** With a token for one room, any other scope would reach the whole tenant. */
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

const egressScopes: readonly Scope[] = ['rooms:admin', 'recordings:read', 'recordings:write', 'live:admin'];

/**
 * Returns the scopes that LiveKit's grants and `scope` name and the key has; none for a `roomJoin` token. Throws
 * TOKEN_INVALID for a claim of another type than its own.
 */
export function scopesOfClaims(
  claims: ClaimReader,
  ofKey: readonly Scope[],
): Pick<Principal, 'scopes' | 'room' | 'egress'> {
  const found = new Set<Scope>();
  const scope = claims.text('scope', 'a text: scopes with blanks between them') ?? '';
  const video = claims.value('video') === undefined ? new ClaimReader({}, 'video.') : claims.inner('video');
  const grants = new Set(restGrants.filter((grant) => video.flag(grant) === true));
  const room = video.text('room', roomNameRule) ?? '';
  if (grants.has('roomJoin')) return { scopes: found };
  if (grants.has('roomCreate')) found.add('rooms:create');
  if (grants.has('roomList')) found.add('rooms:list');
  // LiveKit has no grant for making tokens, because there the secret suffices.
  if (grants.has('roomAdmin')) found.add('rooms:admin').add('rooms:join');
  if (grants.has('ingressAdmin')) found.add('live:admin');
  for (const word of scope.split(' ')) if (isScope(word)) found.add(word);
  const scopes = [...found].filter((scope) => ofKey.includes(scope));
  const egress = grants.has('roomRecord')
    ? { egress: new Set(egressScopes.filter((scope) => ofKey.includes(scope))) }
    : {};
  if (room === '') return { scopes: new Set(scopes), ...egress };
  if (!isRoomName(room)) throw video.refusal('room', roomNameRule, roomNameFault(room));
  return { scopes: new Set(scopes.filter((scope) => roomScopes.includes(scope))), room, ...egress };
}

const restGrants = ['roomJoin', 'roomCreate', 'roomList', 'roomAdmin', 'ingressAdmin', 'roomRecord'] as const;

/** Returns the user's id, or undefined for a caller whose rights cover the whole tenant. */
export const ownerOnly = ({ kind, id, user }: Principal): string | undefined =>
  kind === 'user' && !(user !== undefined && isAdminRole(user.role)) ? id : undefined;
