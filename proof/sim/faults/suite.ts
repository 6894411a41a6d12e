// `npm run sim -- --suite liveness` measures how soon a node's death is detected, how soon its people have sessions
// again, and how often a living node is declared dead.
//
// To find false deaths, the production detector judges node-days of reports over a modelled WAN path. TCP repeats a
// lost segment after 200, 400, 800 … ms (the least timeout of Linux, doubled by RFC 6298), and later data waits for it.
// 0.4 % of segments are lost (0.399 % between Lausanne and Japan in a week of Hayashibara et al. 2004), and half of the
// retransmissions, since losses come in bursts. A link on which nothing arrives for `pongTimeoutMs` ends, and is
// dialled again with SYNs that are lost as often (1, 3, 7 s). Peers' probes use other paths, each of which fails for a
// thousandth of the time.
import { type Rng, seededRng } from '@meridian/runtime';
import { defaultLinkLimits } from '../../../base/runtime/src/link/types.ts';
import {
  Arrivals,
  judgeSilence,
  type Reachability,
  SUSPECT_MIN_MS,
} from '../../../scheduler/src/fleet/core/liveness.ts';
import type { LabResult, Say } from '../../support/case.ts';
import { percentile } from '../../support/case.ts';
import { runSeed } from './run-seed.ts';
import { smallSize } from './size.ts';

export interface LivenessOptions {
  readonly nodeDays: number;
  readonly seeds: number;
  readonly seed: string;
}

const REPORT_MS = 1000;
const TICK_MS = 250;
const LOSS_SHARE = 0.004;
const LOSS_AGAIN_SHARE = 0.5;
const RTO_MS = 200;
const SYN_RTO_MS = 1000;
const PEERS = 8;
const PATH_AWAY_SHARE = 0.001;
const ONE_WAY_MS = 80;
const DAY_REPORTS = 86_400;

const WORLDS = 1_000_000;

const DETECTED_MS_P99_MAX = 3000;
const SEATED_MS_P99_MAX = 5000;

/** Numbers of false deaths: with the peers' agreement, without it, and by five seconds of silence alone. */
interface FalseDeaths {
  peers: number;
  alone: number;
  fiveSeconds: number;
  suspects: number;
}

export async function livenessSuite({ nodeDays, seeds, seed }: LivenessOptions, say: Say): Promise<LabResult> {
  const rng = seededRng(`liveness ${seed}`);
  const falseDeaths: FalseDeaths = { peers: 0, alone: 0, fiveSeconds: 0, suspects: 0 };
  for (let day = 0; day < nodeDays; day += 1) {
    nodeDay(rng.fork(`day ${day}`), falseDeaths);
    if ((day + 1) % 100 === 0) say(`${day + 1} node-days`);
  }
  const { detectedMs, seatedMs, seatedAmidDeathsMs } = await deaths(
    { first: 1 + rng.fork('worlds').int(WORLDS), seeds },
    say,
  );
  const metrics = {
    nodeDays,
    falseDeaths: falseDeaths.peers,
    falseDeathsWithoutPeers: falseDeaths.alone,
    falseDeathsByFiveSecondsAlone: falseDeaths.fiveSeconds,
    falseSuspectsPerNodeDay: falseDeaths.suspects / nodeDays,
    deaths: detectedMs.length,
    detectedMsP50: percentile(detectedMs, 0.5),
    detectedMsP99: percentile(detectedMs, 0.99),
    reseated: seatedMs.length,
    reseatedMsP50: percentile(seatedMs, 0.5),
    reseatedMsP99: percentile(seatedMs, 0.99),
    reseatedAmidDeaths: seatedAmidDeathsMs.length,
    reseatedAmidDeathsMsP99: percentile(seatedAmidDeathsMs, 0.99),
  };
  const missed: string[] = [];
  if (metrics.falseDeaths > 0) missed.push(`${metrics.falseDeaths} false deaths`);
  if (!(metrics.detectedMsP99 <= DETECTED_MS_P99_MAX))
    missed.push(`a death is detected after ${metrics.detectedMsP99} ms (p99)`);
  if (!(metrics.reseatedMsP99 <= SEATED_MS_P99_MAX))
    missed.push(`people have sessions again after ${metrics.reseatedMsP99} ms (p99)`);
  return { params: { nodeDays, seeds, seed }, metrics, missed };
}

