import { Type } from 'typebox';
import { Time } from '../http/time.ts';

const price = Type.Number({ minimum: 0, maximum: 1e6 });
const region = Type.Optional(
  Type.String({ minLength: 1, maxLength: 64, description: 'Region; absent: all regions without a line of their own.' }),
);

export const CostPrices = Type.Object(
  {
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'Currency code of ISO 4217.' }),
    nodeHours: Type.Array(
      Type.Object({
        kind: Type.Optional(
          Type.String({
            maxLength: 32,
            description: 'Kind of node, as in `GET /console/nodes`; absent: all kinds without a line of their own.',
          }),
        ),
        region,
        price,
      }),
      {
        maxItems: 200,
        description:
          'Price of one hour of a node; 0 if no line matches. Of the lines that match, one with kind and region wins over one with a kind, and that over one with a region.',
      },
    ),
    traffic: Type.Array(
      Type.Object({
        region,
        unit: Type.Union([Type.Literal('GB'), Type.Literal('Mbps95')], {
          description: 'GB: 10^9 bytes that leave nodes. Mbps95: 1 Mbit/s of the region’s 95th percentile for a month.',
        }),
        price,
      }),
      {
        maxItems: 200,
        description:
          'Prices of the traffic that a region’s nodes send. A region may have a price in each unit; both are added.',
      },
    ),
  },
  { title: 'CostPrices' },
);
export const CostSettings = Type.Object(
  {
    prices: CostPrices,
    isAssumed: Type.Boolean({ description: 'True if no prices have been set and these are assumed.' }),
    updatedAt: Type.Optional(Time),
  },
  { title: 'CostSettings' },
);

export const CostRow = Type.Object(
  {
    key: Type.String({
      description:
        "Region ('' if unknown); tenant ('' for sessions without a tenant); or two regions joined by ` > `, from the sending to the receiving one.",
    }),
    nodeHours: Type.Number({ description: 'Hours of nodes. For a tenant: its share by session time. For a link: 0.' }),
    nodeCost: Type.Number(),
    sentBytes: Type.Number({
      description:
        'Bytes that nodes sent. For a tenant: its share by what its clients received and what was delivered to its receivers.',
    }),
    deliveredBytes: Type.Number({
      description:
        'Bytes of files that were delivered to receivers by nodes, in whole days. They are a part of `sentBytes`. For a link: 0.',
    }),
    peakBps: Type.Optional(
      Type.Number({
        description:
          '95th percentile of the sent rate: for a region over means of five minutes, for a link over the largest rate of each hour. Absent for a tenant.',
      }),
    ),
    trafficCost: Type.Number(),
    cost: Type.Number(),
    userHours: Type.Number({
      description:
        'Hours of users whose sessions measured something. For a link: those in the region to which it leads.',
    }),
    costPerUserHour: Type.Optional(Type.Number({ description: 'Absent if there were no user hours.' })),
  },
  { title: 'CostRow' },
);
export const CostReport = Type.Object(
  {
    month: Type.String(),
    from: Time,
    to: Type.String({
      format: 'date-time',
      description: 'End of the report; for the current month, the end of the last hour that is summed up.',
    }),
    isRunning: Type.Boolean(),
    by: Type.String({ description: 'What `key` of the rows is: region, tenant or link.' }),
    currency: Type.String(),
    isAssumed: Type.Boolean({ description: 'True if no prices were set.' }),
    total: CostRow,
    kinds: Type.Array(
      Type.Object({ kind: Type.String(), nodeHours: Type.Number(), nodeCost: Type.Number() }, { title: 'CostOfKind' }),
    ),
    rows: Type.Array(CostRow, {
      description:
        'The most expensive first, a hundred at most. Regions, and tenants, add up to the total. Links do not: their traffic is part of that of the regions, and their user hours overlap.',
    }),
    complete: Type.Boolean({ description: 'False if cheaper rows are missing; the total includes them.' }),
  },
  { title: 'CostReport' },
);
