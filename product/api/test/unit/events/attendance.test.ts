import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lifeAttendance } from '../../../src/events/core/attendance.ts';
import type { ReportedStay } from '../../../src/events/core/report.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';
import { entry, journal, START_MS } from './journals.ts';

const stay = (identity: string, joinedMs: number, leftMs: number | undefined, sid = 'RM_1'): ReportedStay => ({
  sid,
  sessionId: `PA_${identity}`,
  identity,
  name: `name of ${identity}`,
  kind: 'standard',
  joinedMs,
  leftMs,
  isEstimated: false,
});
const ofLife = (o: Partial<Parameters<typeof lifeAttendance>[0]>) =>
  lifeAttendance({
    life: { startedMs: 0, endedMs: 1000 },
    expected: new Map(),
    stays: [],
    inBreakOuts: [],
    nowMs: 2000,
    ...o,
  }).map(({ identity, attendance, joins, totalMs, share, breakOutMs, breakOuts }) => [
    identity,
    attendance,
    joins,
    totalMs,
    share,
    breakOutMs,
    breakOuts,
  ]);

describe('attendance', () => {
  it('counts overlapping stays once, and break-outs separately', () => {
    const stays = [stay('ann', 0, 400), stay('ann', 200, 500), stay('bob', 900, 1000)];
    const inBreakOuts = [stay('bob', 100, 200, 'RM_2'), stay('bob', 300, 350, 'RM_3'), stay('eve', 0, 9, 'RM_3')];
    expect(ofLife({ stays, inBreakOuts })).toEqual([
      ['ann', 'present', 2, 500, 0.5, 0, 0],
      ['bob', 'present', 1, 100, 0.1, 150, 2],
    ]);
  });
  it('counts a break-out once, however often and with however many devices a person joins it', () => {
    const inBreakOuts = [stay('bob', 100, 200, 'RM_2'), stay('bob', 150, 260, 'RM_2')];
    expect(ofLife({ stays: [stay('bob', 0, 300)], inBreakOuts })).toEqual([['bob', 'present', 1, 300, 0.3, 160, 1]]);
  });
  it('of a person in a running life lasts until now', () =>
    expect(ofLife({ life: { startedMs: 0, endedMs: undefined }, stays: [stay('ann', 1000, undefined)] })).toEqual([
      ['ann', 'present', 1, 1000, 0.5, 0, 0],
    ]));
  it('in a life without length is the whole of it', () =>
    expect(ofLife({ life: { startedMs: 5, endedMs: 5 }, stays: [stay('ann', 5, 5)] })).toEqual([
      ['ann', 'present', 1, 0, 1, 0, 0],
    ]));
  it('is at most the whole life', () =>
    expect(ofLife({ stays: [stay('ann', -500, 1500)] })[0]?.slice(3, 5)).toEqual([2000, 1]));
});

describe('attendance over REST', () => {
  let api: TestApi;
  let id = '';
  const get = async (path: string, o = {}) => (await api.ask('GET', path, o)).json();
  beforeEach(async () => {
    api = await testApi();
    api.clock.advance(START_MS + 600_000 - api.clock.wallMs());
    const body = {
      title: 'Algebra',
      localStart: '2027-02-01T10:00:00',
      timeZone: 'UTC',
      durationMinutes: 30,
      hosts: ['ann'],
      invitees: [
        { userId: 'bob', name: '=1+1', email: 'bob@example.org' },
        { userId: 'cid', name: 'Cid' },
      ],
    };
    id = (await api.ask('POST', '/meetings', { body })).json().id;
    const bodies = [entry.opened(), entry.joined('ann'), entry.joined('cid'), entry.left('cid')];
    await api.telling.intake.take(journal(1, 1, bodies, { roomKey: `acme/${id}` }));
    const group = [entry.opened(), entry.joined('cid'), entry.left('cid')];
    const inGroup = (sid: string, room: string) => journal(1, 2, group, { sid, roomKey: `acme/${room}` });
    await api.telling.intake.take(inGroup('RM_2', `${id}~BO_0123456789ab`));
    await api.telling.intake.take(inGroup('RM_3', `${id}~other`));
  });
  afterEach(() => api.close());

  it('has only break-outs of this life and this tenant', async () => {
    const group = [entry.opened(), entry.joined('cid'), entry.left('cid')];
    const otherTenantLife = { sid: 'RM_4', roomKey: `globex/${id}~BO_abcdefghijkl` };
    await api.telling.intake.take(journal(1, 2, group, otherTenantLife));
    const earlierLife = { sid: 'RM_5', roomKey: `acme/${id}~BO_abcdefghijkm` };
    await api.telling.intake.take(journal(1, 2, group, earlierLife));
    const earlier = { started_ms: START_MS - 3_600_000, ended_ms: START_MS - 1000 };
    await api.store.db.updateTable('room_lives').set(earlier).where('sid', '=', 'RM_5').execute();
    const { persons } = await get('/room-lives/RM_1/attendance');
    expect(persons[1]).toMatchObject({ identity: 'cid', breakOuts: 1 });
  });

  it('reports when there were more stays than it counted', async () => {
    await sql`insert into room_stays (id, sid, tenant, session_id, identity, name, kind, protocol, region, node_id,
      joined_ms, joined_epoch, joined_seq, left_ms, left_epoch, left_seq, left_reason, estimated, epoch, participant)
      with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 50000)
      select 'many' || n, 'RM_1', 'acme', 'PA_many', 'many', 'Many', 'standard', 'webrtc', 'fra', 'n1',
      ${sql.lit(START_MS)}, 1, 100 + n, ${sql.lit(START_MS + 1)}, 1, 100 + n, 'CLIENT', 0, 1, '{}' from numbers`.execute(
      api.store.db,
    );
    expect((await get('/room-lives/RM_1/attendance')).complete).toBe(false);
  });

  it('lists those present, then those absent', async () => {
    const { persons, room, complete } = await get('/room-lives/RM_1/attendance');
    expect([room, complete]).toEqual([id, true]);
    expect(persons).toMatchObject([
      { identity: 'ann', attendance: 'present', as: 'host', breakOuts: 0 },
      { identity: 'cid', attendance: 'present', as: 'invitee', joins: 1, breakOuts: 1 },
      { identity: 'bob', attendance: 'absent', name: '=1+1', totalS: 0, share: 0 },
    ]);
    expect(persons[0].lastLeftAt).toBeUndefined();
    expect(JSON.stringify(persons)).not.toContain('@example.org');
  });

  it('comes as CSV without formulas', async () => {
    const answer = await api.ask('GET', '/room-lives/RM_1/attendance.csv');
    expect(answer.headers['content-type']).toContain('text/csv');
    const lines = answer.body.split('\r\n');
    expect(lines[0]).toBe(
      'attendance,identity,name,kind,as,joins,firstJoinedAt,lastLeftAt,totalS,share,breakOutS,breakOuts,estimated',
    );
    expect(lines).toHaveLength(5);
    expect(lines[3]).toContain("absent,bob,'=1+1,");
  });

  it('is not found with a token for another room', async () => {
    for (const path of ['/room-lives/RM_1/attendance', '/room-lives/RM_1/attendance.csv']) {
      const token = await api.token({ scope: 'reports:read', video: { room: 'other' } });
      const headers = { authorization: `Bearer ${token}` };
      expect((await api.app.inject({ url: `/api/v1${path}`, headers })).statusCode).toBe(404);
    }
  });
});
