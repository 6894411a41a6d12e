// The administration pages, answered by a script instead of the api. A page's answers stand in a file of its own.
import { MeridianClient } from '@meridian/api-client';
import type { ReactNode } from 'react';
import type { Me } from '../account/core/model.ts';
import { AdminApp } from '../admin/app.tsx';
import type { AdminRoute } from '../admin/core/route.ts';
import { adminTrafficStories } from './admin-traffic.tsx';
import { emptySlaReport, tenantSlaReport } from './console-report.ts';

export const storyMe: Me = {
  id: 'usr_hana',
  tenant: 'example',
  email: 'hana.novakova@example.org',
  name: 'Hana Nováková',
  role: 'admin',
  hasPassword: true,
  branding: { displayName: null, accentColor: null, logo: null, supportUrl: null },
  scopes: [
    'users:admin',
    'meetings:read',
    'meetings:write',
    'links:write',
    'rooms:join',
    'rooms:list',
    'rooms:admin',
    'rooms:create',
    'live:admin',
    'links:write',
    'reports:read',
    'keys:admin',
    'webhooks:admin',
    'tenant:admin',
    'audit:read',
  ],
};

/** What the api would answer to a call: a value as JSON, or undefined (404). */
export type Answers = (method: string, path: string) => unknown;

/** A client that `answers` answers; `path` is below /api/v1, with its query. */
export const scriptedClient = (answers: Answers): MeridianClient =>
  new MeridianClient({
    url: 'https://meet.example.org',
    retriesMax: 0,
    fetch: ({ method, url }) => {
      const { pathname, search } = new URL(url);
      const found = answers(method, pathname.replace('/api/v1', '') + search);
      return Promise.resolve(found === undefined ? new Response(null, { status: 404 }) : Response.json(found));
    },
  });

/** A page of the administration with these answers, at a time that does not pass. */
export function AdminStory({ route, answers }: { route: AdminRoute; answers: Answers }): ReactNode {
  const client = scriptedClient(answers);
  const ports = {
    client,
    run: <T,>(call: () => Promise<T>) => call(),
    me: storyMe,
    timeZone: 'Europe/Berlin',
    now: () => Date.parse('2026-11-23T08:48:00Z'),
  };
  return <AdminApp {...{ route, ports }} onSignOut={() => Promise.resolve()} onSignedOut={() => undefined} />;
}

export const adminStories: Readonly<Record<string, () => ReactNode>> = {
  'admin-users': () => <AdminStory route={{ section: 'users' }} answers={() => ({ data: [] })} />,
  'admin-sla': () => <AdminStory route={{ section: 'sla' }} answers={tenantSlaReport} />,
  'admin-sla-empty': () => <AdminStory route={{ section: 'sla' }} answers={() => emptySlaReport('region')} />,
  ...adminTrafficStories(AdminStory),
};
