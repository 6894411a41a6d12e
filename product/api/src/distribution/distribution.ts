import { type ChannelsConfig, type NoticePort, openNoticePort } from '@meridian/distribution/streams';
import { type ControlLink, rpc, serve } from '@meridian/protocol';
import type { Clock, CloseStack, Link, Logger, Rng } from '@meridian/runtime';
import type { ApiKeys } from '../access/keys.ts';
import type { Revocations } from '../access/revocations.ts';
import type { Library } from '../library/library.ts';
import type { Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Deliveries } from '../webhooks/deliveries.ts';
import { DescribedContents } from './described-contents.ts';
import type { DistributionMetrics } from './distribution-metrics.ts';
import { DeliveryEnding, type EndingDeps } from './ending.ts';
import { OrderEvents } from './events.ts';
import { Heating } from './heating.ts';
import { hostedIn } from './hosted.ts';
import { LateMarker } from './late.ts';
import { NoticeSending } from './notifying.ts';
import { OrderChanges } from './order-changes.ts';
import { Orders } from './orders.ts';
import { Receipts } from './receipts.ts';
import { Receivers, type ReceiversOptions } from './receivers.ts';
import { Restating } from './restating.ts';
import { Sweep } from './sweep.ts';

export interface DistributionOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly sealSecret: string;
  /** Addresses of the inside that receivers may have. */
  readonly addresses: ReceiversOptions['addresses'];
  readonly keys: Pick<ApiKeys, 'signing' | 'fenceOf' | 'fencesOf'>;
  readonly revocations: Pick<Revocations, 'add'>;
  readonly library: Pick<Library, 'nodes' | 'contents'>;
  readonly deliveries: Pick<Deliveries, 'add'>;
  readonly counters: DistributionMetrics;
  readonly id: string;
  /** Undefined if distribution is not configured; orders are then refused. */
  readonly channels: ChannelsConfig | undefined;
  /** For tests: port to use instead of `channels`. */
  readonly port?: NoticePort | undefined;
}

export interface Distribution {
  readonly port: NoticePort | undefined;
  readonly receivers: Receivers;
  readonly orders: Orders;
  readonly changes: OrderChanges;
  attach(link: ControlLink & Pick<Link, 'remote'>): void;
  /** Starts the work, and adds what must be closed to the close stack. */
  start(closeStack: Pick<CloseStack, 'add'>): void;
}

const noPort = { withdraw: async () => undefined } as const;

export function makeDistribution(o: DistributionOptions): Distribution {
  const { store, clock, rng, log, keys, library, counters, channels } = o;
  const { db } = store;
  const port = o.port ?? (channels && openNoticePort(Object.assign({ region: '', clock, log }, channels)));
  const events = new OrderEvents({ clock, rng, deliveries: o.deliveries });
  const released: EndingDeps['released'] = (trx, tenant, content) =>
    library.contents.releaseUnused(trx, tenant, content);
  const ending = new DeliveryEnding({ clock, log, events, port: port ?? noPort, counters, released });
  const receivers = new Receivers(Object.assign({}, o, { db, nodes: library.nodes, ending }));
  let wake = (): void => undefined;
  let wakeRestating = (): void => undefined;
  const orders = new Orders({ clock, rng, log, revocations: o.revocations, ending, wake: () => wake() });
  const changes = new OrderChanges({
    clock,
    log,
    rng,
    ending,
    wakeNotices: () => wake(),
    wakeRestating: () => wakeRestating(),
  });
  library.contents.addReferrer(isOrdered);
  return {
    port,
    receivers,
    orders,
    changes,
    attach: (link) =>
      serve(link, rpc.hostedReceivers, ({ after }) =>
        hostedIn({ db, keys, receivers }, link.remote.region, after ?? ''),
      ),
    start(closeStack) {
      if (port === undefined) return;
      closeStack.add('channels of notices', () => port.close());
      const described = new DescribedContents({ db, clock, port, nodes: library.nodes, sealSecret: o.sealSecret });
      const notifying = new NoticeSending({ store, clock, log, port, keys, described, ending });
      wake = () => notifying.wake();
      const restating = new Restating({ db, clock, log, port });
      wakeRestating = () => restating.wake();
      const loops = {
        notices: notifying,
        'changed deliveries': restating,
        receipts: new Receipts({ store, clock, log, port, ending, consumer: o.id, wake }),
        'lost notices': new Sweep({ db, clock, log, port, ending, wake }),
        'heat of deliveries': new Heating({ db, clock, log, wakeRestating }),
        'late deliveries': new LateMarker({ db, clock, log, ending, counters }),
      };
      for (const [name, loop] of Object.entries(loops)) {
        loop.start();
        closeStack.add(name, () => loop.close());
      }
    },
  };
}

async function isOrdered(trx: Transaction, tenant: string, content: string): Promise<boolean> {
  const found = await trx
    .selectFrom('distribution_orders')
    .select('id')
    .where((eb) => eb.and({ tenant, content, state: 'running' }))
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
