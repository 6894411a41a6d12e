// Which administration page an address means. Pure.

/** Each page, with the scope that its calls need (product/api/src/access/core/scopes.ts), in the order of the menu. */
export const sections = {
  users: 'users:admin',
  rooms: 'rooms:list',
  reports: 'reports:read',
  sla: 'reports:read',
  keys: 'keys:admin',
  webhooks: 'webhooks:admin',
  settings: 'tenant:admin',
} as const;
export type Section = keyof typeof sections;

export interface AdminRoute {
  readonly section: Section;
  /** Of one webhook, room or life of a room. */
  readonly id?: string;
  /** Of a life of a room: one session in it. */
  readonly session?: string;
}

const ID_CHARACTERS_MAX = 256;
/** A host has this scope for meetings of its own: it does not make an administrator. */
const OF_HOSTS = 'reports:read';

/** Undefined: no administration page. `/admin` is the first page. */
export function adminRoute(pathname: string): AdminRoute | undefined {
  const found = /^\/admin(?:\/([a-z]+)(?:\/([^/]+)(?:\/sessions\/([^/]+))?)?)?\/?$/.exec(pathname);
  const [, section, id, session] = found ?? [];
  if (section === undefined) return /^\/admin\/?$/.test(pathname) ? { section: 'users' } : undefined;
  if (!isSection(section)) return undefined;
  if (id === undefined) return { section };
  const [named, within] = [decoded(id), session === undefined ? undefined : decoded(session)];
  if (named === undefined || (session !== undefined && (within === undefined || section !== 'reports')))
    return undefined;
  return { section, id: named, ...(within !== undefined && { session: within }) };
}

/** The address of a page. */
export function adminPath({ section, id, session }: AdminRoute): string {
  const page = id === undefined ? `/admin/${section}` : `/admin/${section}/${encodeURIComponent(id)}`;
  return session === undefined ? page : `${page}/sessions/${encodeURIComponent(session)}`;
}

/** The pages that a user with these scopes can use. */
export function sectionsFor(scopes: readonly string[]): readonly Section[] {
  const own = Object.keys(sections)
    .filter(isSection)
    .filter((section) => scopes.includes(sections[section]));
  return own.some((section) => sections[section] !== OF_HOSTS) ? own : [];
}

const isSection = (text: string): text is Section => Object.hasOwn(sections, text);

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text).slice(0, ID_CHARACTERS_MAX);
  } catch {
    return undefined; // not an address that this page made
  }
}
