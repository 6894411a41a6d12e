import { failureCodes, priorities } from '@meridian/distribution';
import { type Static, Type } from 'typebox';
import { enumOf } from './item-body.ts';

export const orderStates = ['running', 'completed', 'cancelled'] as const;
export type OrderState = (typeof orderStates)[number];

const time = Type.String({ format: 'date-time' });
const count = (description?: string) => Type.Integer(description === undefined ? {} : { description });
const names = Type.Optional(Type.Array(Type.String()));

export const orderTargets = Type.Object(
  { receivers: names, groups: names, regions: names, all: Type.Optional(Type.Boolean()) },
  { title: 'OrderTargets', description: 'Targets as ordered.' },
);

export const order = Type.Object(
  {
    id: Type.String(),
    item: Type.String(),
    title: Type.String({ description: 'Title that the item had when it was ordered.' }),
    name: Type.String({ description: 'Name of the file.' }),
    bytes: Type.Integer(),
    priority: enumOf(priorities),
    paused: Type.Boolean({ description: 'Open deliveries wait until the order goes on.' }),
    heat: Type.Integer({ description: 'Hotness of the content, 0 to 12: doublings of its views in about an hour.' }),
    deadlineAt: Type.Optional(time),
    to: orderTargets,
    createdBy: Type.String(),
    state: enumOf(orderStates),
    total: count('Its deliveries.'),
    done: count(),
    failed: count(),
    cancelled: count(),
    late: count('Deliveries, ended or not, that missed the deadline.'),
    createdAt: time,
    endedAt: Type.Optional(time),
  },
  { title: 'DistributionOrder' },
);
export type ShownOrder = Static<typeof order>;

export const failedDelivery = Type.Object(
  {
    id: Type.String(),
    receiver: Type.String(),
    code: enumOf(failureCodes),
    detail: Type.String(),
  },
  { title: 'FailedDelivery', description: 'Present in `delivery.failed` only.' },
);
export type ShownFailure = Static<typeof failedDelivery>;

export const orderEventBody = { order, delivery: Type.Optional(failedDelivery) };
export interface OrderEventBody {
  readonly order: ShownOrder;
  readonly delivery?: ShownFailure;
}

/** Ids of recordings contain no slash, so the two never collide. */
export const orderSidOf = (tenant: string, id: string): string => `${tenant}/orders/${id}`;
