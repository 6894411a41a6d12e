import { describe, expect, it } from 'vitest';
import { accountRoute, returnPath } from '../../../src/account/core/route.ts';
import { type ConsoleRoute, consolePath, consoleRoute, menuPageOf } from '../../../src/console/core/route.ts';

describe('consoleRoute', () => {
  const rows: readonly [path: string, expected: ConsoleRoute | undefined][] = [
    ['/console/%E0%A4%A', undefined],
    ['/console/rooms/a/%E0%A4%A', undefined],
    ['/console/constructor', undefined],
    ['/console/map', undefined],
    ['/console/rooms/a', undefined],
    ['/console/rooms/a/b/c', undefined],
    ['/console/fleet/a', undefined],
    ['/console/nodes', undefined],
    ['/console/nodes/a/b', undefined],
    ['/console/sessions', undefined],
    ['/console//fleet', undefined],
    ['//console', undefined],
    ['/consoles', undefined],
    ['/console', { page: 'map' }],
    ['/console/', { page: 'map' }],
    ['/console/fleet', { page: 'fleet' }],
    ['/console/logs', { page: 'logs' }],
    ['/console/cost', { page: 'cost' }],
    ['/console/cost/a', undefined],
    ['/console/logs/a', undefined],
    ['/console/past', { page: 'past-rooms' }],
    ['/console/past/RM_1', { page: 'past-room', sid: 'RM_1' }],
    ['/console/past/RM_1/x', undefined],
    ['/console/rooms/', { page: 'rooms' }],
    ['/console/nodes/sfu-1', { page: 'node', node: 'sfu-1' }],
    ['/console/sessions/s%2F1', { page: 'session', session: 's/1' }],
    ['/console/rooms/acme/%E4%BC%9A%2F1', { page: 'room', tenant: 'acme', room: '会/1' }],
  ];
  for (const [path, expected] of rows) it(`reads ${path}`, () => expect(consoleRoute(path)).toEqual(expected));
  it('parses what consolePath writes', () => {
    for (const [, route] of rows) if (route !== undefined) expect(consoleRoute(consolePath(route))).toEqual(route);
  });
  it('cuts an id that is too long for the service', () =>
    expect(consoleRoute(`/console/nodes/${'n'.repeat(300)}`)).toEqual({ page: 'node', node: 'n'.repeat(256) }));
  it('shows a room and a session below rooms, a node below the fleet', () =>
    expect([
      menuPageOf({ page: 'room', tenant: 'a', room: 'b' }),
      menuPageOf({ page: 'session', session: 's' }),
      menuPageOf({ page: 'past-room', sid: 'RM_1' }),
      menuPageOf({ page: 'node', node: 'n' }),
    ]).toEqual(['rooms', 'rooms', 'rooms', 'fleet']));
});

it('an unknown path below /console opens the console, which reports a missing page', () => {
  expect(accountRoute('/console/fleet', '')).toEqual({ name: 'console', console: { page: 'fleet' } });
  expect(accountRoute('/console/nothing', '')).toEqual({ name: 'console', console: undefined });
  expect(accountRoute('/consoles', '')).toEqual({ name: 'meetings' });
});

it('signing in leads back to the console, and to no other site', () => {
  expect(returnPath('/console/rooms/acme/daily')).toBe('/console/rooms/acme/daily');
  for (const to of ['//console', '/console//evil.example', '/console/\\evil/x/y/z', 'https://evil.example/console'])
    expect(returnPath(to)).toBe('/meetings');
});
