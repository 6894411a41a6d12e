// Operators' view of the live cloud: the world map and its stream, the fleet, paths between sites, plans of rooms.
import { MeridianError, roomKeyOf } from '@meridian/protocol';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { operation, operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { RoomOwners, TrackPath } from '../nodes/room-owners.ts';
import type { CentreViews } from './centre-views.ts';
import { configDrift } from './core/config-drift.ts';
import { roomPlanFrom } from './core/room-plan.ts';
import { ConsoleNode, PathSeen, TrackHop, World, WorldChange } from './schemas.ts';
import { shownNode, shownPath } from './shown-nodes.ts';
import type { WorldFeed } from './world-feed.ts';

const ID_CHARACTERS_MAX = 64;
const SITE_CHARACTERS_MAX = 200;
const REASON_CHARACTERS_MAX = 256;
/** The largest shows have more tracks between nodes than the page can show. */
const HOPS_MAX = 5000;

const ofOperator = { tag: 'Console', scope: 'operator' } as const;
const nodeParams = Type.Object({
  node: Type.String({ minLength: 1, maxLength: ID_CHARACTERS_MAX, description: 'Id of the node.' }),
});
const site = (siteDescription: string) =>
  Type.String({ minLength: 1, maxLength: SITE_CHARACTERS_MAX, description: siteDescription });

const consoleOperation = operations(ofOperator);
export const getWorld = consoleOperation('getWorld', 'GET /console/world', {
  summary: 'Get the world map: sites, the links between them, and people by the strength of their connection.',
  description:
    'At most 2 s old. While the centre is unreachable (`centre`), its part of the map is the last one it sent.',
  answers: { 200: World },
});

export const streamWorld = consoleOperation('streamWorld', 'GET /console/world/stream', {
  summary: 'Stream the world map as it changes, as server-sent events.',
  description:
    'The first event is `world` with a World; then, about every 2 s if anything changed, `change` with a WorldChange, whose `id` is its `seq`. A comment is sent every 15 s. The stream ends within 30 s after the caller’s right ends (an expired token, a sign-out, a lost role). A reader that leaves 1 MiB unread, or reads nothing for 10 s, is disconnected; when it connects again, it gets a whole World.',
  answers: { 200: Type.Union([World, WorldChange], { description: '`data` of one event.' }) },
  contentType: 'text/event-stream',
});

export const listNodes = consoleOperation('listNodes', 'GET /console/nodes', {
  summary: 'List all nodes of the fleet: load, disk, state, version, certificate, and unusual configuration.',
  description: 'CENTRE_UNREACHABLE while no centre answers.',
  answers: { 200: Type.Object({ nodes: Type.Array(ConsoleNode) }, { title: 'ConsoleNodes' }) },
});

const CommandAnswer = Type.Object(
  {
    heard: Type.Boolean({
      description: 'True if the node itself was notified at once; otherwise it learns of the order later.',
    }),
  },
  { title: 'NodeOrdered' },
);
const reason = Type.Object({
  reason: Type.Optional(
    Type.String({
      maxLength: REASON_CHARACTERS_MAX,
      description: 'Reason, shown to operators and in placement decisions.',
    }),
  ),
});
const order = <Command extends 'cordon' | 'drain' | 'uncordon'>(command: Command, summary: string) =>
  operation({
    id: `${command}Node`,
    method: 'POST',
    path: `/console/nodes/{node}/${command}`,
    ...ofOperator,
    summary,
    params: nodeParams,
    body: reason,
    bodyIfGiven: true,
    answers: { 200: CommandAnswer },
  });
export const cordonNode = order('cordon', 'Cordon a node: it gets no new sessions, and existing ones stay.');
export const drainNode = order('drain', 'Drain a node: it gets no new sessions, and existing ones move away.');
export const uncordonNode = order('uncordon', 'End the cordon and drain of a node.');

export const listPaths = consoleOperation('listPaths', 'GET /console/paths', {
  summary: 'Show how datagrams travel between the hosts of two sites, and why.',
  description: 'Both directions; at most 1000 rows, from 16 hosts of the smaller site.',
  query: Type.Object({ fromSite: site('Region and city.'), toSite: site('Region and city.') }),
  answers: { 200: Type.Object({ paths: Type.Array(PathSeen) }, { title: 'PathsSeen' }) },
});

export const getRoomPlan = consoleOperation('getRoomPlan', 'GET /console/rooms/{tenant}/{room}/plan', {
  summary:
    'Show how a room is spread over media nodes: which node pulls which tracks from which, over which paths, and why.',
  params: Type.Object({
    tenant: Type.String({ minLength: 1, maxLength: 128 }),
    room: Type.String({ minLength: 1, maxLength: 512 }),
  }),
  answers: {
    200: Type.Object(
      {
        lines: Type.Array(Type.String(), { description: 'Explanation in English.' }),
        hops: Type.Array(TrackHop, { description: 'At most 5000 hops.' }),
        paths: Type.Array(PathSeen, { description: 'Paths between the hosts of the room, in both directions.' }),
        nodes: Type.Array(
          Type.Object({
            nodeId: Type.String(),
            hostId: Type.String(),
            site: Type.String(),
            sessions: Type.Integer({ minimum: 0 }),
          }),
          { description: 'Media nodes that hold the room.' },
        ),
      },
      { title: 'ConsoleRoomPlan' },
    ),
  },
});

export interface ConsoleDeps {
  readonly views: CentreViews;
  readonly feed: WorldFeed;
  readonly owners: Pick<RoomOwners, 'view'>;
  authenticate(request: FastifyRequest): Promise<Principal>;
}

export function addConsoleOperations(routes: Routes, deps: ConsoleDeps): void {
  const { views, feed } = deps;
  routes.add(getWorld, async () => ({ body: await feed.current() }));
  routes.add(streamWorld, async ({ request, reply }) => {
    const mayWatch = async (): Promise<boolean> => (await deps.authenticate(request)).scopes.has('operator');
    const { body } = await feed.watch({ sink: reply.raw, mayWatch });
    // nginx would hold events back until its buffer is full; other proxies must not compress them.
    const headers = {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    };
    // Fastify sends a stream as it is.
    return { body: body as unknown as World, headers };
  });
  routes.add(listNodes, async () => {
    const nodes = await views.fleet();
    const drifts = configDrift(nodes);
    return { body: { nodes: nodes.map((node) => shownNode(node, drifts.get(node.nodeId))) } };
  });
  const commandNode = async (node: string, command: 'cordon' | 'drain' | 'uncordon', why = '') => {
    const knownFleet = await views.fleet();
    try {
      return { body: { heard: await views.command(node, command, why) } };
    } catch (error) {
      // The centre has the same code for an unknown node and a refused command.
      const isUnknown = error instanceof MeridianError && error.code === 'REQUEST_INVALID';
      if (isUnknown && !knownFleet.some(({ nodeId }) => nodeId === node)) throw new Problem('NOT_FOUND');
      throw error;
    }
  };
  routes.add(cordonNode, ({ params, body }) => commandNode(params.node, 'cordon', body.reason));
  routes.add(drainNode, ({ params, body }) => commandNode(params.node, 'drain', body.reason));
  routes.add(uncordonNode, ({ params, body }) => commandNode(params.node, 'uncordon', body.reason));
  routes.add(listPaths, async ({ query }) => ({
    body: { paths: (await views.pathsBetween(query.fromSite, query.toSite)).map(shownPath) },
  }));
  routes.add(getRoomPlan, async ({ params: { tenant, room } }) => {
    const roomKey = roomKeyOf(tenant, room);
    if (roomKey === undefined) throw new Problem('NOT_FOUND');
    return { body: await planOf(deps, roomKey) };
  });
}

const NO_OWNER = 'The room’s owner does not answer, so it is unknown which node pulls which track from which.';

async function planOf({ views, owners }: ConsoleDeps, roomKey: string) {
  const [plan, hops, { nodes }] = await Promise.all([
    views.roomPlan(roomKey).then(roomPlanFrom),
    hopsOf(owners, roomKey),
    views.cloud(),
  ]);
  if (plan.nodeIds.length === 0 && hops === 'none') throw new Problem('NOT_FOUND');
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const hostOf = (nodeId: string): string => byId.get(nodeId)?.hostId ?? '';
  // The room's fence excludes relays outside it: the plan knows that, the table of links does not.
  const viaOf = new Map(plan.paths.map(({ a, b, via }) => [[hostOf(a), hostOf(b)].sort().join(' '), via]));
  const paths = await views.pathsAmong(plan.nodeIds.map(hostOf).filter((hostId) => hostId !== ''));
  return {
    lines: hops === 'unknown' ? [...plan.lines, NO_OWNER] : [...plan.lines],
    hops: typeof hops === 'string' ? [] : hops.slice(0, HOPS_MAX).map((hop) => ({ ...hop })),
    paths: paths.map((path) => {
      const isDirect = viaOf.get([path.fromHostId, path.toHostId].sort().join(' ')) === '';
      return shownPath(isDirect ? { ...path, via: '', viaSite: '' } : path);
    }),
    nodes: plan.nodeIds.map((nodeId) => ({
      nodeId,
      hostId: hostOf(nodeId),
      site: byId.get(nodeId)?.site ?? '',
      sessions: plan.sessions.get(nodeId) ?? 0,
    })),
  };
}

/** Returns `none` for an unknown room; `unknown` while its owner is away. */
async function hopsOf(
  owners: ConsoleDeps['owners'],
  roomKey: string,
): Promise<readonly TrackPath[] | 'none' | 'unknown'> {
  try {
    return (await owners.view(roomKey))?.paths ?? 'none';
  } catch (error) {
    if (error instanceof Problem && error.code === 'ROOM_UNREACHABLE') return 'unknown';
    throw error;
  }
}
