// What the console's parts know, as the api shows it.
import type { wire } from '@meridian/protocol';
import { timeText } from '../http/time.ts';
import type { PathNow } from './centre-views.ts';
import type { FleetNode } from './core/fleet.ts';
import type { ConsoleNode, DecisionStory, PathSeen } from './schemas.ts';

export function shownNode(node: FleetNode): ConsoleNode {
  const { latitude: _latitude, longitude: _longitude, certificateEndsMs, sessionsToMove, distrust, ...rest } = node;
  const { isCordoned, cordonReason, isDraining, drainReason, ...plain } = rest;
  return {
    ...plain,
    isCordoned,
    isDraining,
    ...(isCordoned && { cordonReason }),
    ...(isDraining && { drainReason }),
    ...((isDraining || node.isLeaving) && { sessionsToMove }),
    ...(distrust !== '' && { distrust }),
    ...(certificateEndsMs > 0 && { certificateEndsAt: timeText(certificateEndsMs) }),
  };
}

export function shownPath({ isInUse: _isInUse, ...path }: PathNow): PathSeen {
  return path;
}

/** What the centre leaves empty, or says as a number below 0, is left out. */
export function shownStory(story: wire.DecisionStory.$Properties): DecisionStory {
  const {
    degraded = '',
    moveFromNodeId = '',
    moveReason = '',
    code = '',
  } = story as Record<string, string | undefined>;
  return {
    decisionId: story.decisionId ?? '',
    madeAt: timeText(story.madeWallMs ?? 0),
    mode: story.mode ?? '',
    ...(degraded !== '' && { degraded }),
    ...(moveFromNodeId !== '' && { moveFromNodeId, moveReason }),
    place: story.place ?? '',
    placeSource: story.placeSource ?? '',
    radiusKm: story.radiusKm ?? 0,
    candidates: story.candidates ?? 0,
    refused: story.refused ?? 0,
    why: story.why ?? '',
    ...(story.chosen && { chosen: shownCandidate(story.chosen) }),
    ...(story.nearest && { nearest: shownCandidate(story.nearest) }),
    ...(code !== '' && { code }),
    lines: [...(story.lines ?? [])],
  };
}

function shownCandidate(one: wire.DecisionCandidate.$Properties): NonNullable<DecisionStory['chosen']> {
  const {
    toMembersMs = -1,
    refusedBy = '',
    refusedWhy = '',
    total = 0,
  } = one as {
    toMembersMs?: number;
    refusedBy?: string;
    refusedWhy?: string;
    total?: number;
  };
  const parts = (one.parts ?? []).map(({ name, score, weight, reason }) => ({
    name: name ?? '',
    score: score ?? 0,
    weight: weight ?? 0,
    reason: reason ?? '',
  }));
  return {
    hostId: one.hostId ?? '',
    nodeId: one.nodeId ?? '',
    site: one.site ?? '',
    rttMs: one.rttMs ?? 0,
    isTimed: one.isTimed ?? false,
    load: one.load ?? 0,
    holdsRoom: one.holdsRoom ?? false,
    ...(toMembersMs >= 0 && { toMembersMs }),
    // Only candidates have points.
    ...(parts.length > 0 && { total }),
    parts,
    ...(refusedBy !== '' && { refusedBy, refusedWhy }),
  };
}
