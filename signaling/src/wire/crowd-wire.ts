// Converts and checks messages about the crowd of a show between signaling nodes and owners.
import { type CrowdPageRequest, cutText, limits, type wire } from '@meridian/protocol';
import type { CrowdRules } from '../core/index.ts';

export const rulesToWire = (rules: CrowdRules): wire.CrowdRules.$Properties =>
  Object.assign({}, rules, {
    bans: rules.bans.map(({ identity, untilWallMs }) => ({ identity, untilWallMs })),
    removed: [...rules.removed],
  });

export const rulesFromWire = (rules: wire.CrowdRules.$Properties): CrowdRules => ({
  version: rules.version ?? 0,
  isKnown: rules.isKnown ?? false,
  isShow: rules.isShow ?? false,
  locked: rules.locked ?? false,
  lobby: rules.lobby ?? false,
  needsHost: rules.needsHost ?? false,
  opensWallMs: rules.opensWallMs ?? 0,
  bans: (rules.bans ?? []).map(({ identity, untilWallMs }) => ({
    identity: identity ?? '',
    untilWallMs: untilWallMs ?? 0,
  })),
  removed: rules.removed ?? [],
});

/** Clamps a host's request to its bounds. */
export const pageFromWire = (page: wire.CrowdPage.$Properties | null | undefined): CrowdPageRequest => ({
  afterIdentity: page?.afterIdentity ?? '',
  limit: Math.min(Math.max(page?.limit || limits.crowdPageMax, 1), limits.crowdPageMax),
  prefix: cutText(page?.prefix ?? '', limits.nameLengthMax),
});
