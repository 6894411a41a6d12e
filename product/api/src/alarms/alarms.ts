import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Jobs } from '../jobs/jobs.ts';
import { Delivery, type MailConfig } from '../mail/delivery.ts';
import type { Store } from '../store/store.ts';
import type { Post } from '../webhooks/post.ts';
import type { AlarmMetrics } from './alarm-metrics.ts';
import { type FactsOptions, gatherFacts } from './facts.ts';
import { AlarmJudging } from './judging.ts';
import { AlarmReceivers, type AlarmReceiversOptions } from './receivers.ts';
import { AlarmSending } from './sending.ts';
import { AlarmSettings } from './settings.ts';

export interface Alarms {
  readonly judging: AlarmJudging;
  readonly settings: AlarmSettings;
  readonly receivers: AlarmReceivers;
  readonly sending: AlarmSending;
  close(): void;
}

/** Must be called before the jobs start; close the result after the jobs. */
export function makeAlarms(o: {
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly post: Post;
  readonly sealSecret: string;
  readonly addresses: AlarmReceiversOptions['addresses'];
  readonly mail: MailConfig | undefined;
  readonly counters: AlarmMetrics;
  readonly views: FactsOptions['views'];
  readonly live: FactsOptions['live'];
  readonly history: FactsOptions['history'];
  readonly channels: FactsOptions['channels'];
  watched: FactsOptions['watched'];
}): Alarms {
  const { db } = o.store;
  const mail = o.mail && new Delivery({ config: o.mail, log: o.log });
  const settings = new AlarmSettings({ ...o, db });
  const receivers = new AlarmReceivers({ ...o, db, hasMail: mail !== undefined });
  const sending = new AlarmSending({ ...o, db, receivers, mail });
  const judging = new AlarmJudging({ ...o, settings, receivers, sending, facts: () => gatherFacts({ ...o, db }) });
  for (const job of judging.jobs) o.jobs.register(job);
  return { judging, settings, receivers, sending, close: () => mail?.close() };
}
