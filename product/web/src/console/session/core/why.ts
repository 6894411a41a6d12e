// Explains a session's placement in sentences, from the numbers of a decision.
import { placeName } from '../../../core/place-name.ts';
import type { Language } from '../../../core/query.ts';
import type { DecisionCandidate, DecisionStory, PathSeen, QualityPoint } from '../../types.ts';
import { modeSentences, moveSentence } from './centre-reasons.ts';
import { type SayWhy, type WhyKey, whyTexts } from './why-text.ts';

export interface WhySpeech {
  readonly say: SayWhy;
  readonly language: Language;
}

export interface Explanation {
  /** Why this node: assumed location of the client, the choice, unusual conditions. */
  readonly why: readonly string[];
  /** Comparison with the nearest node; empty if the decision names none. */
  readonly compare: readonly string[];
  /** The client's measurements since then; empty for a refusal. */
  readonly since: readonly string[];
}

export const joinSentences = (sentences: readonly string[], language: Language): string =>
  sentences.join(language === 'zh' ? '' : ' ');

/** Explains a decision. Of `points`, all those of the session, the chosen node's until the next decision count. */
export function explanationOf(
  story: DecisionStory,
  points: readonly QualityPoint[],
  nextAt: string | undefined,
  speech: WhySpeech,
): Explanation {
  const moved = moveSentence(story, speech.say);
  return {
    why: [
      ...(moved === undefined ? [] : [moved]),
      placeSentence(story, speech),
      ...choiceSentences(story, speech),
      ...modeSentences(story, speech.say),
    ],
    compare: compareSentences(story, speech),
    since: sinceSentences(story, points, nextAt, speech),
  };
}

const isKey = (key: string): key is WhyKey => Object.hasOwn(whyTexts.en, key);

/** Returns the city of a site: "eu/Frankfurt" → Frankfurt. */
export const cityOfSite = (site: string, language: Language): string =>
  placeName(site.slice(site.lastIndexOf('/') + 1), language);

function nodeText(one: DecisionCandidate, { say, language }: WhySpeech, isBare = false): string {
  const values = { node: one.nodeId === '' ? one.hostId : one.nodeId, city: cityOfSite(one.site, language) };
  if (isBare || !Number.isFinite(one.rttMs)) return say('node', values);
  return say(one.isTimed ? 'nodeMs' : 'nodeGuessed', { ...values, ms: Math.round(one.rttMs) });
}

/** Returns the text of a filter's refusal: was full, did not report in time … */
export function refusalText(name: string, say: SayWhy): string {
  const key = `refusal.${name}`;
  return isKey(key) ? say(key) : say('refusal.other', { name });
}

const databases = new Set(['maxmind', 'dbip-city', 'geo-whois-asn-country', 'geoip-lite']);

function placeSentence({ place: label, placeSource: source, radiusKm }: DecisionStory, o: WhySpeech): string {
  const { say, language } = o;
  if (label === '') return say('placeUnknown');
  const place = placeName(label, language);
  if (source === 'city') return say('placeNamed', { place });
  if (source === 'opener') return say('placeOpener', { place });
  if (source === 'none' || source === '') return say('placeStandIn', { place });
  if (!databases.has(source)) return say('placeOther', { place, source });
  const km = Math.round(radiusKm);
  return km > 0
    ? say('placeDatabase', { place, km: km.toLocaleString(language) })
    : say('placeDatabaseExact', { place });
}

function choiceSentences(story: DecisionStory, speech: WhySpeech): readonly string[] {
  const { chosen: one, nearest: other, why, code } = story;
  const { say } = speech;
  if (one === undefined) return refusedSentences(story, speech);
  if (code !== undefined && code !== '') return [say('refused.other', { code })];
  const chosen = nodeText(one, speech);
  if (why === 'nearest') return [say('nearest', { chosen })];
  if (why === 'near_equal') return [say('nearEqual', { chosen })];
  if (why === 'opener') return [say('opener', { chosen })];
  if (why === 'nearest_refused') {
    const refusal = refusalText(other?.refusedBy ?? '', say);
    if (other === undefined) return [say('nearestRefusedBare', { refusal, chosen })];
    return [say('nearestRefused', { nearest: nodeText(other, speech), refusal, chosen })];
  }
  if (why === '') return [say('unknown', { chosen })];
  return [scoreSentence(why, one, other, speech)];
}

function scoreSentence(
  score: string,
  one: DecisionCandidate,
  other: DecisionCandidate | undefined,
  speech: WhySpeech,
): string {
  const { say } = speech;
  const chosen = nodeText(one, speech);
  const known = score === 'access' || score === 'room' || score === 'load' ? score : 'other';
  if (other === undefined || other.hostId === one.hostId) return say(`alone.${known}`, { chosen, score });
  const detail = detailText(score, one, other, speech);
  if (known === 'other' || detail === undefined)
    return say('by.other', { chosen, nearest: nodeText(other, speech), score });
  return say(`by.${known}`, { chosen, nearest: nodeText(other, speech), detail });
}

