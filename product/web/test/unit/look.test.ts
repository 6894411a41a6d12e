import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LinkAddress } from '../../src/core/join-link.ts';
import { JoinLink } from '../../src/room/join-link.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly credentials: string;
}
let requests: Asked[];
const answers = new Map<string, { readonly status?: number; readonly body: unknown }>();
const logged = vi.spyOn(console, 'info');

beforeEach(() => {
  requests = [];
  answers.clear();
  logged.mockReset();
  vi.stubGlobal('location', { origin: 'https://meet.example', pathname: '/meetings/mt_1/join', replace: vi.fn() });
  vi.stubGlobal('localStorage', { getItem: () => 'b'.repeat(30), setItem: () => undefined });
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname.replace('/api/v1', '');
    const text = await request.text();
    requests.push({ method: request.method, path, body: text && JSON.parse(text), credentials: request.credentials });
    const { status = 200, body } = answers.get(path) ?? { status: 404, body: { code: 'NOT_FOUND' } };
    return Response.json(body, { status });
  });
});
afterEach(() => vi.unstubAllGlobals());

const look = (address: LinkAddress) => new JoinLink(address).lookUp();
const plan = {
  title: 'Plan',
  startsAt: '2026-01-01T09:00:00.000Z',
  endsAt: '2026-01-01T09:30:00.000Z',
  timeZone: 'Europe/Berlin',
  passwordNeeded: false,
  onlyWatches: false,
  tenantName: 'Example',
  branding: { displayName: 'Example', accentColor: '#aa0000', logo: null, supportUrl: null },
  name: null,
};
const times = { startsMs: Date.UTC(2026, 0, 1, 9), endsMs: Date.UTC(2026, 0, 1, 9, 30) };
const details = {
  title: 'Plan',
  times,
  timeZone: 'Europe/Berlin',
  passwordNeeded: false,
  onlyWatches: false,
  tenantName: 'Example',
  branding: plan.branding,
  name: undefined,
};

describe('a lookup', () => {
  it('of a code or number asks as a guest, with the browser’s id', async () => {
    answers.set('/join-links/look', { body: plan });
    answers.set('/meetings/look', { body: { ...plan, title: null, passwordNeeded: true } });
    expect(await look({ code: 'CODE' })).toEqual({ ...details, state: 'open' });
    const hidden = { ...details, title: undefined, passwordNeeded: true };
    expect(await look({ number: '123456789' })).toEqual({ ...hidden, state: 'open' });
    const browserId = 'b'.repeat(30);
    expect(requests.map(({ body }) => body)).toEqual([
      { code: 'CODE', browserId },
      { number: '123456789', browserId },
    ]);
    for (const { credentials } of requests) expect(credentials).toBe('omit');
  });

  it('of a room has no times', async () => {
    const body = { ...plan, title: 'Board', startsAt: null, endsAt: null, timeZone: null };
    answers.set('/join-links/look', { body });
    expect(await look({ code: 'CODE' })).toMatchObject({ title: 'Board', times: undefined, timeZone: undefined });
  });

  it.each([
    { what: 'a refusal', status: 404, body: { code: 'LINK_INVALID' }, code: 'LINK_INVALID' },
    { what: 'a malformed answer', status: 200, body: [7], code: 'ANSWER_UNREADABLE' },
    { what: 'an empty answer', status: 200, body: null, code: 'ANSWER_UNREADABLE' },
  ])('rejects with the code of $what', async ({ status, body, code }) => {
    answers.set('/join-links/look', { status, body });
    await expect(look({ code: 'CODE' })).rejects.toMatchObject({ code });
  });

  it('of an invalid number makes no request', async () => {
    await expect(look({ number: '' })).rejects.toMatchObject({ code: 'NUMBER_INVALID' });
    expect(requests).toEqual([]);
  });
});

describe('a lookup of the user’s own meeting', () => {
  const own = (fields: object = {}) => ({
    title: 'Plan',
    number: '123456789',
    status: 'scheduled',
    timeZone: 'Europe/Berlin',
    recurrence: '',
    startsAt: '2026-01-01T09:00:00.000Z',
    durationMinutes: 30,
    ...fields,
  });
  const mine = () => look({ ownMeeting: 'mt_1' });
  const path = '/meetings/mt_1';

  it('has its title even with a password, and never asks for the password', async () => {
    answers.set(path, { body: own({ recurrence: 'FREQ=DAILY' }) });
    answers.set('/meetings/look', { body: { ...plan, title: null, passwordNeeded: true } });
    expect(await mine()).toEqual({ ...details, state: 'open' });
    expect(requests.map(({ credentials }) => credentials)).toEqual(['same-origin', 'omit']);
  });

  it('reports that it is cancelled, or over', async () => {
    answers.set(path, { body: own({ status: 'cancelled' }) });
    expect(await mine()).toMatchObject({ title: 'Plan', times, state: 'cancelled' });
    expect(requests).toHaveLength(1);
    answers.set(path, { body: own() });
    answers.set('/meetings/look', { status: 404, body: { code: 'NUMBER_INVALID' } });
    expect(await mine()).toMatchObject({ title: 'Plan', times, state: 'over' });
    answers.set(path, { body: own({ recurrence: 'FREQ=DAILY' }) });
    expect(await mine()).toMatchObject({ times: undefined, state: 'over' });
  });

  it('has its title when the rest is unavailable under load', async () => {
    answers.set(path, { body: own() });
    answers.set('/meetings/look', { status: 429, body: { code: 'RATE_LIMITED' } });
    expect(await mine()).toMatchObject({ title: 'Plan', times, state: 'open' });
    expect(logged).toHaveBeenCalledOnce();
  });

  it('without a session redirects to sign-in, and back', async () => {
    answers.set(path, { status: 401, body: { code: 'SESSION_ENDED' } });
    await expect(mine()).rejects.toMatchObject({ code: 'SESSION_ENDED' });
    expect(location.replace).toHaveBeenCalledWith('/signin?to=%2Fmeetings%2Fmt_1%2Fjoin');
  });

  it('of another user’s meeting finds no link', async () => {
    await expect(mine()).rejects.toMatchObject({ code: 'LINK_INVALID' });
  });
});
