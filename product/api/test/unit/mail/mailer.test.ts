import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createLogger, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Jobs } from '../../../src/jobs/jobs.ts';
import { Mailer } from '../../../src/mail/mailer.ts';
import { header, mailsTo, portOf, smtp, unfolded } from '../../support/smtp.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
let jobs: Jobs;
let closing: (() => unknown)[];
beforeEach(() => {
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
});

async function start(port: number, timeoutMs = 10_000) {
  api = await testApi({
    mail: (deps) => {
      jobs = new Jobs({ ...deps, rng: seededRng('jobs'), log: createLogger({ name: 'api', level: 'silent' }) });
      const config = { smtpUrl: `smtp://127.0.0.1:${port}`, from: 'meet@example.org', fromName: 'Acme Meetings' };
      const mailer = new Mailer({ ...deps, db: deps.store.db, jobs, config, timeoutMs });
      closing.push(() => mailer.close());
      return mailer;
    },
  });
  closing.push(() => api.close());
  closing.push(() => jobs.close());
}
const invitees = [
  { email: 'bob@example.org', name: 'Bob' },
  { email: 'wang@example.org', language: 'zh' },
  { name: 'Zoe' },
];
const book = async () =>
  (await api.ask('POST', '/meetings', { body: { title: 'Plan', localStart: '2026-02-02T09:00', invitees } })).json();
const waitingJobs = async (): Promise<number> => (await api.store.db.selectFrom('jobs').select('key').execute()).length;
function calendarIn(mail: string): string {
  const at = mail.search(/Content-Type: text\/calendar/i);
  const [head = '', body = ''] = mail.slice(at).split(/\r?\n\r?\n/);
  const coded = body.split(/\r?\n--/)[0] ?? '';
  const text = /base64/i.test(head)
    ? Buffer.from(coded, 'base64').toString('utf8')
    : coded.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');
  return text.replaceAll(/\r?\n /g, '');
}

describe('an invitation', () => {
  it('goes to each invitee with an address, once, with its calendar', async () => {
    const { mails, port } = await smtp(closing);
    await start(port);
    const { id, number, invitees: knownInvitees } = await book();
    await jobs.settled();
    expect([mails.length, await waitingJobs()]).toEqual([2, 0]);
    const [bob = ''] = mailsTo(mails, 'bob@example.org');
    expect(header(bob, 'Subject')).toBe('Invitation: Plan');
    expect(header(bob, 'From')).toBe('Acme Meetings <meet@example.org>');
    expect(header(bob, 'Message-ID')).toMatch(new RegExp(`^<${id}\\.in_[0-9a-f]+\\.0\\.invitation@example\\.org>$`));
    const calendar = calendarIn(bob);
    expect(calendar).toContain('METHOD:REQUEST');
    expect(calendar).toContain('SEQUENCE:0');
    const [, url = ''] = /URL;VALUE=URI:(\S+)/.exec(calendar) ?? [];
    expect(url).toMatch(/^https:\/\/meet\.example\/j\/[\w-]{22}$/);
    const link = await api.ask('GET', `/meetings/${id}/invitees/${knownInvitees[0].id}/link`);
    expect(link.json().url).toBe(url);
    expect(unfolded(bob).replaceAll(/=\r?\n/g, '')).toContain(`Join: ${url}`);
    expect(bob).toContain(number);
    expect(calendar).toContain('MAILTO:bob@example.org');
    expect(calendar).not.toContain('wang@');
    const [wang = ''] = mailsTo(mails, 'wang@example.org');
    expect(header(wang, 'Subject')).toMatch(/^=\?UTF-8\?/);
  });

  it('is followed by mails of changes and of the cancellation, each with its sequence', async () => {
    const { mails, port } = await smtp(closing);
    await start(port);
    const { id, invitees: known } = await book();
    await jobs.settled();
    await api.ask('PATCH', `/meetings/${id}`, { body: { title: 'New' }, headers: { 'if-match': '*' } });
    await jobs.settled();
    await api.ask('PATCH', `/meetings/${id}`, { body: { settings: { capacity: 5 } }, headers: { 'if-match': '*' } });
    await api.ask('DELETE', `/meetings/${id}/invitees/${known[1].id}`);
    await api.ask('DELETE', `/meetings/${id}`);
    await jobs.settled();
    const subjects = (address: string) => mailsTo(mails, address).map((mail) => header(mail, 'Subject'));
    expect(subjects('bob@example.org')).toEqual(['Invitation: Plan', 'Changed: New', 'Cancelled: New']);
    const sequences = mailsTo(mails, 'bob@example.org').map((mail) => /SEQUENCE:(\d)/.exec(calendarIn(mail))?.[1]);
    expect(sequences).toEqual(['0', '1', '2']);
    expect(calendarIn(mailsTo(mails, 'bob@example.org')[2] ?? '')).toContain('METHOD:CANCEL');
    expect(mailsTo(mails, 'wang@example.org')).toHaveLength(3);
  });
});

