import { Type } from 'typebox';
import { Time } from '../http/time.ts';

const price = Type.Number({ minimum: 0, maximum: 1e6 });
const region = Type.Optional(
  Type.String({ minLength: 1, maxLength: 64, description: 'Absent: of all that have no line of their own.' }),
);

export const CostPrices = Type.Object(
  {
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.' }),
    nodeHours: Type.Array(
      Type.Object({
        kind: Type.Optional(
          Type.String({
            maxLength: 32,
            description: 'Kind of node, as in `GET /console/nodes`. Absent: of all that have no line of their own.',
          }),
        ),
        region,
        price,
      }),
      {
        maxItems: 200,
        description:
          'Of an hour of a node; 0 where no line fits. Of lines that fit, one with kind and region is used before one with a kind, that before one with a region.',
      },
    ),
    traffic: Type.Array(
      Type.Object({
        region,
        unit: Type.Union([Type.Literal('GB'), Type.Literal('Mbps95')], {
          description: "GB: 10^9 bytes that leave nodes. Mbps95: a month of 1 Mbit/s of the region's 95th percentile.",
        }),
        price,
      }),
      {
        maxItems: 200,
        description: "Of what a region's nodes send. A region may have a price of each unit: both count.",
      },
    ),
  },
  { title: 'CostPrices' },
);
export const CostSettings = Type.Object(
  {
    prices: CostPrices,
    isAssumed: Type.Boolean({ description: 'True: none were set; these are assumed.' }),
    updatedAt: Type.Optional(Time),
  },
  { title: 'CostSettings' },
);

export const CostRow = Type.Object(
  {
    key: Type.String({
      description:
        "Region, '': not known; tenant, '': of no tenant's sessions; or two regions with ` > ` between: from the first to the second.",
    }),
    nodeHours: Type.Number({ description: 'Of a tenant: its share by time of sessions. Of a link: 0.' }),
    nodeCost: Type.Number(),
    sentBytes: Type.Number({ description: 'Of a tenant: its share by what its clients received.' }),
    peakBps: Type.Optional(
      Type.Number({
        description:
          'The 95th percentile of what is sent: of a region of means of five minutes, of a link of the largest of each hour. Absent: of a tenant.',
      }),
    ),
    trafficCost: Type.Number(),
    cost: Type.Number(),
    userHours: Type.Number({
      description: 'Of sessions that measured something. Of a link: those in the region to which it leads.',
    }),
    costPerUserHour: Type.Optional(Type.Number({ description: 'Absent: there were no hours.' })),
  },
  { title: 'CostRow' },
);
export const CostReport = Type.Object(
  {
    month: Type.String(),
    from: Time,
    to: Type.String({
      format: 'date-time',
      description: 'Of a month that goes on: the end of the last hour that is summed up.',
    }),
    isRunning: Type.Boolean(),
    by: Type.String({ description: 'region, tenant, link: what `key` of rows is.' }),
    currency: Type.String(),
    isAssumed: Type.Boolean({ description: 'True: no prices were set.' }),
    total: CostRow,
    kinds: Type.Array(
      Type.Object({ kind: Type.String(), nodeHours: Type.Number(), nodeCost: Type.Number() }, { title: 'CostOfKind' }),
    ),
    rows: Type.Array(CostRow, {
      description:
        'The most expensive first; a hundred at most. Regions, or tenants, sum up to the total. Links do not: they are a part of the traffic of regions, and their hours of users overlap.',
    }),
    complete: Type.Boolean({ description: 'False: cheaper rows are missing; the total has them.' }),
  },
  { title: 'CostReport' },
);
