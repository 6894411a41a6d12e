import { createLogger, seededRng } from '@meridian/runtime';
import { afterEach, expect, it } from 'vitest';
import { Jobs } from '../../../src/jobs/jobs.ts';
import { Mailer } from '../../../src/mail/mailer.ts';
import { type Ask, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
afterEach(() => api.close());

const log = createLogger({ name: 'api', level: 'silent' });
const many = 1000;
const start = async (limits: object) => {
  api = await testApi({
    dailyLimits: { meetingsOfUser: many, meetingsOfTenant: many, mailsOfUser: many, mailsOfTenant: many, ...limits },
    mail: (deps) => {
      const config = { smtpUrl: 'smtp://127.0.0.1:1', from: 'meet@example.org', fromName: 'Acme' };
      return new Mailer({
        ...deps,
        db: deps.store.db,
        config,
        jobs: new Jobs({ ...deps, log, rng: seededRng('jobs') }),
      });
    },
  });
};
const people = (...names: string[]) => ({ invitees: names.map((name) => ({ email: `${name}@example.org` })) });
const book = async (o: Ask) =>
  api.ask('POST', '/meetings', { ...o, body: { title: 'Plan', recurrence: 'FREQ=DAILY', ...o.body } });
const codes = async (asked: Promise<{ statusCode: number; json(): { code?: string } }>[]) =>
  (await Promise.all(asked)).map((answer) => answer.json().code ?? answer.statusCode).sort();
const mails = async (): Promise<string[]> => {
  const rows = await api.store.db.selectFrom('jobs').select('payload').where('kind', '=', 'meeting-mail').execute();
  return rows.map(({ payload }) => JSON.parse(payload).kind).sort();
};

it('a user books up to the limit, even with requests at once, and others can still book', async () => {
  await start({ meetingsOfUser: 2 });
  const [ann, ben] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
  expect(await codes([1, 2, 3].map(() => book({ as: ann })))).toEqual([201, 201, 'QUOTA_EXCEEDED']);
  const refused = await book({ as: ann });
  const restS = 86_400 - Math.floor((api.clock.wallMs() / 1000) % 86_400);
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, String(restS)]);
  expect(await codes([book({ as: ben }), book({})])).toEqual([201, 201]);
  expect(await api.store.db.selectFrom('meetings').select('id').execute()).toHaveLength(4);
});

it('a tenant books up to its limit, by users and keys, and again the next day, without effect on others', async () => {
  await start({ meetingsOfTenant: 2 });
  const ann = await api.user({ role: 'host' });
  expect(await codes([book({ as: ann }), book({}), book({})])).toEqual([201, 201, 'QUOTA_EXCEEDED']);
  expect(await codes([book({ as: ann }), book({ signer: tenants[1] })])).toEqual([201, 'QUOTA_EXCEEDED']);
  api.clock.advance(86_400_000);
  expect(await codes([book({})])).toEqual([201]);
  // Yesterday's counts are kept for the morning inspection.
  api.clock.advance(86_400_000);
  await api.quotas.job.run({}, { tenant: '', pool: '', attempt: 1, signal: AbortSignal.abort() });
  expect(await api.store.db.selectFrom('quotas').select(['tenant', 'used']).execute()).toEqual([
    { tenant: 'acme', used: 1 },
  ]);
});

it.each([{ mailsOfUser: 3 }, { mailsOfTenant: 3 }])('mails stop at limit %j, except cancellations', async (limits) => {
  await start(limits);
  const as = await api.user({ role: 'host' });
  const { id, localStart } = (await book({ as, body: people('a', 'b') })).json();
  const invite = () => api.ask('POST', `/meetings/${id}/invitees`, { as, body: people('c', 'd') });
  expect(await codes([invite()])).toEqual(['QUOTA_EXCEEDED']);
  expect(await mails()).toEqual(['invitation', 'invitation']);
  expect(await codes([book({ as, body: people('a', 'b') })])).toEqual(['QUOTA_EXCEEDED']);
  expect(await codes([book({ as })])).toEqual([201]);
  // Invitees must hear of a cancellation.
  expect(await codes([api.ask('DELETE', `/meetings/${id}/occurrences/${localStart}`, { as })])).toEqual([200]);
  expect(await codes([api.ask('DELETE', `/meetings/${id}`, { as })])).toEqual([200]);
  expect((await mails()).filter((kind) => kind === 'cancellation')).toHaveLength(2);
});
