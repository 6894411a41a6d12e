// Runs pages with scripted answers instead of the API's. The answers of each page are in a file of their own.
import { MeridianClient } from '@meridian/api-client';
import { AccountApi } from '../account/api.ts';
import type { Me } from '../account/core/model.ts';
import { ConsoleApp } from '../console/app.tsx';
import type { ConsoleRoute } from '../console/core/route.ts';
import type { ConsolePorts } from '../console/ports.ts';

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
    'operator',
  ],
};

/** Returns the API's answer to a call: a value for JSON, or undefined for 404. */
export type Answers = (method: string, path: string) => unknown;

/** `path` is below /api/v1, with its query. */
const scriptedClient = (answers: Answers): MeridianClient =>
  new MeridianClient({
    url: 'https://meet.example.org',
    retriesMax: 0,
    fetch: ({ method, url }) => {
      const { pathname, search } = new URL(url);
      const found = answers(method, pathname.replace('/api/v1', '') + search);
      return Promise.resolve(found === undefined ? new Response(null, { status: 404 }) : Response.json(found));
    },
  });

export const storyNowMs = Date.parse('2026-11-23T08:48:00Z');
export const storyHandlers = { account: new AccountApi(scriptedClient(() => undefined)), onSignedOut: () => undefined };
/** Ports of a page with these answers, without events, at a fixed time. */
export const storyPorts = (answers: Answers): ConsolePorts => ({
  client: scriptedClient(answers),
  run: (call) => call(),
  me: storyMe,
  timeZone: 'Europe/Berlin',
  now: () => storyNowMs,
  openStream: () => ({
    readyState: 1,
    onopen: null,
    onerror: null,
    addEventListener: () => undefined,
    close: () => undefined,
  }),
});

interface ConsoleStoryProps {
  route: ConsoleRoute;
  answers: Answers;
  more?: Partial<ConsolePorts>;
}
export const ConsoleStory = ({ route, answers, more }: ConsoleStoryProps) => (
  <ConsoleApp {...{ route, ...storyHandlers }} ports={{ ...storyPorts(answers), ...more }} />
);
