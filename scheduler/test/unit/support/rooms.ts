import type { RoomMember } from '../../../src/moving/core/gains.ts';
import { roomPaths } from '../../../src/placing/core/felt-delay.ts';

/** A member at `host` with known round trips to the sites. */
export const member = (host: number, rttMs: readonly number[], overrides: Partial<RoomMember> = {}): RoomMember => ({
  host,
  accessRttMs: Float64Array.from(rttMs),
  hopeRttMs: Float64Array.from(rttMs),
  isTimed: () => true,
  ...overrides,
});

/** Hosts on a line, `apartMs` one-way from each to the next. */
export const line = (hosts: number, apartMs: number) =>
  roomPaths(
    hosts,
    Float64Array.from({ length: hosts * hosts }, (_, at) => Math.abs(Math.floor(at / hosts) - (at % hosts)) * apartMs),
  );
