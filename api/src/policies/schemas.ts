import { Type } from 'typebox';
import { CostPrices } from '../cost/schemas.ts';
import { Time } from '../http/time.ts';

const index = Type.Integer({ minimum: 0 });

/** Sessions of rooms with place, node and time, without names: what a simulator needs to play them again. */
export const PolicyTrace = Type.Object(
  {
    from: Time,
    to: Time,
    share: Type.Number({ description: 'Of the rooms that were live then, those in it; 1: all of them.' }),
    nodes: Type.Array(
      Type.Object({
        nodeId: Type.String(),
        region: Type.String(),
        city: Type.String(),
        latitude: Type.Number(),
        longitude: Type.Number(),
        sessionsMax: Type.Integer({ description: '0: no limit is known.' }),
      }),
      { description: 'Media nodes that live now.' },
    ),
    links: Type.Array(Type.Object({ from: index, to: index, rttMs: Type.Number() }), {
      description: 'Between hosts of these nodes, by their places in `nodes`: as they are measured now.',
    }),
    places: Type.Array(Type.Object({ latitude: Type.Number(), longitude: Type.Number() })),
    rooms: Type.Array(
      Type.Array(
        Type.Object({
          person: Type.Integer({
            minimum: 0,
            description: 'The same of all sessions of an identity in the room; from 0 on.',
          }),
          place: index,
          node: Type.Integer({
            minimum: -1,
            description: 'Its last media node, by its place in `nodes`; -1: not among them.',
          }),
          fromS: Type.Number({ description: 'Seconds since `from`.' }),
          toS: Type.Number(),
          rttMs: Type.Optional(Type.Number({ description: 'To its media node, as it was measured last.' })),
        }),
      ),
    ),
    prices: CostPrices,
  },
  { title: 'PolicyTrace' },
);

const figure = Type.Number();
export const PolicyFigures = Type.Object(
  {
    policy: Type.String({
      maxLength: 32,
      description:
        'single: one node a room; direct: the nearest nodes without relays; relayN: relays for at most N % of the bytes between nodes; relay: wherever they gain.',
    }),
    costPerUserHour: figure,
    onewayMsMean: Type.Number({ description: 'Between all pairs of people of a room, over time.' }),
    onewayMsP95: figure,
    shareUnder150Ms: figure,
    nodesPerRoom: figure,
    relayedShare: figure,
    movesPerPersonHour: figure,
  },
  { title: 'PolicyFigures' },
);
const comparison = {
  from: Type.String({ format: 'date-time', maxLength: 40 }),
  to: Type.String({ format: 'date-time', maxLength: 40 }),
  rooms: Type.Integer({ minimum: 1 }),
  people: Type.Integer({ minimum: 1 }),
  nodes: Type.Integer({ minimum: 1 }),
  share: Type.Number({ minimum: 0, maximum: 1, description: 'Of the rooms of that time, those that were played.' }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  policies: Type.Array(PolicyFigures, {
    minItems: 1,
    maxItems: 20,
    description: 'From cost first to experience first.',
  }),
  notes: Type.Array(Type.String({ maxLength: 300 }), { maxItems: 20, description: 'What was assumed, in English.' }),
};
export const NewPolicyComparison = Type.Object(comparison, { title: 'NewPolicyComparison' });
export const PolicyComparison = Type.Object(
  { id: Type.String(), madeAt: Time, ...comparison },
  { title: 'PolicyComparison' },
);
