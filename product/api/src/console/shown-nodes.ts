import { timeText } from '../http/time.ts';
import type { CurrentPath } from './centre-views.ts';
import type { ConfigDrift } from './core/config-drift.ts';
import type { FleetNode } from './core/fleet.ts';
import type { ConsoleNode, PathSeen } from './schemas.ts';

/** Converts a node for an answer. `drift`: settings in which it differs from most nodes of its kind. */
export function shownNode(node: FleetNode, drift: readonly ConfigDrift[] = []): ConsoleNode {
  const { latitude: _latitude, longitude: _longitude, config: _config, certificateEndsMs, ...rest } = node;
  const { isCordoned, cordonReason, isDraining, drainReason, sessionsToMove, distrust, ...plain } = rest;
  return {
    ...plain,
    isCordoned,
    isDraining,
    ...(isCordoned && { cordonReason }),
    ...(isDraining && { drainReason }),
    ...((isDraining || node.isLeaving) && { sessionsToMove }),
    ...(distrust !== '' && { distrust }),
    ...(drift.length > 0 && { configDrift: drift.map((one) => ({ ...one })) }),
    ...(certificateEndsMs > 0 && { certificateEndsAt: timeText(certificateEndsMs) }),
  };
}

export function shownPath({ isInUse: _isInUse, lossSlow: _lossSlow, ...path }: CurrentPath): PathSeen {
  return path;
}
