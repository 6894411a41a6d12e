import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobKind } from '../../../src/jobs/jobs.ts';
import { PasswordMails } from '../../../src/mail/password-mails.ts';
import type { DailyLimits } from '../../../src/meetings/quotas.ts';
import { header, mailsTo, smtp } from '../../support/smtp.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

const HOUR_MS = 3_600_000;
const PASSWORD = 'correct horse';
let api: TestApi;
let mails: string[];
let closing: (() => unknown)[];
beforeEach(async () => {
  closing = [];
  await start();
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
});

async function start(o: Parameters<typeof smtp>[1] = {}, dailyLimits?: DailyLimits) {
  const server = await smtp(closing, o);
  mails = server.mails;
  const config = { smtpUrl: `smtp://127.0.0.1:${server.port}`, from: 'meet@example.org', fromName: 'Meridian' };
  api = await testApi({
    ...(dailyLimits && { dailyLimits }),
    passwordMail: (deps) => {
      const mailer = new PasswordMails({ ...deps, db: deps.store.db, config });
      closing.push(() => mailer.close());
      return mailer;
    },
  });
  closing.push(() => api.close());
}

const post = (path: string, payload: object, o: { remoteAddress?: string; headers?: Record<string, string> } = {}) =>
  api.app.inject({
    method: 'POST',
    url: `/api/v1${path}`,
    payload,
    ...o,
    headers: { origin: 'https://meet.example.org', ...o.headers },
  });
const ask = (email: string, remoteAddress = '192.0.2.1') => post('/password-resets', { email }, { remoteAddress });
async function requestReset(email: string, remoteAddress?: string) {
  const answer = await ask(email, remoteAddress);
  await api.telling.jobs.settled();
  return [answer.statusCode, answer.body];
}
const textOf = (mail: string): string => mail.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');
const codeIn = (mail = ''): string => /\/setup\/([\w-]{22})/.exec(textOf(mail))?.[1] ?? expect.fail(mail);
const setUp = (code: string) => post('/setup', { code, password: PASSWORD });
const ann = { id: 'ann', email: 'ann@example.org', name: 'Ann', password: 'before before' };
const accepted = [202, '{}'];

describe('a forgotten password', () => {
  it('is replaced by a mailed link that works once and voids others', async () => {
    await api.user(ann);
    expect(await requestReset('Ann@Example.org')).toEqual(accepted);
    expect(await requestReset('ann@example.org')).toEqual(accepted);
    const [first = '', second] = mailsTo(mails, 'ann@example.org');
    expect([header(first, 'Subject'), header(first, 'From')]).toEqual([
      'Your new password: Acme',
      'Meridian <meet@example.org>',
    ]);
    expect(textOf(first)).toContain('Hello Ann,');
    expect((await setUp(codeIn(first))).statusCode).toBe(201);
    for (const code of [codeIn(first), codeIn(second)])
      expect((await setUp(code)).json()).toMatchObject({ status: 404, code: 'LINK_INVALID' });
    expect((await post('/sessions', { email: ann.email, password: PASSWORD })).statusCode).toBe(201);
  });

  it('gets the same answer for any address', async () => {
    await api.user({ ...ann, isActive: false });
    await api.user({ ...ann, tenant: 'globex' });
    await api.user({ id: 'sso', email: 'sso@example.org' });
    const identity = { tenant: 'acme', issuer: 'https://id.example', subject: 's', user_id: 'sso' };
    await api.store.db.insertInto('user_identities').values(identity).execute();
    await api.user({ id: 'new', email: 'new@example.org' });
    for (const email of ['unknown@example.org', 'ann@example.org', 'sso@example.org', 'new@example.org'])
      expect(await requestReset(email)).toEqual(accepted);
    // The inactive account of acme gets no mail.
    expect(mails.map((mail) => `${header(mail, 'To')} ${header(mail, 'Subject')}`)).toEqual([
      'Ann <ann@example.org> Your new password: Globex',
      'User 3 <sso@example.org> How you sign in: Acme',
      'User 4 <new@example.org> Your new password: Acme',
    ]);
    expect(textOf(mails[1] ?? '')).not.toContain('/setup/');
  });

  it('sends no mail for a link that was voided while the mail waited', async () => {
    let isBusy = true;
    await start({
      onMailFrom: (_address, _session, done) =>
        done(isBusy ? Object.assign(new Error('busy'), { responseCode: 451 }) : null),
    });
    await api.user(ann);
    await requestReset(ann.email);
    await api.user({ ...ann, id: 'bob', email: 'bob@example.org' });
    await requestReset('bob@example.org');
    // A waiting mail has no link in plain text.
    const waiting = await api.store.db.selectFrom('jobs').select('payload').execute();
    expect([waiting.length, JSON.stringify(waiting).includes('/setup/')]).toEqual([2, false]);
    await api.ask('POST', '/users/ann/password-link');
    isBusy = false;
    api.clock.advance(HOUR_MS);
    await api.telling.jobs.settled();
    expect(mails.map((mail) => header(mail, 'To'))).toEqual(['Ann <bob@example.org>']);
    expect(await api.store.db.selectFrom('jobs').select('id').execute()).toEqual([]);
  });
});

