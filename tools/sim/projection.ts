// The flat map of the picture: equirectangular, and great circles bent onto it. No coastlines: the people draw them.
import type { Point } from '@meridian/protocol';

export interface Flat {
  readonly x: number;
  readonly y: number;
}

export const MAP = { width: 1440, height: 640, north: 78, south: -58 } as const;

const STEPS = 40;

/** Place on the map, in pixels. */
export function flat({ latitude, longitude }: Point): Flat {
  const y = ((MAP.north - latitude) / (MAP.north - MAP.south)) * MAP.height;
  return { x: ((longitude + 180) / 360) * MAP.width, y };
}

/**
 * The great circle between two places as an SVG path, broken where it leaves one edge of the map and enters the other.
 */
export function greatCirclePath(a: Point, b: Point): string {
  const from = vector(a);
  const to = vector(b);
  const angle = Math.acos(Math.max(-1, Math.min(1, from[0] * to[0] + from[1] * to[1] + from[2] * to[2])));
  if (angle < 1e-6) return '';
  let path = '';
  let before: Flat | undefined;
  for (let step = 0; step <= STEPS; step += 1) {
    const share = step / STEPS;
    const wa = Math.sin((1 - share) * angle) / Math.sin(angle);
    const wb = Math.sin(share * angle) / Math.sin(angle);
    const [x, y, z] = [from[0] * wa + to[0] * wb, from[1] * wa + to[1] * wb, from[2] * wa + to[2] * wb];
    const point = flat({
      latitude: degrees(Math.asin(Math.max(-1, Math.min(1, z)))),
      longitude: degrees(Math.atan2(y, x)),
    });
    const isBroken = before === undefined || Math.abs(point.x - before.x) > MAP.width / 2;
    path += `${isBroken ? 'M' : 'L'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
    before = point;
  }
  return path;
}

function vector({ latitude, longitude }: Point): readonly [number, number, number] {
  const [phi, lambda] = [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

const degrees = (radians: number): number => (radians * 180) / Math.PI;
