// Quality of stays, as reported by clients through signaling nodes: one row per session, replaced by reports that
// measured longer. A report may come before or after the stay itself, more than once, or not at all.
import {
  isSessionId,
  MeridianError,
  partsOfRoomKey,
  plainText,
  type SessionQuality,
  sessionQualityFromWire,
  type wire,
} from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { Insertable } from 'kysely';
import { type Static, Type } from 'typebox';
import { timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

const share = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1, description }));
const optionalText = (description: string) => Type.Optional(Type.String({ description }));
const optionalCount = (description: string) => Type.Optional(Type.Integer({ description }));

/** Quality of one session, or of several combined. Unknown values are absent. */
export const quality = Type.Object(
  {
    device: optionalText('Browser and operating system, as reported by the client.'),
    sdk: optionalText('SDK of the client, with its version.'),
    location: optionalText('Place of the client’s address at the join; the address itself is not stored.'),
    signalingId: Type.String(),
    route: Type.Array(Type.String(), {
      description: 'Media nodes between the client and the others: its own first, then those of other publishers.',
    }),
    transport: optionalText('Transport to its media node: udp or tcp.'),
    measuredS: Type.Integer({ description: 'Duration over which the following values were measured.' }),
    resumes: Type.Integer({ description: 'How often its socket was lost and the session resumed.' }),
    rttP50Ms: optionalCount('Median round trip to the media node.'),
    rttP95Ms: optionalCount('95th percentile of the round trips.'),
    sentLoss: share('Share of the packets it sent that did not reach the media node.'),
    receivedLoss: share('Share of the packets sent to it that did not arrive.'),
    sentBps: Type.Integer({ description: 'Mean bit rate of media.' }),
    receivedBps: Type.Integer(),
    freezeCount: Type.Integer({ description: 'Total over all pictures that it received.' }),
    freezeMs: Type.Integer(),
    sentWidth: optionalCount('Width of the largest picture sent.'),
    sentHeight: optionalCount('Height of the largest picture sent.'),
    receivedWidth: optionalCount('Width of the largest picture received.'),
    receivedHeight: optionalCount('Height of the largest picture received.'),
    reportedAt: Type.String({ format: 'date-time', description: 'Time of the node’s last report.' }),
  },
  {
    title: 'StayQuality',
    description: 'Quality as reported by the client, which cannot be verified; impossible values are cut.',
  },
);
export type Quality = Static<typeof quality>;

/** Stays of one message; signaling nodes send fewer. */
const STAYS_MAX = 1000;
const ROUTE_MAX = 16;
const TEXT_MAX = 128;
/** Longer than any session; the signaling node already cuts `measuredS` to the session's age. */
const AGE_S_MAX = 366 * 86_400;
const SID = /^RM_[A-Za-z0-9]{1,64}$/;

