// Tests a live stream in a round: publishes by RTMP to a gateway of our own region, and plays by HLS from a gateway of
// another region.
import type { Clock } from '@meridian/runtime';
import type { Encoder, Running } from './adapters/encoder.ts';
import { GatewayError, untilLive, watchHls, waysAt } from './adapters/gateway-calls.ts';
import type { TesterKeys } from './adapters/tester-keys.ts';
import { type Failure, failed, type Result } from './core/results.ts';
import { type GatewayTarget, viewingGateway } from './core/targets.ts';

/** Limit from the first request until the gateway shows the stream as live. */
const LIVE_MS = 5000;
/** Limit from then until HLS advances, which takes segments of two seconds and the path between gateways. */
const PLAY_MS = 10_000;
/**
 * Number of room names. The name determines the gateway from which all viewers of a show play, so several names test
 * several gateways. There are few, because the cloud keeps rooms for a while.
 */
const ROOMS = 8;

export interface StreamOptions {
  readonly region: string;
  readonly hostId: string;
  readonly gateways: readonly GatewayTarget[];
  /** Dead gateway of the region; undefined when the region has a living one. */
  readonly dead: GatewayTarget | undefined;
  readonly encoder: Encoder;
  readonly keys: TesterKeys;
  readonly clock: Clock;
  readonly turn: number;
  readonly signal: AbortSignal;
}

type Times = Pick<Result, 'joinMs' | 'firstFrameMs'>;

/** Returns the result; undefined when the region never had a gateway, or the tester ends. Never rejects. */
export async function testStream(o: StreamOptions): Promise<Result | undefined> {
  const own = o.gateways.filter(({ region, isDead }) => region === o.region && isDead !== true);
  // Encoders configured with a dead gateway would keep trying it, so the test tries it as well.
  const into = own[o.turn % Math.max(own.length, 1)] ?? o.dead;
  const outOf = viewingGateway(o.gateways, o.region, o.turn) ?? o.dead;
  if (into === undefined || outOf === undefined) return undefined;
  const ended = new AbortController();
  const signal = AbortSignal.any([o.signal, ended.signal]);
  const found = { times: {} as Times, toRegion: outOf.region };
  let failure: Failure | undefined;
  let sending: Running | undefined;
  try {
    const identity = `dial-live-${o.hostId}`;
    const token = await o.keys.room({ room: `${identity}-${o.turn % ROOMS}`, identity });
    const startedMs = o.clock.nowMs();
    const within = stageOf('ingest', LIVE_MS, signal);
    const { publishKey, playKey } = await within(waysAt(into.url, token, signal));
    sending = o.encoder.send(`${into.rtmpUrl}/live/${publishKey}`);
    const broken = brokenOf(sending, publishKey);
    await within(Promise.race([untilLive(into.url, token, signal), broken]));
    found.times = { joinMs: Math.round(o.clock.nowMs() - startedMs) };
    const playing = watchHls(`${outOf.url}/hls/${playKey}/index.m3u8`, signal);
    const watched = await stageOf('playback', PLAY_MS, signal)(Promise.race([playing, broken]));
    found.times = { ...found.times, firstFrameMs: Math.round(watched.firstMs) };
    found.toRegion = o.gateways.find(({ url }) => url === watched.origin)?.region ?? outOf.region;
  } catch (error) {
    if (o.signal.aborted) return undefined;
    failure = error instanceof StageError ? error.failure : { stage: 'ingest', code: 'INTERNAL', text: String(error) };
  } finally {
    ended.abort();
    sending?.kill();
  }
  const { times, toRegion } = found;
  return { kind: 'stream', toRegion, ...(failure === undefined ? { isOk: true } : failed(failure)), ...times };
}

class StageError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.text);
    this.failure = failure;
  }
}

/** Starts the time limit of a stage. The returned function awaits work within it, and rejects with StageError. */
function stageOf(stage: 'ingest' | 'playback', limitMs: number, signal: AbortSignal) {
  const limit = AbortSignal.timeout(limitMs);
  const late = new Promise<never>((_, reject) => {
    const refuse = (): void =>
      reject(
        new GatewayError(
          'TIMEOUT',
          stage === 'ingest' ? `not live after ${limitMs} ms` : `no progress in ${limitMs} ms`,
        ),
      );
    AbortSignal.any([limit, signal]).addEventListener('abort', refuse, { once: true });
  });
  late.catch(() => undefined); // unused by a stage that is fast enough
  return async <T>(work: Promise<T>): Promise<T> => {
    work.catch(() => undefined); // its late failure does not matter
    try {
      return await Promise.race([work, late]);
    } catch (error) {
      const code = error instanceof GatewayError ? error.code : 'INTERNAL';
      const isOfIngest = code === 'RTMP_ENDED' || code === 'FFMPEG_MISSING';
      const text = error instanceof Error ? error.message : String(error);
      throw new StageError({ stage: isOfIngest ? 'ingest' : stage, code, text });
    }
  };
}

/** Returns a promise that rejects when ffmpeg ends, which it must not during the test. */
function brokenOf(sending: Running, secret: string): Promise<never> {
  const broken = sending.over.then((code) => {
    if (code === undefined) throw new GatewayError('FFMPEG_MISSING', 'ffmpeg could not be started');
    throw new GatewayError('RTMP_ENDED', sending.said(secret) || `ffmpeg ended with ${code}`);
  });
  broken.catch(() => undefined); // it may have no listener any more
  return broken;
}