describe('the sender', () => {
  it('has the name of its tenant, if the tenant has one', async () => {
    const { mails, port } = await smtp(closing);
    await start(port);
    await api.ask('PATCH', '/tenant', { body: { branding: { displayName: 'Acme "West"' } } });
    await book();
    await jobs.settled();
    const [bob = ''] = mailsTo(mails, 'bob@example.org');
    expect(header(bob, 'From')).toBe('"Acme \\"West\\"" <meet@example.org>');
    expect(calendarIn(bob)).toContain(`ORGANIZER;CN="Acme ^'West^'":mailto:meet@example.org`);
  });
});

describe('a mail server', () => {
  it('that is down is retried', async () => {
    const closedServer = createServer();
    await once(closedServer.listen(0, '127.0.0.1'), 'listening');
    const port = portOf(closedServer);
    closedServer.close();
    await once(closedServer, 'close');
    await start(port);
    await book();
    await jobs.settled();
    expect(await waitingJobs()).toBe(2);
  });

  it('that is busy is retried, with the same Message-ID', async () => {
    let isBusy = true;
    const { mails, port } = await smtp(closing, {
      onData(stream, _session, done) {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          mails.push(Buffer.concat(parts).toString('utf8'));
          // The mail was accepted, but the answer says otherwise.
          done(isBusy ? Object.assign(new Error('busy'), { responseCode: 451 }) : null);
        });
      },
    });
    await start(port);
    await book();
    await jobs.settled();
    expect([mails.length, await waitingJobs()]).toEqual([2, 2]);
    isBusy = false;
    api.clock.advance(60_000);
    await jobs.settled();
    expect([mails.length, await waitingJobs()]).toEqual([4, 0]);
    expect(new Set(mailsTo(mails, 'bob@example.org').map((mail) => header(mail, 'Message-ID'))).size).toBe(1);
  });

  it('that does not know a recipient is not asked again', async () => {
    const { mails, port } = await smtp(closing, {
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('bob') ? Object.assign(new Error('unknown'), { responseCode: 550 }) : null),
    });
    await start(port);
    await book();
    await jobs.settled();
    expect([mails.length, await waitingJobs()]).toEqual([1, 0]);
  });

  it('that is silent is given up after the time limit', async () => {
    const sockets: Socket[] = [];
    const silentServer = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    await once(silentServer.listen(0, '127.0.0.1'), 'listening');
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      silentServer.close();
    });
    await start(portOf(silentServer), 100);
    await book();
    await jobs.settled();
    expect(await waitingJobs()).toBe(2);
  });
});

describe('without a mail server', () => {
  it('no mail is queued', async () => {
    api = await testApi();
    closing.push(() => api.close());
    await book();
    expect(await waitingJobs()).toBe(0);
  });
});
