export type ConsoleRoute =
  | { readonly page: 'map' }
  | { readonly page: 'fleet' }
  | { readonly page: 'rooms' }
  | { readonly page: 'past-rooms' }
  | { readonly page: 'past-room'; readonly sid: string }
  | { readonly page: 'room'; readonly tenant: string; readonly room: string }
  | { readonly page: 'session'; readonly session: string }
  | { readonly page: 'node'; readonly node: string }
  | { readonly page: 'alarms' }
  | { readonly page: 'alarm'; readonly alarm: string }
  | { readonly page: 'alarm-settings' }
  | { readonly page: 'dial' }
  | { readonly page: 'inspection' }
  | { readonly page: 'wall' }
  | { readonly page: 'report' }
  | { readonly page: 'cost' }
  | { readonly page: 'logs' };
export type ConsolePage = ConsoleRoute['page'];

export const menuPages = [
  'map',
  'inspection',
  'alarms',
  'fleet',
  'rooms',
  'logs',
  'dial',
  'wall',
  'report',
  'cost',
] as const satisfies readonly ConsolePage[];
export type MenuPage = (typeof menuPages)[number];

/** Scope for every page (product/api/src/access/core/scopes.ts). */
export const CONSOLE_SCOPE = 'operator';
/** Additional scope for the wall; without it, the wall's page explains how to get it. */
export const WALL_SCOPE = 'wall';
export const menuFor = (scopes: readonly string[]): readonly MenuPage[] =>
  scopes.includes(CONSOLE_SCOPE) ? menuPages : [];

const ID_CHARACTERS_MAX = 256;
const menuOf: Readonly<Record<ConsolePage, MenuPage>> = {
  map: 'map',
  fleet: 'fleet',
  node: 'fleet',
  rooms: 'rooms',
  room: 'rooms',
  'past-rooms': 'rooms',
  'past-room': 'rooms',
  session: 'rooms',
  alarms: 'alarms',
  alarm: 'alarms',
  'alarm-settings': 'alarms',
  logs: 'logs',
  dial: 'dial',
  inspection: 'inspection',
  wall: 'wall',
  report: 'report',
  cost: 'cost',
};
export const menuPageOf = ({ page }: ConsoleRoute): MenuPage => menuOf[page];

export function consoleRoute(pathname: string): ConsoleRoute | undefined {
  const parts = /^\/console((?:\/[^/]+){0,3})\/?$/.exec(pathname)?.[1]?.split('/').slice(1).map(decoded);
  if (parts === undefined || parts.includes(undefined)) return undefined;
  const [name, first, second] = parts;
  if (parts.length === 0) return { page: 'map' };
  const menu = menuPages.find((page) => page === name);
  if (parts.length === 1 && menu !== undefined && menu !== 'map') return { page: menu };
  if (parts.length === 1 && name === 'past') return { page: 'past-rooms' };
  if (parts.length === 2 && name === 'past' && first !== undefined) return { page: 'past-room', sid: first };
  if (parts.length === 2 && name === 'alarms' && first === 'settings') return { page: 'alarm-settings' };
  if (parts.length === 2 && name === 'alarms' && first !== undefined) return { page: 'alarm', alarm: first };
  if (parts.length === 2 && name === 'nodes' && first !== undefined) return { page: 'node', node: first };
  if (parts.length === 2 && name === 'sessions' && first !== undefined) return { page: 'session', session: first };
  if (name !== 'rooms' || first === undefined || second === undefined) return undefined;
  return { page: 'room', tenant: first, room: second };
}

export function consolePath(route: ConsoleRoute): string {
  if (route.page === 'map') return '/console';
  if (route.page === 'alarm') return `/console/alarms/${encodeURIComponent(route.alarm)}`;
  if (route.page === 'past-rooms') return '/console/past';
  if (route.page === 'past-room') return `/console/past/${encodeURIComponent(route.sid)}`;
  if (route.page === 'alarm-settings') return '/console/alarms/settings';
  if (route.page === 'node') return `/console/nodes/${encodeURIComponent(route.node)}`;
  if (route.page === 'session') return `/console/sessions/${encodeURIComponent(route.session)}`;
  if (route.page === 'room')
    return `/console/rooms/${encodeURIComponent(route.tenant)}/${encodeURIComponent(route.room)}`;
  return `/console/${route.page}`;
}

/** Returns the path of the history of alarms about a node, host or region. */
export const alarmHistoryOf = (subject: string): string =>
  `/console/alarms?${new URLSearchParams({ view: 'history', subject })}`;

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text).slice(0, ID_CHARACTERS_MAX);
  } catch {
    return undefined;
  }
}