function detailText(
  score: string,
  one: DecisionCandidate,
  other: DecisionCandidate,
  { say, language }: WhySpeech,
): string | undefined {
  if (score === 'access') {
    const ms = Math.round(one.rttMs);
    if (one.isTimed && !other.isTimed) return say('detailTimed', { ms });
    return say('detailAccess', { chosen: ms, nearest: Math.round(other.rttMs) });
  }
  if (score === 'load') {
    const percent = new Intl.NumberFormat(language, { style: 'percent' });
    return say('detailLoad', { chosen: percent.format(one.load), nearest: percent.format(other.load) });
  }
  const [chosenToMembersMs, nearestToMembersMs] = [one.toMembersMs, other.toMembersMs];
  if (
    chosenToMembersMs !== undefined &&
    nearestToMembersMs !== undefined &&
    Math.round(chosenToMembersMs) < Math.round(nearestToMembersMs)
  )
    return say('detailMembers', { chosen: Math.round(chosenToMembersMs), nearest: Math.round(nearestToMembersMs) });
  if (one.holdsRoom && !other.holdsRoom) return say('detailHolds');
  const [points, otherPoints] = [one, other].map((each) => each.parts.find(({ name }) => name === score)?.score);
  if (points === undefined || otherPoints === undefined) return undefined;
  return say('detailPoints', { chosen: pointsText(points, language), nearest: pointsText(otherPoints, language) });
}

function refusedSentences({ code = '', refused, nearest }: DecisionStory, speech: WhySpeech): readonly string[] {
  const { say } = speech;
  const key = `refused.${code}`;
  const first = isKey(key) ? say(key, { refused, code }) : say('refused.other', { code });
  if (nearest?.refusedBy === undefined || nearest.refusedBy === '') return [first];
  const refusal = refusalText(nearest.refusedBy, say);
  return [first, say('refused.nearest', { nearest: nodeText(nearest, speech), refusal })];
}

const pointsText = (points: number, language: Language): string =>
  points.toLocaleString(language, { maximumFractionDigits: 1 });

function compareSentences({ chosen: one, nearest: other }: DecisionStory, speech: WhySpeech): readonly string[] {
  const { say, language } = speech;
  if (one === undefined || other === undefined) return [];
  if (other.hostId === one.hostId) return [say('compareSame')];
  const saved = Math.round(one.rttMs) - Math.round(other.rttMs);
  const values = { nearest: nodeText(other, speech), saved, chosenMs: Math.round(one.rttMs) };
  const first = say(saved > 0 ? 'compareNearer' : saved === 0 ? 'compareEqual' : 'compareFarther', values);
  if (other.refusedBy !== undefined && other.refusedBy !== '')
    return [first, say('compareNoPoints', { refusal: refusalText(other.refusedBy, say) })];
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const points =
    one.total === undefined || other.total === undefined
      ? []
      : [
          say('comparePoints', {
            nearest: pointsText(other.total, language),
            chosen: pointsText(one.total, language),
          }),
        ];
  return [first, ...points, say('compareLoad', { load: percent.format(other.load) })];
}

/** Difference from which a measurement is unexpected; a smaller one is within the variation of round trips. */
const SAME_MS = 5;

function sinceSentences(
  { chosen, createdAt }: DecisionStory,
  points: readonly QualityPoint[],
  nextAt: string | undefined,
  speech: WhySpeech,
): readonly string[] {
  if (chosen === undefined) return [];
  const [fromMs, toMs] = [Date.parse(createdAt), nextAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(nextAt)];
  const measured = points.flatMap(({ at, nodeId, rttMs }) => {
    const atMs = Date.parse(at);
    return nodeId === chosen.nodeId && rttMs !== undefined && atMs >= fromMs && atMs <= toMs ? [rttMs] : [];
  });
  const { say } = speech;
  const node = nodeText(chosen, speech, true);
  if (measured.length === 0) return [say('measuredNone', { node })];
  const meanMs = measured.reduce((sum, ms) => sum + ms, 0) / measured.length;
  const ms = Math.round(meanMs);
  const range = { low: Math.round(Math.min(...measured)), high: Math.round(Math.max(...measured)) };
  const moreMs = ms - Math.round(chosen.rttMs);
  const expectation =
    Math.abs(moreMs) < SAME_MS
      ? say('measuredSame')
      : say(moreMs > 0 ? 'measuredWorse' : 'measuredBetter', { ms: Math.abs(moreMs) });
  return [say('measured', { ms, node, ...range }), expectation];
}

/** Describes how media from another host reaches the session's host. */
export function pathSentences(path: PathSeen, { say, language }: WhySpeech): readonly string[] {
  const from = say('node', { node: path.fromHostId, city: cityOfSite(path.fromSite, language) });
  if (!path.isReachable) return [say('pathUnreachable', { from })];
  const ms = path.pathMs === undefined ? '' : say('pathMs', { ms: Math.round(path.pathMs) });
  if (path.via === '') return [say('pathDirect', { from, ms })];
  const relayed = say('pathRelayed', { from, via: cityOfSite(path.viaSite, language), ms });
  if (path.loss === undefined || path.loss < 0.0005) return [relayed];
  const loss = path.loss.toLocaleString(language, { style: 'percent', maximumFractionDigits: 1 });
  return [relayed, say('pathLoss', { loss })];
}
