import { type AdminRoute, adminRoute } from '../../admin/core/route.ts';
import { type ConsoleRoute, consoleRoute } from '../../console/core/route.ts';

export type AccountRoute =
  | { readonly name: 'home' }
  | { readonly name: 'signIn'; readonly to: string; readonly problem?: string }
  | { readonly name: 'forgot' }
  | { readonly name: 'setup'; readonly code: string }
  | { readonly name: 'admin'; readonly admin: AdminRoute }
  /** Undefined for an unknown path below /console. */
  | { readonly name: 'console'; readonly console: ConsoleRoute | undefined }
  | MeetingRoute
  | { readonly name: 'library' }
  | { readonly name: 'meetings' }
  | { readonly name: 'past' };
/** Report of a meeting, timeline of a session in it, or one of its past occurrences. */
export type MeetingRoute =
  | { readonly name: 'held'; readonly meeting: string; readonly originalStart: string }
  | { readonly name: 'report'; readonly meeting: string }
  | { readonly name: 'session'; readonly meeting: string; readonly session: string };

const CODE_CHARACTERS_MAX = 128;

export function accountRoute(pathname: string, search: string): AccountRoute {
  if (pathname === '/') return { name: 'home' };
  const code = /^\/setup\/([^/]+)\/?$/.exec(pathname)?.[1];
  if (code !== undefined) return { name: 'setup', code: code.slice(0, CODE_CHARACTERS_MAX) };
  if (/^\/signin\/forgot\/?$/.test(pathname)) return { name: 'forgot' };
  if (/^\/signin\/?$/.test(pathname)) {
    const query = new URLSearchParams(search);
    const problem = query.get('problem');
    return { name: 'signIn', to: returnPath(query.get('to')), ...(problem !== null && { problem }) };
  }
  if (/^\/library\/?$/.test(pathname)) return { name: 'library' };
  if (/^\/console(\/|$)/.test(pathname)) return { name: 'console', console: consoleRoute(pathname) };
  if (isPast(pathname)) return { name: 'past' };
  const ofMeeting = meetingRoute(pathname);
  if (ofMeeting !== undefined) return ofMeeting;
  const admin = adminRoute(pathname);
  return admin === undefined ? { name: 'meetings' } : { name: 'admin', admin };
}

export function meetingRoute(pathname: string): MeetingRoute | undefined {
  const [, ofHeld, originalStart] = /^\/meetings\/(mt_[0-9a-f]{1,60})\/past\/([\dT:-]{16,19})\/?$/.exec(pathname) ?? [];
  if (ofHeld !== undefined && originalStart !== undefined) return { name: 'held', meeting: ofHeld, originalStart };
  const found = /^\/meetings\/(mt_[0-9a-f]{1,60})\/(?:report|sessions\/([\w-]{1,128}))\/?$/.exec(pathname);
  const [, meeting, session] = found ?? [];
  if (meeting === undefined) return undefined;
  return session === undefined ? { name: 'report', meeting } : { name: 'session', meeting, session };
}

export function meetingPath(route: MeetingRoute): string {
  const page = `/meetings/${route.meeting}`;
  if (route.name === 'held') return `${page}/past/${route.originalStart}`;
  return route.name === 'report' ? `${page}/report` : `${page}/sessions/${route.session}`;
}

export const PAST_PATH = '/meetings/past';
const isPast = (path: string): boolean => /^\/meetings\/past\/?$/.test(path);

/** Returns the path after sign-in: a page of this site only, since another site may have written the parameter. */
export function returnPath(to: string | null): string {
  if (to === null) return '/meetings';
  const isOwn =
    to === '/' ||
    /^\/meetings(\/mt_[0-9a-f]{1,60}\/join)?$/.test(to) ||
    /^\/library(#[\w-]{1,64})?$/.test(to) ||
    isPast(to) ||
    meetingRoute(to) !== undefined;
  return isOwn || adminRoute(to) !== undefined || consoleRoute(to) !== undefined ? to : '/meetings';
}

export const FORGOT_PATH = '/signin/forgot';

export const signInPath = (to: string): string => `/signin?to=${encodeURIComponent(to)}`;
