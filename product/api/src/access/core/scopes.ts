// What a caller may do: an operation names the one scope that it needs, a caller has some. Everything that answers
// "may this caller do that" is in this file.

/** scope: [what it allows] */
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
/** What reaches beyond a tenant: its administrators neither have nor give it. */
const cloudScopes: readonly Scope[] = ['operator', 'wall', 'dial:report'];
/** What a tenant's own keys and users can have at most. */
export const tenantScopes: readonly Scope[] = allScopes.filter((scope) => !cloudScopes.includes(scope));
/** What an operator, or the configuration, can give to a key: with false reports one raises alarms of the cloud. */
export const givenScopes: readonly Scope[] = [...tenantScopes, 'dial:report'];

/**
 * Roles of users. What is not an administrator's is bound to meetings of the user's own (`meetingRights`): scopes that
 * reach every room of the tenant would let a host into others' meetings.
 */
export const roleScopes = {
  /** Of the operators' tenant alone: an administrator there, and the cloud's (`scopesOfUser`). */
  watcher: allScopes,
  /** The same without pictures of rooms, which few operators need. */
  operator: allScopes.filter((scope) => scope !== 'wall'),
  admin: tenantScopes,
  host: ['meetings:read', 'meetings:write', 'reports:read', 'library:read', 'library:write'],
  member: ['meetings:read', 'library:read'],
} as const satisfies Record<string, readonly Scope[]>;
/** Of reports, a user without the role of an administrator sees those of meetings that it may change. */
export const isForUsers = ({ path, scope }: { readonly path: string; readonly scope: string }): boolean =>
  scope !== 'reports:read' || path.includes('{meeting}');
export type UserRole = keyof typeof roleScopes;
/** The one with most rights first. */
export const userRoles = Object.keys(roleScopes) as readonly UserRole[];
/** Of the operators' tenant alone. */
export const operatorRoles = ['watcher', 'operator'] as const satisfies readonly UserRole[];
export const isOperatorRole = (role: string): boolean => operatorRoles.some((one) => one === role);
/** Of a tenant: an operator is one too. */
export const adminRoles = [...operatorRoles, 'admin'] as const satisfies readonly UserRole[];
export const isAdminRole = (role: string): boolean => adminRoles.some((one) => one === role);

/**
 * What a user may do. `operatorTenant`: that of the configuration; in another tenant an operator is an administrator,
 * also when the configuration named that one before.
 */
export const scopesOfUser = (
  { role, tenant }: { readonly role: UserRole; readonly tenant: string },
  operatorTenant: string | undefined,
): readonly Scope[] => roleScopes[isOperatorRole(role) && tenant !== operatorTenant ? 'admin' : role];

/** The caller. */
export interface Principal {
  readonly kind: 'key' | 'user' | 'operator';
  /** Of the API key, or the user. */
  readonly id: string;
  /** '' of an operator, which names it in the path. */
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
  /**
   * Of a token with LiveKit's grant `roomRecord`: what its key may of what that covers. Counts for LiveKit's Egress
   * calls alone: the grant opens nothing else.
   */
  readonly egress?: ReadonlySet<Scope>;
  /** Regions of its key; absent or '': all. */
  readonly fence?: string;
  /** A token for one room gives no right in another; undefined: all of the tenant. */
  readonly room?: string;
  /** What the caller's token was made from (its claim `via`): what is made with it ends with that. */
  readonly via?: string;
  /** Of a user: `id` is also the identity with which it joins rooms. */
  readonly user?: { readonly email: string; readonly name: string; readonly role: UserRole };
  /** Of a user: by which session it asks. */
  readonly session?: string;
  /** The tenant's limit of calls; undefined: the usual one. */
  readonly perSecond?: number;
}

/** Of the key that signs for guests, users, recordings and the library: links and meetings say what each may. */
export const signingScopes: readonly Scope[] = ['rooms:join', 'rooms:admin', 'recordings:write', 'library:write'];

/** What a token for one room can do: everything else reaches all of the tenant. */
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

/** What LiveKit's Egress calls need: to record, to see what was, to link to it, to push. */
const egressScopes: readonly Scope[] = ['rooms:admin', 'recordings:read', 'recordings:write', 'live:admin'];

/**
 * Scopes of a bearer token: those of LiveKit's grants (`video`) and those it names itself (`scope`, OAuth's list with
 * blanks), as far as its key has them. A token to join a room (`roomJoin`) opens nothing here, whatever else it says.
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
