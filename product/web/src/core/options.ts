// What the scheduling centre compared, as the "where am I" panel shows it. Pure.
import type { MessageKey } from './messages/texts.ts';
import type { Message } from './messages/translate.ts';
import type { ExplanationModel, PlacementModel, PlacementOptionModel } from './model.ts';
import { messageOfReason } from './reasons.ts';

export type Verdict = 'better' | 'worse' | 'equal';

export interface PartRow {
  name: string;
  /** In tenths, those of `shownPoints`. */
  points: number;
  pointsMax: number;
  /** undefined: a reason this page does not know, which is then shown as it came. */
  message: Message | undefined;
  reason: string;
  /** Against the same part of the chosen node. */
  verdict: Verdict;
}

const EQUAL_POINTS = 0.5; // less is no difference worth an arrow

/**
 * The points of an option and of its parts as they are shown, in tenths: the parts add up to the whole. Each rounded
 * alone they would not (0.04 three times is 0.1), so what is missing to the whole is given to those that lose most (the
 * method of largest remainders); a part with more points is never shown with fewer.
 */
export function shownPoints({ points, parts }: PlacementOptionModel): { points: number; parts: readonly number[] } {
  const whole = Math.round(points * 10);
  const floors = parts.map((part) => Math.floor(part.points * 10));
  const missing = whole - floors.reduce((sum, floor) => sum + floor, 0);
  const lost = parts.map((part, at) => part.points * 10 - (floors[at] ?? 0));
  const byLost = [...lost.keys()].sort((a, b) => (lost[b] ?? 0) - (lost[a] ?? 0));
  const raised = new Set(byLost.slice(0, Math.max(0, missing)));
  return { points: whole / 10, parts: floors.map((floor, at) => (floor + (raised.has(at) ? 1 : 0)) / 10) };
}

/** The parts of an option, each compared with the chosen node's. */
export function partRows(option: PlacementOptionModel, chosen: PlacementOptionModel | undefined): PartRow[] {
  const shown = shownPoints(option).parts;
  return option.parts.map((part, at) => {
    const other = chosen?.parts.find((one) => one.name === part.name);
    const gain = other === undefined ? 0 : part.points - other.points;
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
 * The reasons that are not the chosen node's points: how the client's place is known, or why the centre was not asked.
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

/** Why a node was not taken into account. */
export function messageOfRefusal(rule: string): Message {
  if (Object.hasOwn(refusals, rule)) return { key: refusals[rule as keyof typeof refusals] };
  return { key: 'refused.other', values: { rule } };
}

const partNames = {
  access: 'part.access',
  load: 'part.load',
  room: 'part.room',
} as const satisfies Record<string, MessageKey>;

/** The word for a part of the points; undefined for one that this page does not know. */
export function nameOfPart(name: string): MessageKey | undefined {
  return Object.hasOwn(partNames, name) ? partNames[name as keyof typeof partNames] : undefined;
}
