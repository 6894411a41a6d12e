// REST operations for the crowd of a show (docs/shows.md).
import { type CrowdPerson, limits } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import { operations } from '../http/operation.ts';
import { Paging, pageOf, pageQuery } from '../http/page.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import type { RoomView } from '../nodes/room-owners.ts';
import { ofRoom } from './operations.ts';
import type { Rooms } from './rooms.ts';

const time = () => Type.String({ format: 'date-time' });
const personSchema = Type.Object(
  { identity: Type.String(), name: Type.String(), joinedAt: time() },
  { title: 'CrowdPerson' },
);
const handSchema = Type.Object(
  {
    identity: Type.String(),
    name: Type.String(),
    since: time(),
    inCrowd: Type.Boolean({
      description: 'The person watches a show; `bringToStage` invites it onto the stage, `lowerHands` lowers its hand.',
    }),
  },
  { title: 'RaisedHand' },
);

const inRoom = operations({ ...ofRoom, tag: 'Participants', scope: 'rooms:admin', problems: ['ROOM_UNREACHABLE'] });
export const listCrowd = inRoom('listCrowd', 'GET /rooms/{room}/crowd', {
  summary: 'List the people who watch a show, by identity.',
  query: Type.Object({
    ...pageQuery.properties,
    // Below the owner's limit, since the query requests one more to see whether a page follows.
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.crowdPageMax - 1, default: 50 })),
    name: Type.Optional(
      Type.String({
        maxLength: limits.nameLengthMax,
        description: 'Only people whose names begin with this text, ignoring case.',
      }),
    ),
  }),
  answers: {
    200: Type.Object(
      {
        ...pageOf(personSchema, 'CrowdPage').properties,
        total: Type.Integer({ minimum: 0, description: 'Number of all people who watch.' }),
        missing: Type.Array(Type.String(), {
          description: 'Signaling nodes that did not answer; their people are missing.',
        }),
      },
      { title: 'CrowdPage' },
    ),
  },
});

export const listHands = inRoom('listHands', 'GET /rooms/{room}/hands', {
  summary: 'List raised hands in a room, and in the crowd of a show, the longest raised first.',
  answers: {
    200: Type.Object(
      {
        data: Type.Array(handSchema),
        more: Type.Integer({ minimum: 0, description: 'Raised hands of the crowd that are not listed.' }),
      },
      { title: 'RaisedHands' },
    ),
  },
});

const byIdentity = new Paging([{ column: 'identity', type: 'string' }], 'ascending');

const shownPerson = ({ identity, name, joinedWallMs }: CrowdPerson): Static<typeof personSchema> => ({
  identity,
  name,
  joinedAt: timeText(joinedWallMs),
});

function handsOf({ roster, hands }: RoomView): Static<typeof handSchema>[] {
  const raised = roster.participants
    .filter(({ hidden, handRaisedWallMs }) => !hidden && handRaisedWallMs > 0)
    .map(({ identity, name, handRaisedWallMs }) => ({ identity, name, sinceWallMs: handRaisedWallMs, inCrowd: false }));
  return [...raised, ...hands.map((hand) => ({ ...hand, inCrowd: true }))]
    .sort((a, b) => a.sinceWallMs - b.sinceWallMs)
    .map(({ identity, name, sinceWallMs, inCrowd }) => ({ identity, name, since: timeText(sinceWallMs), inCrowd }));
}

export function addCrowdOperations(routes: Routes, { rooms }: { readonly rooms: Rooms }): void {
  routes.add(listCrowd, async ({ principal, params, query }) => {
    const { people, total, silent } = await rooms.crowd(principal.tenant, params.room, {
      afterIdentity: String(byIdentity.last(query)?.[0] ?? ''),
      limit: byIdentity.rowLimit(query),
      prefix: query.name ?? '',
    });
    return { body: { ...byIdentity.page(query, people, shownPerson), total, missing: [...silent] } };
  });

  routes.add(listHands, async ({ principal, params }) => {
    const view = await rooms.view(principal.tenant, params.room);
    return { body: { data: view === undefined ? [] : handsOf(view), more: view?.moreHands ?? 0 } };
  });
}
