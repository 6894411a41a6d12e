import type { FleetNode } from '../../../console/core/fleet.ts';
import { type AlarmRule, type JudgedSubject, labelsOf, percent } from '../rule.ts';

const GIGA = 1e9;
/** Long enough that a volume which fills and is cleared in turns stays one alarm. */
const CLEAR_FOR_MS = 120_000;

export const disk: AlarmRule = {
  id: 'disk',
  source: 'centre',
  severity: 'warning',
  reason: 'The volume of a node’s state, or of a recorder’s spool, is filling up.',
  limit: 0.8,
  unit: 'share',
  limitSource: 'A recorder accepts no new recordings from 80 % on (media/recorder/src/stints/spool.ts).',
  forMs: 60_000,
  clearForMs: CLEAR_FOR_MS,
  judge: ({ cloud }, limit) => cloud?.nodes.flatMap((node) => usedOf(node, limit)),
};

export const diskFull: AlarmRule = {
  id: 'disk-full',
  source: 'centre',
  severity: 'critical',
  reason: 'The volume of a node is almost full: data will soon be lost.',
  limit: 0.95,
  unit: 'share',
  limitSource: 'A recorder deletes recorded data from 95 % on (media/recorder/src/stints/spool.ts).',
  forMs: 10_000,
  clearForMs: CLEAR_FOR_MS,
  judge: ({ cloud }, limit) => cloud?.nodes.flatMap((node) => usedOf(node, limit)),
};

function usedOf(node: FleetNode, limit: number): JudgedSubject[] {
  const { nodeId, site, disk: seen, state } = node;
  if (seen === undefined || seen.bytes === 0 || state === 'dead') return [];
  const value = 1 - seen.freeBytes / seen.bytes;
  const [free, all] = [seen.freeBytes, seen.bytes].map((bytes) => (bytes / GIGA).toFixed(1));
  const text = `The disk of ${nodeId} (${site}) is ${percent(value)} full: ${free} GB of ${all} GB are free.`;
  return [{ subject: nodeId, value, isBad: value >= limit, labels: labelsOf(node), text }];
}
