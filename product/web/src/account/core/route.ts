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
/**
 * Report of a meeting, timeline of a session in it, or one of its past occurrences. `originalStart` of a report or
 * timeline names the past occurrence from which the user came.
 */
export type MeetingRoute =
  | { readonly name: 'held'; readonly meeting: string; readonly originalStart: string }
  | { readonly name: 'report'; readonly meeting: string; readonly originalStart?: string }
  | { readonly name: 'session'; readonly meeting: string; readonly session: string; readonly originalStart?: string };

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

const MEETING_PATH =
  /^\/meetings\/(mt_[0-9a-f]{1,60})(?:\/past\/([\dT:-]{16,19}))?(?:\/(report|sessions\/([\w-]{1,128})))?\/?$/;

export function meetingRoute(pathname: string): MeetingRoute | undefined {
  const [, meeting, originalStart, page, session = ''] = MEETING_PATH.exec(pathname) ?? [];
  if (meeting === undefined) return undefined;
  const from = originalStart === undefined ? {} : { originalStart };
  if (page === 'report') return { name: 'report', meeting, ...from };
  if (page !== undefined) return { name: 'session', meeting, session, ...from };
  return originalStart === undefined ? undefined : { name: 'held', meeting, originalStart };
}

export function meetingPath(route: MeetingRoute): string {
  const from = route.originalStart === undefined ? '' : `/past/${route.originalStart}`;
  const page = `/meetings/${route.meeting}${from}`;
  if (route.name === 'held') return page;
  return route.name === 'report' ? `${page}/report` : `${page}/sessions/${route.session}`;
}

export const PAST_PATH = '/meetings/past';

/** Returns the page to which the back link leads, with the key of its text: the one from which the user came. */
export function backFrom({ name, ...route }: MeetingRoute): {
  readonly href: string;
  readonly text: 'back' | 'backToPast' | 'backToReport' | 'pastTitle';
} {
  const { meeting, originalStart } = route;
  if (name === 'held') return { href: PAST_PATH, text: 'backToPast' };
  if (name === 'session') {
    const from = originalStart === undefined ? {} : { originalStart };
    return { href: meetingPath({ name: 'report', meeting, ...from }), text: 'backToReport' };
  }
  if (originalStart === undefined) return { href: '/meetings', text: 'back' };
  return { href: meetingPath({ name: 'held', meeting, originalStart }), text: 'pastTitle' };
}

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
