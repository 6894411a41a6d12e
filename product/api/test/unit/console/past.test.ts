import { afterEach, beforeEach, expect, it } from 'vitest';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';
import { entry, journal } from '../events/journals.ts';
import { ann, factsOf, recordOf, send } from '../quality/batches.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const ask = (path: string) => api.ask('GET', `/console${path}`, { scope: 'operator', signer: operatorKey });
const found = async (query = ''): Promise<string[]> =>
  (await ask(`/room-lives?${query}`)).json().data.map(({ sid }: { sid: string }) => sid);
/** Adds a life of a room that has ended after `lastSeq` seconds; without it, the life goes on. */
const live = async (roomKey: string, sid: string, lastSeq?: number): Promise<void> => {
  await api.telling.intake.take(journal(1, 1, [entry.opened('ann')], { roomKey, sid }));
  if (lastSeq !== undefined)
    await api.telling.intake.take(journal(1, 2, [entry.over()], { roomKey, sid, epoch: lastSeq }));
};

it('rooms that were live are listed for operators, of all tenants, those that ended last first', async () => {
  await live('acme/lobby', 'RM_1', 1);
  await live('globex/board', 'RM_2', 2);
  await live('acme/here', 'RM_3');
  expect(await found()).toEqual(['RM_2', 'RM_1']);
  expect([await found('tenant=acme'), await found('search=OAR')]).toEqual([['RM_1'], ['RM_2']]);
  expect([await found('search=RM_1'), await found('search=here')]).toEqual([['RM_1'], []]);
  const first = (await ask('/room-lives?limit=1')).json();
  expect(first.data).toMatchObject([{ sid: 'RM_2', tenant: 'globex', room: 'board', participants: 1 }]);
  expect(await found(`limit=1&cursor=${first.nextCursor}`)).toEqual(['RM_1']);
});

it('a past room is found by the title of its meeting, and has it', async () => {
  const times = { localStart: '2027-02-01T10:00:00', timeZone: 'UTC', durationMinutes: 30 };
  const { id } = (await api.ask('POST', '/meetings', { body: { title: 'Budget review', ...times } })).json();
  await live(`acme/${id}`, 'RM_1', 1);
  const { data } = (await ask('/room-lives?search=budget')).json();
  expect(data).toMatchObject([{ sid: 'RM_1', room: id, title: 'Budget review', meetingId: id }]);
});

it('sessions of a past room lead to their timelines', async () => {
  await live('acme/lobby', 'RM_1', 1);
  const joinedWallMs = api.clock.wallMs() - 60_000;
  await send(api, { facts: [factsOf(ann, { joinedWallMs })], records: [recordOf(ann, api.clock.wallMs())] });
  await api.clock.advance(120_000);
  const { life, people } = (await ask('/room-lives/RM_1/people')).json();
  expect(life).toMatchObject({ sid: 'RM_1', tenant: 'acme', room: 'lobby' });
  expect(people).toMatchObject([{ sessionId: ann, identity: 'ann', leftAt: expect.any(String) }]);
  expect((await ask(`/sessions/${people[0].sessionId}`)).statusCode).toBe(200);
  expect((await ask('/room-lives/RM_none/people')).json()).toMatchObject({ code: 'NOT_FOUND' });
  expect((await api.ask('GET', '/console/room-lives', { scope: 'reports:read' })).statusCode).toBe(403);
});