function nodeDay(rng: Rng, count: FalseDeaths): void {
  const arrivals = new Arrivals();
  let heardMs = 0;
  let linkFreeMs = 0;
  for (let report = 1; report <= DAY_REPORTS; report += 1) {
    const sentMs = report * REPORT_MS;
    const arrivalMs = Math.max(linkFreeMs, sentMs + ONE_WAY_MS * (1 + rng.next() / 4) + lossMs(rng, RTO_MS));
    linkFreeMs = arrivalMs;
    const cutMs = heardMs + defaultLinkLimits.pongTimeoutMs + REPORT_MS * rng.next();
    // After too long a silence both sides end the link and the node dials again; its registration arrives next.
    const isCut = arrivalMs > cutMs;
    const nextMs = isCut ? Math.min(arrivalMs, cutMs + 6 * ONE_WAY_MS + lossMs(rng, SYN_RTO_MS)) : arrivalMs;
    if (nextMs <= heardMs) continue;
    if (nextMs - heardMs >= SUSPECT_MIN_MS) judgeGap(arrivals, nextMs - heardMs, rng, count);
    if (isCut) {
      arrivals.pause();
      linkFreeMs = nextMs;
    }
    arrivals.noteReport(nextMs);
    heardMs = nextMs;
  }
}

function lossMs(rng: Rng, firstMs: number): number {
  if (rng.next() >= LOSS_SHARE) return 0;
  let sumMs = firstMs;
  for (let waitMs = firstMs; rng.next() < LOSS_AGAIN_SHARE; sumMs += waitMs) waitMs *= 2;
  return sumMs;
}

function judgeGap(arrivals: Arrivals, gapMs: number, rng: Rng, count: FalseDeaths): void {
  const done = { peers: false, alone: false };
  const phase = rng.next() * TICK_MS;
  count.suspects += 1;
  if (gapMs >= 5000) count.fiveSeconds += 1;
  for (let silentMs = SUSPECT_MIN_MS + phase; silentMs < gapMs; silentMs += TICK_MS) {
    const phi = arrivals.phi(silentMs);
    const isDead = (peers: Reachability): boolean =>
      judgeSilence({ silentMs, phi, peers, goneMs: undefined }) === 'dead';
    if (!done.alone && isDead('unknown')) {
      count.alone += 1;
      done.alone = true;
    }
    if (!done.peers && isDead(peerReachability(rng))) {
      count.peers += 1;
      done.peers = true;
    }
  }
}

function peerReachability(rng: Rng): Reachability {
  for (let peer = 0; peer < PEERS; peer += 1) if (rng.next() >= PATH_AWAY_SHARE) return 'reachable';
  return 'unreachable';
}

/**
 * Runs worlds in which nodes and machines die and machines are cut off. Returns the times from each fault to its
 * detection by the centre, and to the new session of each person.
 */
async function deaths(
  { first, seeds }: { readonly first: number; readonly seeds: number },
  say: Say,
): Promise<{ detectedMs: number[]; seatedMs: number[]; seatedAmidDeathsMs: number[] }> {
  const detectedMs: number[] = [];
  const seatedMs: number[] = [];
  const seatedAmidDeathsMs: number[] = [];
  for (let seed = first; seed < first + seeds; seed += 1) {
    const run = await runSeed({ seed, size: smallSize, kinds: ['node-crash', 'machine-crash', 'node-cut'] });
    detectedMs.push(...run.detectedMs);
    seatedMs.push(...run.seatedMs);
    seatedAmidDeathsMs.push(...run.seatedAmidDeathsMs);
    if (run.violation !== undefined) say(`seed ${seed}: ${run.violation.rule}: ${run.violation.text}`);
  }
  return { detectedMs, seatedMs, seatedAmidDeathsMs };
}
