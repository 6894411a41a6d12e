import { isDecisionId, plainText, type wire } from '@meridian/protocol';

export interface DecisionCandidate {
  hostId: string;
  nodeId: string;
  site: string;
  rttMs: number;
  isTimed: boolean;
  load: number;
  holdsRoom: boolean;
  toMembersMs?: number;
  total?: number;
  parts: { name: string; score: number; weight: number; reason: string }[];
  refusedBy?: string;
  refusalReason?: string;
}

export interface DecisionStory {
  decisionId: string;
  createdAt: string;
  mode: string;
  degraded?: string;
  moveFromNodeId?: string;
  moveReason?: string;
  place: string;
  placeSource: string;
  radiusKm: number;
  candidates: number;
  refused: number;
  why: string;
  chosen?: DecisionCandidate;
  nearest?: DecisionCandidate;
  code?: string;
  lines: string[];
}

const LINES_MAX = 100;
const PARTS_MAX = 32;
const TEXT_MAX = 512;
/** Latest time that a Date can represent. */
const TIME_MS_MAX = 8.64e15;

/** Returns undefined for a story without a decision id or a time. */
export function storyFromWire(story: wire.DecisionStory.$Properties): DecisionStory | undefined {
  const decisionId = story.decisionId ?? '';
  const madeMs = story.madeWallMs ?? 0;
  if (!isDecisionId(decisionId) || !(madeMs >= 0 && madeMs <= TIME_MS_MAX)) return undefined;
  return {
    decisionId,
    createdAt: new Date(madeMs).toISOString(),
    mode: textOf(story.mode),
    ...textField('degraded', story.degraded),
    ...textField('moveFromNodeId', story.moveFromNodeId),
    ...textField('moveReason', story.moveReason),
    place: textOf(story.place),
    placeSource: textOf(story.placeSource),
    radiusKm: numberOf(story.radiusKm),
    candidates: numberOf(story.candidates),
    refused: numberOf(story.refused),
    why: textOf(story.why),
    ...(story.chosen != null && { chosen: candidateOf(story.chosen) }),
    ...(story.nearest != null && { nearest: candidateOf(story.nearest) }),
    ...textField('code', story.code),
    lines: (story.lines ?? []).slice(0, LINES_MAX).map(textOf),
  };
}

/** Removes the operator's reasons, which tenants may not see. */
export function storyForTenant({ moveReason: _, chosen, nearest, ...story }: DecisionStory): DecisionStory {
  return {
    ...story,
    ...(chosen !== undefined && { chosen: withoutWords(chosen) }),
    ...(nearest !== undefined && { nearest: withoutWords(nearest) }),
    lines: [],
  };
}

const withoutWords = ({ refusalReason: _, ...candidate }: DecisionCandidate): DecisionCandidate => candidate;

function candidateOf(one: wire.DecisionCandidate.$Properties): DecisionCandidate {
  const isRefused = textOf(one.refusedBy) !== '';
  return {
    hostId: textOf(one.hostId),
    nodeId: textOf(one.nodeId),
    site: textOf(one.site),
    rttMs: numberOf(one.rttMs),
    isTimed: one.isTimed ?? false,
    load: numberOf(one.load),
    holdsRoom: one.holdsRoom ?? false,
    ...((one.toMembersMs ?? 0) >= 0 && { toMembersMs: numberOf(one.toMembersMs) }),
    ...(!isRefused && { total: numberOf(one.total) }),
    parts: (one.parts ?? []).slice(0, PARTS_MAX).map(({ name, score, weight, reason }) => ({
      name: textOf(name),
      score: numberOf(score),
      weight: numberOf(weight),
      reason: textOf(reason),
    })),
    ...textField('refusedBy', one.refusedBy),
    ...textField('refusalReason', one.refusalReason),
  };
}

const textOf = (text: string | null | undefined): string => plainText(text ?? '', TEXT_MAX);
const numberOf = (value: number | null | undefined): number => (Number.isFinite(value) ? (value ?? 0) : 0);
const textField = <K extends string>(name: K, text: string | null | undefined): { [name in K]?: string } =>
  textOf(text) === '' ? {} : ({ [name]: textOf(text) } as { [name in K]?: string });
