// Forgotten passwords, with mails to a real SMTP server on loopback.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobKind } from '../../../src/jobs/jobs.ts';
import { PasswordMails } from '../../../src/mail/password-mails.ts';
import type { DailyLimits } from '../../../src/meetings/quotas.ts';
import { header, smtp, to } from '../../support/smtp.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

const DAY_MS = 24 * 3_600_000;
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
/** Asks, and waits until its mails are sent. */
async function asked(email: string, remoteAddress?: string) {
  const answer = await ask(email, remoteAddress);
  await api.telling.jobs.settled();
  return [answer.statusCode, answer.body];
}
const textOf = (mail: string): string => mail.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');
const codeIn = (mail = ''): string => /\/setup\/([\w-]{22})/.exec(textOf(mail))?.[1] ?? expect.fail(mail);
const setUp = (code: string) => post('/setup', { code, password: PASSWORD });
const ann = { id: 'ann', email: 'ann@example.org', name: 'Ann', password: 'before before' };
const taken = [202, '{}'];

describe('a forgotten password', () => {
  it('is replaced by a link that is mailed, works once, and voids others', async () => {
    await api.user(ann);
    expect(await asked('Ann@Example.org')).toEqual(taken);
    expect(await asked('ann@example.org')).toEqual(taken);
    const [first = '', second] = to(mails, 'ann@example.org');
    expect([header(first, 'Subject'), header(first, 'From')]).toEqual([
      'Your new password: Acme',
      'Meridian <meet@example.org>',
    ]);
    expect(textOf(first)).toContain('Hello Ann,');
    // Another request takes no link away.
    expect((await setUp(codeIn(first))).statusCode).toBe(201);
    for (const code of [codeIn(first), codeIn(second)])
      expect((await setUp(code)).json()).toMatchObject({ status: 404, code: 'LINK_INVALID' });
    expect((await post('/sessions', { email: ann.email, password: PASSWORD })).statusCode).toBe(201);
  });

  it('has a link for a day', async () => {
    await api.user(ann);
    await asked(ann.email);
    api.clock.advance(DAY_MS);
    expect((await setUp(codeIn(mails[0]))).json().code).toBe('LINK_INVALID');
  });

  it('has no link in a mailbox that is the user’s no more', async () => {
    await api.user(ann);
    await asked(ann.email);
    const change = (body: object) => api.ask('PATCH', '/users/ann', { body, headers: { 'if-match': '*' } });
    await change({ name: 'Anna', email: 'ANN@example.org' });
    expect((await post('/setup/look', { code: codeIn(mails[0]) })).statusCode).toBe(200);
    const link = (await api.ask('POST', '/users/ann/password-link')).json().url.slice(-22);
    await asked(ann.email);
    expect((await change({ email: 'ann@new.example' })).statusCode).toBe(200);
    for (const code of [codeIn(mails[0]), link, codeIn(mails[1])])
      expect((await setUp(code)).json()).toMatchObject({ status: 404, code: 'LINK_INVALID' });
    await asked('ann@new.example');
    expect((await setUp(codeIn(to(mails, 'ann@new.example')[0]))).statusCode).toBe(201);
  });

  it('is answered alike for whatever address', async () => {
    await api.user({ ...ann, isActive: false });
    await api.user({ ...ann, tenant: 'globex' });
    await api.user({ id: 'sso', email: 'sso@example.org' });
    const identity = { tenant: 'acme', issuer: 'https://id.example', subject: 's', user_id: 'sso' };
    await api.store.db.insertInto('user_identities').values(identity).execute();
    await api.user({ id: 'new', email: 'new@example.org' });
    for (const email of ['unknown@example.org', 'ann@example.org', 'sso@example.org', 'new@example.org'])
      expect(await asked(email)).toEqual(taken);
    // The inactive account of acme gets none.
    expect(mails.map((mail) => `${header(mail, 'To')} ${header(mail, 'Subject')}`)).toEqual([
      'Ann <ann@example.org> Your new password: Globex',
      'User 3 <sso@example.org> How you sign in: Acme',
      'User 4 <new@example.org> Your new password: Acme',
    ]);
    expect(textOf(mails[1] ?? '')).not.toContain('/setup/');
  });

  it('of an account that signs in at a provider too is replaced, if it has one', async () => {
    await api.user(ann);
    const identity = { tenant: 'acme', issuer: 'https://id.example', subject: 's', user_id: 'ann' };
    await api.store.db.insertInto('user_identities').values(identity).execute();
    await asked(ann.email);
    expect(header(mails[0] ?? '', 'Subject')).toBe('Your new password: Acme');
    expect((await setUp(codeIn(mails[0]))).statusCode).toBe(201);
  });

  it('is answered without a look at users: how long that takes says nothing of them', async () => {
    await api.user(ann);
    await api.store.db.schema.alterTable('users').renameTo('elsewhere').execute();
    for (const email of [ann.email, 'unknown@example.org']) expect(await asked(email)).toEqual(taken);
  });

  it('of an e-mail in several tenants has a mail for each', async () => {
    await api.user(ann);
    await api.user({ ...ann, tenant: 'globex' });
    await api.ask('PATCH', '/tenant', { signer: tenants[1], body: { branding: { displayName: 'Globex AG' } } });
    await asked(ann.email);
    expect(mails.map((mail) => [header(mail, 'Subject'), header(mail, 'From')])).toEqual([
      ['Your new password: Acme', 'Meridian <meet@example.org>'],
      ['Your new password: Globex AG', 'Globex AG <meet@example.org>'],
    ]);
    const done = await setUp(codeIn(mails[1]));
    expect(done.json()).toMatchObject({ tenant: 'globex', id: 'ann' });
    expect((await setUp(codeIn(mails[0]))).json()).toMatchObject({ tenant: 'acme' });
  });

  it('is written to in the language of the page', async () => {
    await api.user(ann);
    await post('/password-resets', { email: ann.email, language: 'zh' });
    await post('/password-resets', { email: ann.email }, { headers: { 'accept-language': 'zh-CN,en;q=0.5' } });
    await api.telling.jobs.settled();
    const subject = `=?UTF-8?B?${Buffer.from('重置密码：Acme').toString('base64')}?=`;
    expect(mails.map((mail) => header(mail, 'Subject'))).toEqual([subject, subject]);
  });

  it('is in the audit log of each tenant that has the account', async () => {
    await api.user(ann);
    await post('/password-resets', { email: ann.email }, { headers: { 'x-request-id': 'r1' } });
    await asked('unknown@example.org');
    const { data } = (await api.ask('GET', '/audit')).json();
    expect(data).toMatchObject([
      {
        operation: 'askForPassword',
        by: { kind: 'visitor', id: '' },
        address: '127.0.0.1',
        targets: { user: 'ann' },
        status: 202,
        requestId: 'r1',
      },
    ]);
    expect(JSON.stringify(data)).not.toContain('@');
    // Not among what the user did.
    expect((await api.ask('GET', '/audit?by=ann')).json().data).toEqual([]);
  });

  it('is not asked for by what is no e-mail', async () => {
    const long = `${'a'.repeat(250)}@b.example`;
    const email = 'a@b.example';
    const wrong = [{}, { email: '' }, { email: 5 }, { email: [email] }, { email: 'none' }, { email: long }];
    for (const body of [...wrong, { email, tenant: 'acme' }, { email, language: 'de' }])
      expect([body, (await post('/password-resets', body)).json().code]).toEqual([body, 'REQUEST_INVALID']);
  });

  it('sends nothing for a link that was voided while the mail waited', async () => {
    let isBusy = true;
    await start({
      onMailFrom: (_address, _session, done) =>
        done(isBusy ? Object.assign(new Error('busy'), { responseCode: 451 }) : null),
    });
    await api.user(ann);
    await asked(ann.email);
    await api.user({ ...ann, id: 'bob', email: 'bob@example.org' });
    await asked('bob@example.org');
    // Not in plain text while it waits.
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

describe('a link that ended while its mail waited', () => {
  it('is not mailed, and opens nothing', async () => {
    let isBusy = true;
    await start({
      onMailFrom: (_address, _session, done) =>
        done(isBusy ? Object.assign(new Error('busy'), { responseCode: 451 }) : null),
    });
    await api.user(ann);
    await asked(ann.email);
    const id = (await api.ask('POST', '/users', { body: { email: 'bob@example.org', name: 'Bob' } })).json().id;
    const made = await api.ask('POST', `/users/${id}/password-link`, { body: { mail: true } });
    await api.telling.jobs.settled();
    isBusy = false;
    api.clock.advance(DAY_MS);
    await api.telling.jobs.settled();
    expect(mails).toEqual([]);
    expect((await setUp(made.json().url.slice(-22))).json().code).toBe('LINK_INVALID');
    expect(await api.store.db.selectFrom('jobs').select('id').execute()).toEqual([]);
  });
});

describe('a flood of requests', () => {
  it('from one network has one job at a time: another’s is not behind it', async () => {
    const begun: string[] = [];
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
              if (address !== undefined) begun.push(address);
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
    expect(begun).toEqual(['2001:db8::1', '192.0.2.1']);
    gate.resolve();
    await slow.telling.jobs.settled();
    expect(begun).toHaveLength(4);
  });

  it('for one e-mail, refused, costs its address no try for others', async () => {
    for (let at = 0; at < 40; at += 1) await ask(ann.email, '203.0.113.9');
    const codes = [];
    for (let at = 0; at < 18; at += 1) codes.push((await ask(`user${at}@example.org`, '203.0.113.9')).statusCode);
    // Three of the first were taken.
    expect(codes).toEqual([...Array(17).fill(202), 429]);
  });

  it('from one address for one e-mail leaves another address its own', async () => {
    await api.user(ann);
    const codes = [];
    for (let at = 0; at < 12; at += 1) codes.push((await ask(ann.email, '203.0.113.9')).statusCode);
    expect(codes).toEqual([202, 202, 202, ...Array(9).fill(429)]);
    expect(await asked(ann.email, '192.0.2.1')).toEqual(taken);
    expect((await setUp(codeIn(mails.at(-1)))).statusCode).toBe(201);
  });

  it('from many addresses leaves a network one, and sends ten mails to a mailbox', async () => {
    await api.user(ann);
    for (let at = 0; at < 12; at += 1) expect((await ask(ann.email, `203.0.${at}.9`)).statusCode).toBe(202);
    await api.telling.jobs.settled();
    expect(mails).toHaveLength(10);
    expect(await asked(ann.email, '192.0.2.1')).toEqual(taken);
    expect((await ask(ann.email, '192.0.2.1')).json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    // Those that were sent are good.
    expect((await setUp(codeIn(mails[0]))).statusCode).toBe(201);
  });

  it('from one address for many e-mails ends, whoever has an account', async () => {
    await api.user(ann);
    const codes = [];
    for (let at = 0; at < 22; at += 1) codes.push((await ask(`user${at}@example.org`, '203.0.113.9')).statusCode);
    expect(codes).toEqual([...Array(20).fill(202), 429, 429]);
    const refused = await ask(ann.email, '203.0.113.9');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '30']);
    expect(await asked(ann.email, '203.0.113.10')).toEqual(taken);
    expect(mails).toHaveLength(1);
  });
});

describe('an administrator’s link', () => {
  const link = (body?: object, user = 'ann') =>
    api.ask('POST', `/users/${user}/password-link`, { ...(body && { body }) });

  it('is mailed where it is asked for, and answered in any case', async () => {
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

  it('is not made for wrong words, nor mailed without end', async () => {
    await api.user(ann);
    for (const body of [{ mail: 'yes' }, { mail: null }, { post: true }])
      expect([body, (await link(body)).json().code]).toEqual([body, 'REQUEST_INVALID']);
    const foreign = await api.ask('POST', '/users/ann/password-link', { body: { mail: true }, signer: tenants[1] });
    expect(foreign.json().code).toBe('NOT_FOUND');
    const codes = [];
    for (let at = 0; at < 11; at += 1) codes.push((await link({ mail: true })).statusCode);
    expect(codes).toEqual([...Array(10).fill(201), 429]);
    // The refused one has voided nothing, and others are made.
    expect((await link()).statusCode).toBe(201);
  });
});

describe('mails of passwords', () => {
  const limits = { meetingsOfUser: 9, meetingsOfTenant: 9, mailsOfUser: 2, mailsOfTenant: 4 };
  const linkTo = async (email: string, as?: { headers: Record<string, string> }) => {
    const { id } = (await api.ask('POST', '/users', { body: { email, name: 'V' } })).json();
    const answer = await api.ask('POST', `/users/${id}/password-link`, { body: { mail: true }, ...(as && { as }) });
    await api.telling.jobs.settled();
    await api.ask('DELETE', `/users/${id}`);
    return [answer.statusCode, answer.json().code];
  };

  it('count as mails of the day, of the user that sends them and of the tenant', async () => {
    await start({}, limits);
    const as = await api.user({ role: 'admin' });
    for (const at of [1, 2]) expect(await linkTo(`a${at}@x.example`, as)).toEqual([201, undefined]);
    expect(await linkTo('a3@x.example', as)).toEqual([429, 'QUOTA_EXCEEDED']);
    await api.user(ann);
    await asked(ann.email);
    expect(await linkTo('a4@x.example')).toEqual([201, undefined]);
    expect(await linkTo('a5@x.example')).toEqual([429, 'QUOTA_EXCEEDED']);
    expect(mails).toHaveLength(4);
    // Whoever asks hears nothing of it, and another tenant has its own.
    await api.user({ ...ann, tenant: 'globex' });
    expect(await asked(ann.email)).toEqual(taken);
    expect(mails.slice(4).map((mail) => header(mail, 'Subject'))).toEqual(['Your new password: Globex']);
    const { data } = (await api.ask('GET', '/audit?operation=askForPassword')).json();
    expect(data).toHaveLength(1);
    // The job is done, not tried again.
    expect(await api.store.db.selectFrom('jobs').select('id').where('kind', '=', 'password reset').execute()).toEqual(
      [],
    );
    api.clock.advance(DAY_MS);
    await asked(ann.email, '192.0.2.2');
    expect(mails).toHaveLength(7);
  });

  it('to one address end, also when its user is made again and again', async () => {
    const codes = [];
    for (let at = 0; at < 12; at += 1) codes.push((await linkTo('victim@x.example'))[0]);
    expect([codes, mails.length]).toEqual([[...Array(10).fill(201), 429, 429], 10]);
  });
});

describe('without a mail server', () => {
  it('it is said that none is sent', async () => {
    const silent = await testApi();
    closing.push(() => silent.close());
    await silent.user(ann);
    const inject = (payload: object) => silent.app.inject({ method: 'POST', url: '/api/v1/password-resets', payload });
    for (const email of [ann.email, 'unknown@example.org'])
      expect((await inject({ email })).json()).toMatchObject({ status: 409, code: 'MAIL_NOT_CONFIGURED' });
    const body = { mail: true };
    expect((await silent.ask('POST', '/users/ann/password-link', { body })).json().code).toBe('MAIL_NOT_CONFIGURED');
    const { mail } = (await silent.app.inject('/api/v1/sign-in')).json();
    expect([mail, (await silent.ask('GET', '/tenant')).json().mail]).toEqual([false, false]);
    expect((await silent.ask('POST', '/users/ann/password-link')).json().mailed).toBe(false);
    expect((await api.app.inject('/api/v1/sign-in')).json().mail).toBe(true);
  });
});
