// Nodes that the scheduling centre compared, for the "where am I" panel.
import type { MessageKey } from './messages/texts.ts';
import type { Message } from './messages/translate.ts';
import type { ExplanationModel, PlacementModel, PlacementOptionModel } from './model.ts';
import { messageOfReason } from './reasons.ts';

export type Verdict = 'better' | 'worse' | 'equal';

export interface PartRow {
  name: string;
  /** Points in tenths, as `shownPoints` rounds them. */
  points: number;
  pointsMax: number;
  /** Undefined for an unknown reason, whose text is shown unchanged. */
  message: Message | undefined;
  reason: string;
  verdict: Verdict;
}

const EQUAL_POINTS = 0.5; // a smaller difference gets no arrow

/**
 * Rounds the points of an option and its parts to tenths so that the parts add up to the whole. Rounding each part
 * alone would fail (0.04 three times is 0.1), so the remainder goes to the parts that lose most (largest remainder
 * method); a part with more points never shows fewer.
 */
export function shownPoints({ points, parts }: PlacementOptionModel): { points: number; parts: readonly number[] } {
  const totalTenths = Math.round(points * 10);
  const floors = parts.map((part) => Math.floor(part.points * 10));
  const missing = totalTenths - floors.reduce((sum, floor) => sum + floor, 0);
  const roundingLosses = parts.map((part, at) => part.points * 10 - (floors[at] ?? 0));
  const byLost = [...roundingLosses.keys()].sort((a, b) => (roundingLosses[b] ?? 0) - (roundingLosses[a] ?? 0));
  const raised = new Set(byLost.slice(0, Math.max(0, missing)));
  return { points: totalTenths / 10, parts: floors.map((floor, at) => (floor + (raised.has(at) ? 1 : 0)) / 10) };
}

export function partRows(option: PlacementOptionModel, chosen: PlacementOptionModel | undefined): PartRow[] {
  const shown = shownPoints(option).parts;
  return option.parts.map((part, at) => {
    const chosenPart = chosen?.parts.find((one) => one.name === part.name);
    const gain = chosenPart === undefined ? 0 : part.points - chosenPart.points;
    return {
      name: part.name,
      points: shown[at] ?? 0,
      pointsMax: Math.round(part.pointsMax * 10) / 10,
      message: messageOfReason(`${part.name}: ${part.reason}`),
      reason: part.reason,
      verdict: Math.abs(gain) < EQUAL_POINTS ? 'equal' : gain > 0 ? 'better' : 'worse',
    };
  });
}

/**
 * Returns the reasons other than the chosen node's points: how the client's location was determined, or why the centre
 * was not asked.
 */
export function otherReasons(placement: PlacementModel, explanation: ExplanationModel | undefined): readonly string[] {
  if (explanation?.state !== 'known') return placement.reasons;
  const shown = new Set(explanation.options[0]?.parts.map((part) => `${part.name}: ${part.reason}`));
  return explanation.reasons.filter((reason) => !shown.has(reason));
}

const refusals = {
  'region-pin': 'refused.region-pin',
  'move-target': 'refused.move-target',
  'on-host': 'refused.on-host',
  'avoid-list': 'refused.avoid-list',
  alive: 'refused.alive',
  honest: 'refused.honest',
  'not-draining': 'refused.not-draining',
  version: 'refused.version',
  capacity: 'refused.capacity',
  reserved: 'refused.reserved',
  'slow-start': 'refused.slow-start',
} as const satisfies Record<string, MessageKey>;

export function messageOfRefusal(rule: string): Message {
  if (Object.hasOwn(refusals, rule)) return { key: refusals[rule as keyof typeof refusals] };
  return { key: 'refused.other', values: { rule } };
}

const partNames = {
  access: 'part.access',
  load: 'part.load',
  room: 'part.room',
} as const satisfies Record<string, MessageKey>;

export function nameOfPart(name: string): MessageKey | undefined {
  return Object.hasOwn(partNames, name) ? partNames[name as keyof typeof partNames] : undefined;
}
