// The leader's world feed for instances, as messages and back. Input is checked like a node's own reports.
import { isNodeId, partsOfRoomKey, type wire } from '@meridian/protocol';
import { check } from '../../base/checks.ts';
import type { NodeDescription } from '../../fleet/core/node.ts';
import { type Delta, keyOf, type WorldValue } from '../../leading/core/regions/index.ts';
import type { ChargeAsk } from '../../placing/charging.ts';
import type { Placed } from '../../placing/placing.ts';
import { descriptionFrom, loadFrom, roomsFrom } from './wire.ts';

const DELAY_MS_MAX = 60_000;
const KEY_CHARS_MAX = 512;

export function feedToWire(delta: Delta<WorldValue>, more: boolean): wire.WorldFeed.$Properties {
  const nodes: wire.FedNode.$Properties[] = [];
  const rooms: wire.FedRoom.$Properties[] = [];
  const leases: wire.RoomLease.$Properties[] = [];
  const delays: wire.FedDelay.$Properties[] = [];
  const deniedIds: string[] = [];
  for (const value of delta.changed.values()) {
    if (value.what === 'node') {
      const { description, load, state, isUsable, drainReason, cordonReason } = value.node;
      nodes.push({
        node: descriptionToWire(description),
        load: { ...load },
        state,
        usable: isUsable,
        draining: drainReason !== undefined,
        drainReason: drainReason ?? '',
        cordoned: cordonReason !== undefined,
        cordonReason: cordonReason ?? '',
      });
    } else if (value.what === 'room') {
      const { sessionIds, decisionIds, ...room } = value.room;
      rooms.push({
        nodeId: value.nodeId,
        room: { ...room, sessionIds: [...sessionIds], decisionIds: [...decisionIds] },
      });
    } else if (value.what === 'lease') leases.push({ ...value.lease });
    else if (value.what === 'delay') {
      const { rttMs, ...delay } = value.delay;
      delays.push({ ...delay, measured: Number.isFinite(rttMs), rttMs: Number.isFinite(rttMs) ? rttMs : 0 });
    } else deniedIds.push(value.nodeId);
  }
  const { version, since } = delta;
  return { version, since, nodes, rooms, leases, delays, deniedIds, gone: [...delta.gone], more };
}

/** Throws REQUEST_INVALID. */
export function feedFromWire(feed: wire.WorldFeed): Delta<WorldValue> {
  const changed = new Map<string, WorldValue>();
  for (const fed of feed.nodes) {
    const { node, load, state, usable, draining, drainReason, cordoned, cordonReason } = fed;
    const description = descriptionFrom(node);
    changed.set(keyOf.node(description.nodeId), {
      what: 'node',
      node: {
        description,
        load: loadFrom(load),
        state: state ?? '',
        isUsable: usable ?? false,
        drainReason: draining === true ? (drainReason ?? '') : undefined,
        cordonReason: cordoned === true ? (cordonReason ?? '') : undefined,
      },
    });
  }
  for (const { nodeId = '', room } of feed.rooms) {
    const [held] = roomsFrom(room === null || room === undefined ? [] : [room]);
    check(isNodeId(nodeId ?? '') && held !== undefined, 'room');
    if (held !== undefined)
      changed.set(keyOf.room(nodeId ?? '', held.roomKey), { what: 'room', nodeId: nodeId ?? '', room: held });
  }
  for (const { roomKey, ownerId, epoch } of feed.leases) {
    const lease = { roomKey: roomKey ?? '', ownerId: ownerId ?? '', epoch: epoch ?? 0 };
    check(partsOfRoomKey(lease.roomKey) !== undefined && isNodeId(lease.ownerId), 'lease');
    changed.set(keyOf.lease(lease.roomKey), { what: 'lease', lease });
  }
  for (const { fromHostId, toHostId, delayMs, rttMs, measured } of feed.delays) {
    const delay = {
      fromHostId: fromHostId ?? '',
      toHostId: toHostId ?? '',
      delayMs: delayMs ?? Number.NaN,
      rttMs: measured === true ? (rttMs ?? Number.NaN) : Number.NaN,
    };
    check(isNodeId(delay.fromHostId) && isNodeId(delay.toHostId), 'delay');
    check(delay.delayMs >= 0 && delay.delayMs <= DELAY_MS_MAX, 'delay_ms');
    changed.set(keyOf.delay(delay.fromHostId, delay.toHostId), { what: 'delay', delay });
  }
  for (const nodeId of feed.deniedIds) changed.set(keyOf.denied(nodeId), { what: 'denied', nodeId });
  for (const key of feed.gone) check(key.length <= KEY_CHARS_MAX, 'gone');
  return { version: feed.version, since: feed.since, changed, gone: feed.gone };
}

/** Returns a request with all that the process which places for the node's region needs to charge the decision. */
export function chargeToWire({
  decisionId,
  want,
  decision,
  accessRttMs,
  signalingId,
}: Placed): wire.ChargeRequest.$Properties {
  const { roomKey, sessionId, mode, protocolVersion } = want;
  const nodeId = decision.ok ? decision.nodeId : '';
  return { decisionId, nodeId, roomKey, sessionId, accessRttMs: accessRttMs ?? 0, mode, protocolVersion, signalingId };
}

export function chargeFromWire(message: wire.ChargeRequest): ChargeAsk {
  const { decisionId, nodeId, roomKey, sessionId, accessRttMs, mode, protocolVersion } = message;
  return { decisionId, nodeId, roomKey, sessionId, accessRttMs, mode, protocolVersion };
}

function descriptionToWire(node: NodeDescription): wire.NodeDescription.$Properties {
  // The console reads the configuration, and asks the leader for it.
  const { addresses, capacity, versions, config: _config, ...rest } = node;
  return {
    ...rest,
    addresses: addresses.map((address) => ({ ...address })),
    capacity: { ...capacity },
    versions: { ...versions },
  };
}
