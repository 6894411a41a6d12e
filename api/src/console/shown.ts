// What the console's parts know, as the api shows it.
import { timeText } from '../http/time.ts';
import type { PathNow } from './centre-views.ts';
import type { FleetNode } from './core/fleet.ts';
import type { ConsoleNode, PathSeen } from './schemas.ts';

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

export function shownPath({ isInUse: _isInUse, lossSlow: _lossSlow, ...path }: PathNow): PathSeen {
  return path;
}
