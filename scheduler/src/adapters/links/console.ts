// Requests of the api's console: the state of the fleet and its links, the plan of a room, the reasons for the places
// of sessions; and operators' orders about a node. Other kinds of nodes get KIND_NOT_PERMITTED.
import {
  isNodeId,
  type LogQuery,
  limits,
  logQueryFrom,
  MeridianError,
  partsOfRoomKey,
  rpc,
  type wire,
} from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import {
  type NodeCommandPorts,
  type OrderOutcome,
  orderCordon,
  orderDrain,
  orderUncordon,
} from '../../administration/node-commands.ts';
import { roomPlan } from '../../administration/room-plan.ts';
import { check } from '../../base/checks.ts';
import type { Placing } from '../../placing/placing.ts';
import type { ApiOptions } from './api.ts';
import { fleetToWire, linksToWire, storyToWire } from './console-wire.ts';

const DECISION_ID_CHARACTERS_MAX = 128;
const REASON_CHARACTERS_MAX = 256;

export interface ConsoleOptions extends Pick<ApiOptions, 'centre' | 'serve'> {
  readonly apiId: string; // from the certificate
  readonly clock: Clock;
  readonly log: Logger;
  readonly epoch: number;
  /** Throws unless the asker is an api that has registered. */
  checkApi(): void;
  /** Returns the end of a registered node's certificate (wall time); 0: it has no link. */
  notAfterMsOf(nodeId: string): number;
  /** Returns a registered node's wall clock less the centre's; undefined: not reported. */
  clockOffsetMsOf(nodeId: string): number | undefined;
  /** Returns the stories of decisions that other processes made and still know. Never rejects. */
  storiesElsewhere(decisionIds: readonly string[]): Promise<wire.DecisionStory.$Properties[]>;
  isOurs(decisionId: string): boolean;
  /** Returns log lines of the node, or of this centre. Rejects with its code, or NODE_UNREACHABLE. */
  logLinesOf(nodeId: string, query: LogQuery): Promise<wire.LogLines.$Properties>;
  /** Undefined at an instance of a region, which leaves nodes to the leader: NOT_LEADER. */
  readonly orders: Omit<NodeCommandPorts, 'centre'> | undefined;
}

export function serveConsole(o: ConsoleOptions): void {
  // `o.centre` is read at every request: each term of leadership has a new `Centre`.
  const { serve, clock } = o;
  serve(rpc.fleetSeen, ({ withSent }) => {
    o.checkApi();
    const { notAfterMsOf, clockOffsetMsOf, epoch } = o;
    const times = { nowMs: clock.nowMs(), wallMs: clock.wallMs() };
    return fleetToWire(o.centre, { ...times, withSent, epoch, notAfterMsOf, clockOffsetMsOf });
  });
  serve(rpc.linksSeen, ({ usedOnly, hostId, withReasons }) => {
    o.checkApi();
    check(hostId === '' || isNodeId(hostId), 'host_id');
    return linksToWire(o.centre, { usedOnly, hostId, withReasons }, clock.nowMs());
  });
  serve(rpc.roomPlanned, ({ roomKey }) => {
    o.checkApi();
    check(partsOfRoomKey(roomKey) !== undefined, 'room_key');
    return { json: JSON.stringify(roomPlan(o.centre, roomKey, clock)) };
  });
  serve(rpc.decisionStories, async ({ decisionIds }) => {
    o.checkApi();
    checkIds(decisionIds);
    const otherStories = await o.storiesElsewhere(decisionIds.filter((id) => !o.isOurs(id)));
    return { stories: [...localStories(o.centre.placing, decisionIds.filter(o.isOurs)), ...otherStories] };
  });
  serve(rpc.logsSought, ({ nodeId, wanted }) => {
    o.checkApi();
    check(isNodeId(nodeId), 'node_id');
    return o.logLinesOf(nodeId, logQueryFrom(wanted));
  });
  serve(rpc.nodeCommand, (message) => {
    o.checkApi();
    return executeOrder(o, message);
  });
}

/** Returns the stories of the decisions that this process still knows, in their order. Throws REQUEST_INVALID. */
export function localStories(placing: Placing, decisionIds: readonly string[]): wire.DecisionStory.$Properties[] {
  checkIds(decisionIds);
  return decisionIds.flatMap((id) => {
    const story = placing.story(id);
    return story === undefined ? [] : [storyToWire(story)];
  });
}

function checkIds(decisionIds: readonly string[]): void {
  const isId = (id: string): boolean => id !== '' && id.length <= DECISION_ID_CHARACTERS_MAX;
  check(decisionIds.length <= limits.decisionStoriesMax && decisionIds.every(isId), 'decision_ids');
}

async function executeOrder(o: ConsoleOptions, message: wire.NodeCommand): Promise<wire.NodeCommanded.$Properties> {
  const { nodeId, command } = message;
  if (o.orders === undefined) throw new MeridianError('NOT_LEADER', 'nodes are left to the centre that leads');
  check(isNodeId(nodeId), 'node_id');
  check(message.reason.length <= REASON_CHARACTERS_MAX, 'reason');
  const reason = message.reason === '' ? 'asked for by an operator' : message.reason;
  o.log.info({ nodeId, command, reason, apiId: o.apiId }, 'an api orders a node');
  const outcome = await orderNode({ ...o.orders, centre: o.centre }, command, nodeId, reason);
  if (!outcome.ok) throw new MeridianError('REQUEST_INVALID', outcome.message);
  return { heard: outcome.isInformed };
}

async function orderNode(
  orders: NodeCommandPorts,
  command: string,
  nodeId: string,
  reason: string,
): Promise<OrderOutcome> {
  if (command === 'cordon') return orderCordon(orders, nodeId, reason);
  if (command === 'drain') return orderDrain(orders, nodeId, true, reason);
  if (command === 'uncordon') return orderUncordon(orders, nodeId);
  return { ok: false, code: 'REQUEST_INVALID', message: 'command: cordon, drain or uncordon' };
}
