// What the scheduling centre compared, as the "where am I" panel shows it. Pure.
import type { MessageKey } from './messages/en.ts';
import type { Message } from './messages/translate.ts';
import type { ExplanationModel, PlacementModel, PlacementOptionModel } from './model.ts';
import { messageOfReason } from './reasons.ts';

export type Verdict = 'better' | 'worse' | 'equal';

export interface PartRow {
  name: string;
  /** Whole points. */
  points: number;
  pointsMax: number;
  /** undefined: a reason this page does not know, which is then shown as it came. */
  message: Message | undefined;
  reason: string;
  /** Against the same part of the chosen node. */
  verdict: Verdict;
}

const EQUAL_POINTS = 0.5; // what rounds to the same whole number for most eyes is no difference worth an arrow

/** The parts of an option, each compared with the chosen node's. */
export function partRows(option: PlacementOptionModel, chosen: PlacementOptionModel | undefined): PartRow[] {
  return option.parts.map((part) => {
    const other = chosen?.parts.find((one) => one.name === part.name);
    const gain = other === undefined ? 0 : part.points - other.points;
    return {
      name: part.name,
      points: Math.round(part.points),
      pointsMax: Math.round(part.pointsMax),
      message: messageOfReason(`${part.name}: ${part.reason}`),
      reason: part.reason,
      verdict: Math.abs(gain) < EQUAL_POINTS ? 'equal' : gain > 0 ? 'better' : 'worse',
    };
  });
}

/** The reasons that are not the chosen node's points: how the client's place is known, or why the centre was not asked. */
export function otherReasons(placement: PlacementModel, explanation: ExplanationModel | undefined): readonly string[] {
  if (explanation?.state !== 'known') return placement.reasons;
  const told = new Set(explanation.options[0]?.parts.map((part) => `${part.name}: ${part.reason}`));
  return explanation.reasons.filter((reason) => !told.has(reason));
}

const refusals = {
  'region-pin': 'refused.region-pin',
  'move-target': 'refused.move-target',
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