describe('a flood of requests', () => {
  it('from one network is handled by one job at a time, and does not delay other networks', async () => {
    const begunMails: string[] = [];
    const other = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const slow = await testApi({
      passwordMail: ({ jobs }) => {
        const register = jobs.register.bind(jobs);
        jobs.register = <P>(kind: JobKind<P>) =>
          register<P>({
            ...kind,
            run: async (payload, job) => {
              const { address } = payload as { address?: string };
              if (address !== undefined) begunMails.push(address);
              if (address === '192.0.2.1') other.resolve();
              await gate.promise;
              return kind.run(payload, job);
            },
          });
        return { plan: async () => undefined };
      },
    });
    closing.push(
      () => slow.close(),
      () => gate.resolve(),
    );
    const from = (remoteAddress: string, at: number) =>
      slow.app.inject({
        method: 'POST',
        url: '/api/v1/password-resets',
        payload: { email: `u${at}@example.org` },
        remoteAddress,
      });
    for (const [at, host] of ['1', '2', '3'].entries()) await from(`2001:db8::${host}`, at);
    await from('192.0.2.1', 4);
    await other.promise;
    expect(begunMails).toEqual(['2001:db8::1', '192.0.2.1']);
    gate.resolve();
    await slow.telling.jobs.settled();
    expect(begunMails).toHaveLength(4);
  });

  it('from many networks leaves each network one request, and sends at most ten mails to a mailbox', async () => {
    await api.user(ann);
    for (let at = 0; at < 12; at += 1) expect((await ask(ann.email, `203.0.${at}.9`)).statusCode).toBe(202);
    await api.telling.jobs.settled();
    expect(mails).toHaveLength(10);
    expect(await requestReset(ann.email, '192.0.2.1')).toEqual(accepted);
    expect((await ask(ann.email, '192.0.2.1')).json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect((await setUp(codeIn(mails[0]))).statusCode).toBe(201);
  });
});

describe('an administrator’s link', () => {
  const link = (body?: object, user = 'ann') =>
    api.ask('POST', `/users/${user}/password-link`, { ...(body && { body }) });

  it('is mailed on request, and returned in any case', async () => {
    await api.user(ann);
    for (const body of [undefined, {}, { mail: false }])
      expect((await link(body)).json()).toMatchObject({ mailed: false, url: expect.stringContaining('/setup/') });
    await api.telling.jobs.settled();
    expect(mails).toEqual([]);
    const { url, mailed } = (await link({ mail: true })).json();
    await api.telling.jobs.settled();
    expect([mailed, mails.length, header(mails[0] ?? '', 'Subject')]).toEqual([true, 1, 'Choose your password: Acme']);
    expect(codeIn(mails[0])).toBe(url.slice(-22));
    expect((await setUp(codeIn(mails[0]))).statusCode).toBe(201);
  });
});
