import { sql } from 'kysely';
import { type Static, Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { rounded } from './quality.ts';

const time = Type.String({ format: 'date-time' });
const share = (description: string) => Type.Optional(Type.Number({ minimum: 0, description }));
const worst = Type.Object(
  {
    rttP95Ms: Type.Optional(Type.Integer({ description: '95th percentile of the round trips.' })),
    sentLoss: share('Share of the packets it sent that did not reach the media node.'),
    receivedLoss: share('Share of the packets sent to it that did not arrive.'),
    freezeShare: share('Share of its time in which a received picture was frozen, added up over all pictures.'),
  },
  { title: 'LifeQuality', description: 'Each value is that of the stay in which it was worst.' },
);
export const life = Type.Object(
  {
    sid: Type.String(),
    room: Type.String(),
    title: Type.String({ description: 'Title of the booked meeting; empty without one.' }),
    meetingId: Type.Optional(Type.String({ description: 'Id of the meeting to which the room belongs.' })),
    startedAt: time,
    endedAt: Type.Optional(Type.String({ format: 'date-time', description: 'Absent while the life goes on.' })),
    endReason: Type.Optional(Type.String()),
    estimated: Type.Boolean({ description: '`endedAt` is estimated.' }),
    lostEntries: Type.Integer({ description: 'Entries that its nodes lost before they were stored.' }),
    participants: Type.Integer({ description: 'Number of different identities.' }),
    worst: Type.Optional(worst),
  },
  { title: 'RoomLife' },
);

type LifeRow = Tables['room_lives'];
type Worst = Static<typeof worst>;

interface Known {
  readonly counts: ReadonlyMap<string, number>;
  readonly worst: ReadonlyMap<string, Worst>;
  readonly meetings: ReadonlyMap<string, string>;
}

export async function livesShown(db: Database, { tenant }: Pick<Principal, 'tenant'>, rows: readonly LifeRow[]) {
  const sids = rows.map(({ sid }) => sid);
  const rooms = [...new Set(rows.map(({ room }) => room))];
  const [counts, worst, meetings] =
    rows.length === 0
      ? [new Map<string, number>(), new Map<string, Worst>(), new Map<string, string>()]
      : await Promise.all([countsOf(db, sids), worstOf(db, tenant, sids), meetingsOf(db, tenant, rooms)]);
  return (row: LifeRow): Static<typeof life> => shownLife(row, { counts, worst, meetings });
}

function shownLife(row: LifeRow, { counts, worst, meetings }: Known): Static<typeof life> {
  const worstQuality = worst.get(row.sid);
  const { title = '' } = JSON.parse(row.info) as { readonly title?: string };
  const meetingTitle = meetings.get(row.room);
  return {
    sid: row.sid,
    room: row.room,
    // The journal names a title only when it has changed.
    title: title || (meetingTitle ?? ''),
    ...(meetingTitle !== undefined && { meetingId: row.room }),
    startedAt: timeText(row.started_ms),
    estimated: row.estimated === 1,
    ...(row.ended_ms !== null && { endedAt: timeText(row.ended_ms), endReason: row.end_reason }),
    lostEntries: row.lost,
    participants: counts.get(row.sid) ?? 0,
    ...(worstQuality && { worst: worstQuality }),
  };
}

async function countsOf(db: Database, sids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('room_stays')
    .select((eb) => ['sid', eb.fn.count<number>('identity').distinct().as('count')])
    .where('sid', 'in', sids)
    .groupBy('sid')
    .execute();
  return new Map(rows.map(({ sid, count }) => [sid, Number(count)]));
}

async function worstOf(db: Database, tenant: string, sids: readonly string[]): Promise<ReadonlyMap<string, Worst>> {
  // Ignores a stay without packets or without measured time, which has no share.
  const largest = (part: string, whole: string) =>
    sql<number | null>`max(${sql.raw(part)} * 1.0 / nullif(${sql.raw(whole)}, 0))`;
  const rows = await db
    .selectFrom('stay_quality')
    .select((eb) => [
      'sid',
      eb.fn.max<number>('rtt_p95_ms').as('rtt'),
      largest('packets_sent_lost', 'packets_sent').as('sent'),
      largest('packets_received_lost', '(packets_received + packets_received_lost)').as('received'),
      largest('freeze_ms', '(measured_s * 1000)').as('freeze'),
    ])
    .where('tenant', '=', tenant)
    .where('sid', 'in', sids)
    .groupBy('sid')
    .execute();
  return new Map(
    rows.map(({ sid, rtt, sent, received, freeze }) => [
      sid,
      {
        ...(Number(rtt) > 0 && { rttP95Ms: Number(rtt) }),
        ...(sent !== null && { sentLoss: rounded(Number(sent)) }),
        ...(received !== null && { receivedLoss: rounded(Number(received)) }),
        ...(freeze !== null && { freezeShare: rounded(Number(freeze)) }),
      },
    ]),
  );
}

/** Finds meetings by room, since they have the same name. */
async function meetingsOf(
  db: Database,
  tenant: string,
  rooms: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('meetings')
    .select(['id', 'title'])
    .where('tenant', '=', tenant)
    .where('id', 'in', rooms)
    .execute();
  return new Map(rows.map(({ id, title }) => [id, title]));
}
