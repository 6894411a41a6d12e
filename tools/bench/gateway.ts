// What a gateway's work costs, per second of one core and as ratios: viewers beside those of nginx with its RTMP
// module, transcoders beside ffmpeg alone. What is compared takes turns in one run, so that a machine that changes its
// speed changes it for both; of the turns the median counts, and the spread is said.
import { countOption, type LabCase, type Metrics, percentile } from '../support/case.ts';
import { type FanOut, measureFanOut, type Server } from './gateway/fan-out.ts';
import { bridges, pictures, type Rate, TranscoderRig } from './gateway/transcoders.ts';

/** Viewers per CPU second by RTMP, beside nginx's. */
const rtmpToNginxAim = 1;
/** Bridges between Opus and AAC on a core, beside ffmpeg's own rate. */
const bridgeToFfmpegAim = 0.9;

export const gatewayBench: LabCase = {
  name: 'gateway',
  summary: 'what viewers and transcoders of a gateway cost, beside nginx with its RTMP module and ffmpeg alone (gcc)',
  configure: (command) =>
    void command
      .option('--viewers <n>', 'at once', countOption, 400)
      .option('--streams <n>', 'of sound, at once', countOption, 8)
      .option('--seconds <n>', 'of each window of viewers and of sound', countOption, 2)
      .option('--turns <n>', 'of each of the compared', countOption, 3)
      .option('--only <part>', 'viewers, sound or pictures'),
  run: async (options, say) => {
    const [viewers, streams] = [Number(options['viewers']), Number(options['streams'])];
    const [seconds, turns] = [Number(options['seconds']), Number(options['turns'])];
    const only = options['only'];
    const metrics: Record<string, Metrics> = {};
    const missed: string[] = [];
    if (only !== 'viewers') {
      const rig = await TranscoderRig.open();
      try {
        for (const bridge of only === 'pictures' ? [] : bridges) {
          const rates = await repeated(turns, () => rig.bridge(bridge, { streams, seconds }));
          const toFfmpeg = ratios(rates);
          const toFfmpegInRealTime = spread(rates.map((rate) => rate.perCore / rate.ffmpegInRealTimePerCore));
          metrics[bridge] = { ...rateMetrics(rates), toFfmpeg, toFfmpegInRealTime };
          if (toFfmpeg.p50 < bridgeToFfmpegAim)
            missed.push(`${bridge} at ${toFfmpeg.p50.toFixed(2)} of ffmpeg's own rate, aim ${bridgeToFfmpegAim}`);
          const inRealTime = toFfmpegInRealTime.p50.toFixed(2);
          say(`${bridge}: ${toFfmpeg.p50.toFixed(2)} of ffmpeg's own rate, ${inRealTime} of it in real time`);
        }
        for (const name of only === 'sound' ? [] : pictures) {
          const rates = await repeated(turns, () => rig.pictures(name));
          metrics[name] = { ...rateMetrics(rates), toFfmpeg: ratios(rates) };
          say(
            `${name}: ${percentile(
              rates.map(({ perCore }) => perCore),
              0.5,
            ).toFixed(1)} streams a core`,
          );
        }
      } finally {
        await rig.close();
      }
    }
    if (only === undefined || only === 'viewers') {
      const rows = await measureFanOut({ viewers, seconds, turns }, say);
      const compare = (server: Server, figure: keyof FanOut): Spread =>
        spread(rows[server].map((row, turn) => row[figure] / (rows.nginx[turn]?.[figure] ?? Number.NaN)));
      const rtmpToNginx = compare('rtmp', 'viewersPerCpuSecond');
      for (const server of ['rtmp', 'flv', 'nginx'] as const) metrics[server] = fanOutMetrics(rows[server]);
      metrics['rtmpToNginx'] = { ...rtmpToNginx };
      metrics['rtmpToNginxEachFurther'] = { ...compare('rtmp', 'furtherPerCpuSecond') };
      metrics['flvToNginx'] = { ...compare('flv', 'viewersPerCpuSecond') };
      if (rtmpToNginx.p50 < rtmpToNginxAim)
        missed.push(`${rtmpToNginx.p50.toFixed(2)} of nginx's viewers by RTMP, aim ${rtmpToNginxAim}`);
    }
    return { params: { viewers, streams, seconds, turns, mergedWritesMs: 50 }, metrics, missed };
  },
};

/** Middle, lowest and highest. A type, not an interface: it is a group of metrics. */
type Spread = { readonly p50: number; readonly min: number; readonly max: number };

const spread = (values: readonly number[]): Spread => ({
  p50: percentile(values, 0.5),
  min: Math.min(...values),
  max: Math.max(...values),
});

const ratios = (rates: readonly Rate[]): Spread =>
  spread(rates.map(({ perCore, ffmpegPerCore }) => perCore / ffmpegPerCore));

function rateMetrics(rates: readonly Rate[]): Metrics {
  const of = (figure: keyof Rate): number =>
    percentile(
      rates.map((rate) => rate[figure]),
      0.5,
    );
  return { streamsPerCore: of('perCore'), ffmpegStreamsPerCore: of('ffmpegPerCore') };
}

function fanOutMetrics(rows: readonly FanOut[]): Metrics {
  const of = (figure: keyof FanOut): number =>
    percentile(
      rows.map((row) => row[figure]),
      0.5,
    );
  return {
    viewersPerCpuSecond: of('viewersPerCpuSecond'),
    furtherPerCpuSecond: of('furtherPerCpuSecond'),
    mbps: of('mbps'),
  };
}

async function repeated<T>(times: number, measure: () => Promise<T>): Promise<T[]> {
  const rows: T[] = [];
  for (let turn = 0; turn < times; turn += 1) rows.push(await measure());
  return rows;
}
