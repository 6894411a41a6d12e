import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { accountRoute, backFrom, meetingPath, returnPath } from '../../../src/account/core/route.ts';
import { adminPath, adminRoute, sections, sectionsFor } from '../../../src/admin/core/route.ts';

describe('adminRoute', () => {
  const rows: readonly [path: string, expected: ReturnType<typeof adminRoute>][] = [
    ['/admin/%E0%A4%A', undefined],
    ['/admin/rooms/%E0%A4%A', undefined],
    ['/admin/constructor', undefined],
    ['/admin/nothing', undefined],
    ['/admin/rooms/a/b', undefined],
    ['/admin/rooms/a/sessions/b', undefined],
    ['/admin/reports/RM_1/sessions/%E0%A4%A', undefined],
    ['/admin/reports/RM_1/sessions/PA_1', { section: 'reports', id: 'RM_1', session: 'PA_1' }],
    ['/administration', undefined],
    ['//admin', undefined],
    ['/admin', { section: 'users' }],
    ['/admin/', { section: 'users' }],
    ['/admin/webhooks', { section: 'webhooks' }],
    ['/admin/sla', { section: 'sla' }],
    ['/admin/webhooks/wh_1/', { section: 'webhooks', id: 'wh_1' }],
    ['/admin/rooms/%E4%BC%9A%2F1', { section: 'rooms', id: '会/1' }],
  ];
  for (const [path, expected] of rows) it(`reads ${path}`, () => expect(adminRoute(path)).toEqual(expected));
  it('parses what adminPath writes', () => {
    const route = { section: 'rooms', id: 'a/b ü?#' } as const;
    expect(adminRoute(adminPath(route))).toEqual(route);
    const within = { section: 'reports', id: 'RM_1', session: 'PA_a/b' } as const;
    expect(adminRoute(adminPath(within))).toEqual(within);
  });
});

describe('sectionsFor', () => {
  it('opens no page for a host, who reads only reports of their own meetings', () => {
    expect(sectionsFor(['meetings:read', 'meetings:write', 'reports:read'])).toEqual([]);
  });
  it('opens the pages of the user’s scopes', () => {
    expect(sectionsFor(['webhooks:admin', 'users:admin', 'operator'])).toEqual(['users', 'webhooks']);
    expect(sectionsFor(['reports:read', 'keys:admin'])).toEqual(['reports', 'sla', 'keys']);
  });
});

describe('signing in', () => {
  it('leads back to an administration page, and to no other site', () => {
    expect(returnPath('/admin/webhooks/wh_1')).toBe('/admin/webhooks/wh_1');
    for (const to of ['//admin/users', '/admin//evil.example', 'https://evil.example/admin', '/admin/\\evil'])
      expect(returnPath(to)).toBe('/meetings');
  });
  it('leads back to a meeting’s report and a session in it, and to no similar path', () => {
    const session = { name: 'session', meeting: 'mt_0af', session: 'PA_x-1' } as const;
    const originalStart = '2026-11-02T09:00';
    const report = { name: 'report', meeting: 'mt_0af' } as const;
    const ofPast = [session, report].map((route) => ({ ...route, originalStart }));
    for (const route of [session, report, ...ofPast, { name: 'held', meeting: 'mt_0af', originalStart } as const]) {
      expect(accountRoute(meetingPath(route), '')).toEqual(route);
      expect(returnPath(meetingPath(route))).toBe(meetingPath(route));
    }
    for (const to of [
      '/meetings/mt_0af',
      '/meetings/mt_0af/past/soon/report',
      '/meetings/mt_0af/sessions/a/b',
      '/meetings/x/report',
      '/meetings/mt_0af/sessions/%2e%2e',
    ])
      expect(returnPath(to)).toBe('/meetings');
  });
  it('leads back from a report to where the user came from: a past occurrence, or the list of meetings', () => {
    const ofPast = { meeting: 'mt_0af', originalStart: '2026-11-02T09:00' };
    const past = '/meetings/mt_0af/past/2026-11-02T09:00';
    expect(backFrom({ name: 'report', meeting: 'mt_0af' })).toEqual({ href: '/meetings', text: 'back' });
    expect(backFrom({ name: 'report', ...ofPast })).toEqual({ href: past, text: 'pastTitle' });
    expect(backFrom({ name: 'held', ...ofPast }).href).toBe('/meetings/past');
    expect(backFrom({ name: 'session', session: 'PA_1', ...ofPast }).href).toBe(`${past}/report`);
    expect(backFrom({ name: 'session', session: 'PA_1', meeting: 'mt_0af' }).href).toBe('/meetings/mt_0af/report');
  });
  it('opens the administration at its paths, else the meetings', () => {
    expect(accountRoute('/admin/keys', '')).toEqual({ name: 'admin', admin: { section: 'keys' } });
    expect(accountRoute('/admin/nothing', '')).toEqual({ name: 'meetings' });
  });
});

it('the docs describe every page of the administration', () => {
  const docs = readFileSync(new URL('../../../../../docs/users.md', import.meta.url), 'utf8');
  expect(Object.keys(sections).filter((section) => !docs.includes(`\n- \`/admin/${section}\`: `))).toEqual([]);
});
