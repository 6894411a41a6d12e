// What real edges ask a real library node for: of a trace by Zipf's law, and while many want one cold file.
import { seededRng } from '@meridian/runtime';
import { tokenOf } from '../../../../library/test/support/library.ts';
import type { Nginx } from '../../../../test/support/nginx-edge.ts';
import { type Metrics, percentile } from '../../../support/case.ts';
import { type Asking, askAll } from './asking.ts';
import { type Rig, type RigFiles, type Sent, slicesAt } from './rig.ts';
import { type Asked, contentName, idealHits, idealHitsAtEdges, traceOf } from './trace.ts';

/** Players that ask at a time: as many as two cores serve without a queue. */
const AT_ONCE = 16;
/** The least that nginx takes: 191 slices of each edge. */
const KEYS_KILOBYTES = 32;
const REGIONAL_KEYS_KILOBYTES = 1024;
const SLICE_BYTES = 4 * 1_048_576;
const MEGA = 1e6;

export interface Served {
  readonly rig: Rig;
  readonly files: RigFiles;
  readonly edges: number;
  readonly seed: string;
}

/** A trace over empty edges, beside one ideal cache that has room for what they keep in the end, all together. */
export async function zipfTrace(
  { rig, files, edges: count, seed }: Served,
  o: { readonly requests: number; readonly exponent: number; readonly viewers: number },
): Promise<Metrics> {
  const rng = seededRng(seed).fork('zipf');
  const trace = traceOf(Object.assign({ contents: files.count, edges: count }, o), rng);
  const edges = await edgesOf(rig, count);
  await rig.sent();
  const tookMs = await askAll(asking(trace, edges, files.bytes), AT_ONCE);
  const { bytes, questions } = await rig.sent();
  const kept = edges.map((edge) => slicesAt(edge) * files.bytes);
  const keptBytes = kept.reduce((sum, one) => sum + one, 0);
  await rig.closeEdges();
  const all = trace.length * files.bytes;
  const hitRatio = 1 - bytes / all;
  const lruHitRatio = idealHits(trace, keptBytes, files.bytes);
  const lruHitRatioByChoice = idealHitsAtEdges(trace, kept, files.bytes);
  return {
    keptShare: keptBytes / (files.count * files.bytes),
    hitRatio,
    lruHitRatio,
    lruHitRatioByChoice,
    hitRatioToLru: hitRatio / lruHitRatio,
    choiceToLru: lruHitRatioByChoice / lruHitRatio,
    originMegabytes: bytes / MEGA,
    lruOriginMegabytes: ((1 - lruHitRatio) * all) / MEGA,
    originBytesToLru: bytes / ((1 - lruHitRatio) * all),
    questionsPerRequest: questions / trace.length,
    answerMsP50: percentile(tookMs, 0.5),
    answerMsP99: percentile(tookMs, 0.99),
  };
}

/** Many ask for one cold file at once: at one edge, and led to several by the choice with a regional cache behind. */
export async function coalescing(
  { rig, files, edges: count, seed }: Served,
  { crowd }: { readonly crowd: number },
): Promise<Record<'small' | 'large' | 'regional', Coalesced>> {
  const [edge] = await edgesOf(rig, 1);
  const regional = await rig.edge({ keysKilobytes: REGIONAL_KEYS_KILOBYTES });
  const behind = await edgesOf(rig, count, regional);
  const led = traceOf(
    { contents: 1, requests: crowd, exponent: 0, edges: count, viewers: crowd },
    seededRng(seed).fork('crowd'),
  );
  const at = (content: number, one: Asked): Asked => ({ content, edge: one.edge });
  const ask = async (content: number, edges: readonly Nginx[]): Promise<Coalesced> => {
    const bytes = content < files.count ? files.bytes : files.largeBytes;
    const trace = led.map((one) => at(content, edges.length === 1 ? { content, edge: 0 } : one));
    await rig.sent();
    const tookMs = await askAll(asking(trace, edges, bytes), crowd);
    return coalesced(await rig.sent(), bytes, tookMs);
  };
  if (edge === undefined) throw new Error('there is no edge');
  const small = await ask(0, [edge]);
  const large = await ask(files.count, [edge]);
  const throughRegional = await ask(files.count + 1, behind);
  await rig.closeEdges();
  return { small, large, regional: throughRegional };
}

export interface Coalesced extends Record<string, number> {
  /** What the node has sent, by the size of the file: 1 is the least. */
  readonly copies: number;
  readonly requestsPerSlice: number;
  readonly answerMsP50: number;
  readonly answerMsP95: number;
}

function coalesced(sent: Sent, bytes: number, tookMs: readonly number[]): Coalesced {
  return {
    copies: sent.bytes / bytes,
    requestsPerSlice: sent.requests / Math.ceil(bytes / SLICE_BYTES),
    answerMsP50: percentile(tookMs, 0.5),
    answerMsP95: percentile(tookMs, 0.95),
  };
}

const edgesOf = (rig: Rig, count: number, regional?: Nginx): Promise<Nginx[]> =>
  Promise.all(Array.from({ length: count }, () => rig.edge({ keysKilobytes: KEYS_KILOBYTES, regional })));

/** Viewers of a content share a link. */
function asking(trace: readonly Asked[], edges: readonly Nginx[], bytes: number): Asking[] {
  const tokens = new Map<number, string>();
  return trace.map(({ content, edge }) => {
    const token = tokens.get(content) ?? tokenOf({ content: contentName(content), may: 'play' });
    tokens.set(content, token);
    const url = `${edges[edge]?.url}/library/edge/lib-1/${contentName(content)}/${token}/original`;
    return { url, content, bytes };
  });
}