export class QualityIntake {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { readonly db: Database; readonly clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Ignores equal or older reports and impossible values. Rejects with REQUEST_INVALID, or the database's error. */
  async take({ stays }: wire.StayQualities): Promise<Record<string, never>> {
    if (stays.length > STAYS_MAX) throw new MeridianError('REQUEST_INVALID', 'too many stays');
    // A statement can replace a row only once.
    const rows = new Map<string, Insertable<Tables['stay_quality']>>();
    for (const stay of stays) {
      const row = rowOf(stay, this.#clock.wallMs());
      const key = row && `${row.tenant} ${row.session_id}`;
      if (row !== undefined && key !== undefined && row.measured_s >= (rows.get(key)?.measured_s ?? 0))
        rows.set(key, row);
    }
    if (rows.size === 0) return {};
    await this.#db
      .insertInto('stay_quality')
      .values([...rows.values()])
      .onConflict((on) =>
        on
          .columns(['tenant', 'session_id'])
          .doUpdateSet(({ ref, fn, val }) => ({
            ...Object.fromEntries(replaced.map((name) => [name, ref(`excluded.${name}`)])),
            // Only the node where the session joined knows the location.
            location: fn.coalesce(
              fn<string>('nullif', [ref('excluded.location'), val('')]),
              ref('stay_quality.location'),
            ),
          }))
          .whereRef('excluded.measured_s', '>=', 'stay_quality.measured_s'),
      )
      .execute();
    return {};
  }
}

const replaced = [
  ...(['sid', 'told_ms', 'heard_ms', 'signaling_id', 'route', 'sdk', 'device', 'transport', 'measured_s'] as const),
  ...(['resumes', 'rtt_p50_ms', 'rtt_p95_ms', 'packets_sent', 'packets_sent_lost', 'packets_received'] as const),
  ...(['packets_received_lost', 'bytes_sent', 'bytes_received', 'freeze_count', 'freeze_ms', 'sent_width'] as const),
  ...(['sent_height', 'received_width', 'received_height'] as const),
];

function rowOf(stay: wire.StayQuality.$Properties, nowMs: number): Insertable<Tables['stay_quality']> | undefined {
  const tenant = partsOfRoomKey(stay.roomKey ?? '')?.tenant;
  const sessionId = stay.sessionId ?? '';
  const sid = stay.sid ?? '';
  const felt = stay.quality == null ? undefined : sessionQualityFromWire(stay.quality, AGE_S_MAX);
  if (tenant === undefined || !isSessionId(sessionId) || !SID.test(sid) || felt === undefined) return undefined;
  const toldMs = Math.round(stay.wallMs ?? 0);
  const route = (stay.route ?? []).slice(0, ROUTE_MAX).map(textOf);
  return {
    tenant,
    session_id: sessionId,
    sid,
    heard_ms: nowMs,
    signaling_id: textOf(stay.signalingId),
    // The node's clock may be ahead of this one, so a future time becomes now.
    told_ms: toldMs > 0 && toldMs < nowMs ? toldMs : nowMs,
    route: JSON.stringify(route),
    location: textOf(stay.location),
    sdk: textOf(stay.sdk),
    ...columnsOf(felt),
  };
}

const textOf = (text: string | null | undefined): string => plainText(text ?? '', TEXT_MAX);

const columnsOf = (felt: SessionQuality) => ({
  device: felt.device,
  transport: felt.transport,
  measured_s: felt.measuredS,
  resumes: felt.resumes,
  rtt_p50_ms: felt.rttP50Ms,
  rtt_p95_ms: felt.rttP95Ms,
  packets_sent: felt.packetsSent,
  packets_sent_lost: felt.packetsSentLost,
  packets_received: felt.packetsReceived,
  packets_received_lost: felt.packetsReceivedLost,
  bytes_sent: felt.bytesSent,
  bytes_received: felt.bytesReceived,
  freeze_count: felt.freezeCount,
  freeze_ms: felt.freezeMs,
  sent_width: felt.sentWidth,
  sent_height: felt.sentHeight,
  received_width: felt.receivedWidth,
  received_height: felt.receivedHeight,
});

export async function qualitiesOf(
  db: Database,
  tenant: string,
  sessionIds: readonly string[],
): Promise<ReadonlyMap<string, Tables['stay_quality']>> {
  const found = new Map<string, Tables['stay_quality']>();
  for (let at = 0; at < sessionIds.length; at += STAYS_MAX) {
    const idsChunk = sessionIds.slice(at, at + STAYS_MAX);
    const rows = await db
      .selectFrom('stay_quality')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('session_id', 'in', idsChunk)
      .execute();
    for (const row of rows) found.set(row.session_id, row);
  }
  return found;
}

/** Combines sessions as `getMeetingReport` describes. Returns undefined for an empty list. */
export function mergedQuality(rows: readonly Tables['stay_quality'][]): Tables['stay_quality'] | undefined {
  const [first, ...others] = rows.toSorted((a, b) => a.told_ms - b.told_ms);
  return first && others.reduce(asOne, first);
}

function asOne(one: Tables['stay_quality'], next: Tables['stay_quality']): Tables['stay_quality'] {
  const sum = (...names: (typeof counted)[number][]) =>
    Object.fromEntries(names.map((name) => [name, one[name] + next[name]]));
  const larger = (width: 'sent_width' | 'received_width', height: 'sent_height' | 'received_height') => {
    const of = next[width] * next[height] > one[width] * one[height] ? next : one;
    return { [width]: of[width], [height]: of[height] };
  };
  const mergedTexts = (name: 'location' | 'sdk' | 'device' | 'transport') =>
    [...new Set([one[name], next[name]].flatMap((text) => text.split('; ')))].filter(Boolean).join('; ');
  // A session without measured round trips has no weight in their mean.
  const [s, t] = [one.rtt_p95_ms > 0 ? one.measured_s : 0, next.rtt_p95_ms > 0 ? next.measured_s : 0];
  const routes = [next, one].flatMap(({ route }) => JSON.parse(route) as string[]);
  return {
    ...next,
    ...sum(...counted),
    ...larger('sent_width', 'sent_height'),
    ...larger('received_width', 'received_height'),
    location: mergedTexts('location'),
    sdk: mergedTexts('sdk'),
    device: mergedTexts('device'),
    transport: mergedTexts('transport'),
    route: JSON.stringify([...new Set(routes)]),
    rtt_p50_ms: s + t > 0 ? Math.round((one.rtt_p50_ms * s + next.rtt_p50_ms * t) / (s + t)) : 0,
    rtt_p95_ms: Math.max(one.rtt_p95_ms, next.rtt_p95_ms),
  };
}
const counted = [
  ...(['measured_s', 'resumes', 'packets_sent', 'packets_sent_lost', 'packets_received'] as const),
  ...(['packets_received_lost', 'bytes_sent', 'bytes_received', 'freeze_count', 'freeze_ms'] as const),
];

export function shownQuality(row: Tables['stay_quality']): Quality {
  const sent = row.packets_sent;
  const expected = row.packets_received + row.packets_received_lost;
  const perSecond = (bytes: number): number => Math.round((bytes * 8) / row.measured_s);
  return {
    ...(row.device !== '' && { device: row.device }),
    ...(row.sdk !== '' && { sdk: row.sdk }),
    ...(row.location !== '' && { location: row.location }),
    signalingId: row.signaling_id,
    route: JSON.parse(row.route) as string[],
    ...(row.transport !== '' && { transport: row.transport }),
    measuredS: row.measured_s,
    resumes: row.resumes,
    ...(row.rtt_p95_ms > 0 && { rttP50Ms: row.rtt_p50_ms, rttP95Ms: row.rtt_p95_ms }),
    ...(sent > 0 && { sentLoss: rounded(row.packets_sent_lost / sent) }),
    ...(expected > 0 && { receivedLoss: rounded(row.packets_received_lost / expected) }),
    sentBps: perSecond(row.bytes_sent),
    receivedBps: perSecond(row.bytes_received),
    freezeCount: row.freeze_count,
    freezeMs: row.freeze_ms,
    ...(row.sent_width > 0 && { sentWidth: row.sent_width, sentHeight: row.sent_height }),
    ...(row.received_width > 0 && { receivedWidth: row.received_width, receivedHeight: row.received_height }),
    reportedAt: timeText(row.told_ms),
  };
}

/** More decimals would be noise. */
export const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

export const flatQuality = (shown: Quality | undefined) => shown && { ...shown, route: shown.route.join(' ') };
