// Tests a live stream in a round: publishes by RTMP to a gateway of our own region, and plays by HLS from a gateway of
// another region.
import type { Clock } from '@meridian/runtime';
import type { Encoder, FfmpegProcess } from './adapters/encoder.ts';
import { fetchStreamKeys, GatewayError, waitUntilLive, watchHls } from './adapters/gateway-calls.ts';
import type { TesterTokens } from './adapters/tester-tokens.ts';
import { type Failure, failureFields, type Result } from './core/results.ts';
import { type GatewayTarget, playbackGatewayOf } from './core/targets.ts';

/** Limit from the first request until the gateway shows the stream as live. */
const LIVE_LIMIT_MS = 5000;
/** Limit from there until HLS advances; it takes some segments of two seconds, and the path between gateways. */
const PLAY_LIMIT_MS = 10_000;
/**
 * Number of room names. The name determines the gateway from which all viewers of a show play, so several names test
 * several gateways. There are few, because the cloud keeps rooms for a while.
 */
const ROOM_NAMES = 8;

export interface StreamOptions {
  readonly region: string;
  readonly hostId: string;
  readonly gateways: readonly GatewayTarget[];
  /** Dead gateway of the region; undefined when the region has a living one. */
  readonly deadGateway: GatewayTarget | undefined;
  readonly encoder: Encoder;
  readonly keys: TesterTokens;
  readonly clock: Clock;
  readonly turn: number;
  readonly signal: AbortSignal;
}

type Times = Pick<Result, 'joinMs' | 'firstFrameMs'>;

/** Returns the result; undefined when the region never had a gateway, or the tester ends. Never rejects. */
export async function testStream(o: StreamOptions): Promise<Result | undefined> {
  const localGateways = o.gateways.filter(({ region, isDead }) => region === o.region && isDead !== true);
  // Encoders configured with a dead gateway would keep trying it, so the test tries it as well.
  const ingestGateway = localGateways[o.turn % Math.max(localGateways.length, 1)] ?? o.deadGateway;
  const playbackGateway = playbackGatewayOf(o.gateways, o.region, o.turn) ?? o.deadGateway;
  if (ingestGateway === undefined || playbackGateway === undefined) return undefined;
  const endController = new AbortController();
  const signal = AbortSignal.any([o.signal, endController.signal]);
  const progress = { times: {} as Times, toRegion: playbackGateway.region };
  let failure: Failure | undefined;
  let ffmpeg: FfmpegProcess | undefined;
  try {
    const identity = `dial-live-${o.hostId}`;
    const token = await o.keys.room({ room: `${identity}-${o.turn % ROOM_NAMES}`, identity });
    const startedMs = o.clock.nowMs();
    const withinIngestLimit = limitStage('ingest', LIVE_LIMIT_MS, signal);
    const { publishKey, playKey } = await withinIngestLimit(fetchStreamKeys(ingestGateway.url, token, signal));
    ffmpeg = o.encoder.send(`${ingestGateway.rtmpUrl}/live/${publishKey}`);
    const encoderEnded = rejectWhenEnded(ffmpeg, publishKey);
    await withinIngestLimit(Promise.race([waitUntilLive(ingestGateway.url, token, signal), encoderEnded]));
    progress.times = { joinMs: Math.round(o.clock.nowMs() - startedMs) };
    const playing = watchHls(`${playbackGateway.url}/hls/${playKey}/index.m3u8`, signal);
    const watched = await limitStage('playback', PLAY_LIMIT_MS, signal)(Promise.race([playing, encoderEnded]));
    progress.times = { ...progress.times, firstFrameMs: Math.round(watched.firstMs) };
    progress.toRegion = o.gateways.find(({ url }) => url === watched.origin)?.region ?? playbackGateway.region;
  } catch (error) {
    if (o.signal.aborted) return undefined;
    failure = error instanceof StageError ? error.failure : { stage: 'ingest', code: 'INTERNAL', text: String(error) };
  } finally {
    endController.abort();
    ffmpeg?.kill();
  }
  const { times, toRegion } = progress;
  return { kind: 'stream', toRegion, ...(failure === undefined ? { isOk: true } : failureFields(failure)), ...times };
}

class StageError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.text);
    this.failure = failure;
  }
}

/** Starts the time limit of a stage. The returned function awaits work within it, and rejects with StageError. */
function limitStage(stage: 'ingest' | 'playback', limitMs: number, signal: AbortSignal) {
  const limit = AbortSignal.timeout(limitMs);
  const timeout = new Promise<never>((_, reject) => {
    const refuse = (): void =>
      reject(
        new GatewayError(
          'TIMEOUT',
          stage === 'ingest' ? `not live after ${limitMs} ms` : `no progress in ${limitMs} ms`,
        ),
      );
    AbortSignal.any([limit, signal]).addEventListener('abort', refuse, { once: true });
  });
  timeout.catch(() => undefined); // a stage that is fast enough does not await the timeout
  return async <T>(work: Promise<T>): Promise<T> => {
    work.catch(() => undefined); // its late failure does not matter
    try {
      return await Promise.race([work, timeout]);
    } catch (error) {
      const code = error instanceof GatewayError ? error.code : 'INTERNAL';
      const isOfIngest = code === 'RTMP_ENDED' || code === 'FFMPEG_MISSING';
      const text = error instanceof Error ? error.message : String(error);
      throw new StageError({ stage: isOfIngest ? 'ingest' : stage, code, text });
    }
  };
}

/** Returns a promise that rejects when ffmpeg ends, which it must not during the test. */
function rejectWhenEnded(sending: FfmpegProcess, secret: string): Promise<never> {
  const broken = sending.exited.then((code) => {
    if (code === undefined) throw new GatewayError('FFMPEG_MISSING', 'ffmpeg could not be started');
    throw new GatewayError('RTMP_ENDED', sending.outputWithout(secret) || `ffmpeg ended with ${code}`);
  });
  broken.catch(() => undefined); // it may have no listener any more
  return broken;
}
