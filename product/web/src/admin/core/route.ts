/** Each page with the scope that its calls need (product/api/src/access/core/scopes.ts), in menu order. */
export const sections = {
  users: 'users:admin',
  rooms: 'rooms:list',
  reports: 'reports:read',
  recordings: 'recordings:read',
  sla: 'reports:read',
  keys: 'keys:admin',
  webhooks: 'webhooks:admin',
  settings: 'tenant:admin',
} as const;
export type Section = keyof typeof sections;

export interface AdminRoute {
  readonly section: Section;
  /** Id of a webhook, room or room life. */
  readonly id?: string;
  /** Session of a room life. */
  readonly session?: string;
}

const ID_CHARACTERS_MAX = 256;
/** Scope that hosts have for their own meetings; alone it opens no page of the administration. */
const OF_HOSTS = 'reports:read';

/** Returns undefined for other paths. `/admin` is the first page. */
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

export function adminPath({ section, id, session }: AdminRoute): string {
  const page = id === undefined ? `/admin/${section}` : `/admin/${section}/${encodeURIComponent(id)}`;
  return session === undefined ? page : `${page}/sessions/${encodeURIComponent(session)}`;
}

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
    return undefined;
  }
}
