import type { NoticePort } from '@meridian/distribution/streams';
import type { Clock, Logger } from '@meridian/runtime';
import { oldestDue } from '../alarms/facts.ts';
import type { AlarmSettings } from '../alarms/settings.ts';
import type { CentreViews } from '../console/centre-views.ts';
import type { FleetNode } from '../console/core/fleet.ts';
import { deliverySums } from '../distribution/facts.ts';
import type { History } from '../history/history.ts';
import type { DailyLimits } from '../meetings/quotas.ts';
import type { Store } from '../store/store.ts';
import type { InspectionFacts } from './core/facts.ts';
import { quotaFacts } from './quotas.ts';
import {
  activeTesters,
  alarmSums,
  capacityPeaks,
  closedSince,
  databaseBytes,
  dialSums,
  joinSums,
  lastBackup,
  qualityHours,
  receiverStates,
} from './sums.ts';

export interface GatheringOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly views: Pick<CentreViews, 'latest' | 'centreState' | 'isKnown'>;
  readonly history: Pick<History, 'trends'>;
  /** Absent where distribution is not configured. */
  readonly channels?: Pick<NoticePort, 'presences' | 'states'> | undefined;
  readonly silences: AlarmSettings['silences'];
  readonly dailyLimits: Pick<DailyLimits, 'meetingsOfTenant' | 'mailsOfTenant'>;
  /** Returns the wall time at which the HTTPS certificate expires; undefined without HTTPS. */
  httpsEndsMs(): number | undefined;
}

/** Leaves out sources that do not answer. Never rejects. */
export async function gatherInspection(o: GatheringOptions): Promise<InspectionFacts> {
  const { store, clock, log, views, history } = o;
  const { db } = store;
  const nowMs = Math.floor(clock.wallMs());
  const facts: { -readonly [K in keyof InspectionFacts]: InspectionFacts[K] } = { nowMs };
  const know = async <K extends keyof InspectionFacts>(
    name: K,
    read: () => Promise<InspectionFacts[K] | undefined>,
  ): Promise<void> => {
    try {
      const found = await read();
      if (found !== undefined) facts[name] = found;
    } catch (err) {
      log.warn({ err, what: name }, 'the inspection continues without this source');
    }
  };
  const { nodes, recordingQueue } = await views.latest();
  if (views.centreState.isReachable && views.isKnown) Object.assign(facts, { nodes, recordingQueue });
  // Queries run one after another, so that other work gets the database in between.
  await know('alarms', () => alarmSums(db, nowMs));
  await know('quality', () => qualityHours(db, nowMs, regionsOf(nodes)));
  await know('joins', () => joinSums(db, nowMs));
  await know('dial', () => dialSums(db, nowMs));
  await know('capacity', () => capacityPeaks(db, nowMs));
  await know('forecast', async () => (await history.trends())?.capacity);
  await know('httpsEndsMs', async () => o.httpsEndsMs());
  await know('quotas', () => quotaFacts(db, nowMs, o.dailyLimits));
  await know('webhooks', async () => ({ oldestDueMs: await oldestDue(db, nowMs) }));
  await know('deliveries', () => deliverySums(db, nowMs, o.channels));
  await know('databaseBytes', () => databaseBytes(store));
  await know('closedSince', () => closedSince(db));
  await know('testers', () => activeTesters(db, nowMs));
  await know('receivers', () => receiverStates(db, nowMs));
  await know('backup', () => lastBackup(db));
  await know('silences', async () => {
    const open = (await o.silences()).filter(({ startsMs }) => startsMs <= nowMs);
    return open.map(({ endsMs, reason }) => ({ endsMs, reason }));
  });
  return facts;
}

const regionsOf = (nodes: readonly FleetNode[]): Map<string, string> =>
  new Map(nodes.map(({ nodeId, region }) => [nodeId, region]));
