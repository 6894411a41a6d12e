// `npm run lab -- pushers`: encoders that are too heavy for everyone's set-up publish with their first connection, with
// and without a hook that takes a second. media/gateway/test/service/rtmp-pushers.whole.test.ts has the other pushers.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFfmpeg } from '../../media/gateway/test/support/ffmpeg.ts';
import { RtmpEntrance } from '../../media/gateway/test/support/rtmp-entrance.ts';
import { countOption, type LabCase, type Metrics } from '../support/case.ts';
import { until } from '../test/support/poll.ts';

const HOOK_MS = 1000;
/** Pictures and sound frames each that prove a publication. */
const FRAMES = 25;

/** Sinks of GStreamer: `rtmpsink` is librtmp, OBS's library, and `rtmp2sink` GStreamer's own. */
const sinks = {
  rtmpsink: (url: string) => ['rtmpsink', `location=${url}`],
  rtmp2sink: (url: string) => ['rtmp2sink', `location=${url}`],
} as const;

export const pushers: LabCase = {
  name: 'pushers',
  summary: 'GStreamer and librtmp publish with their first connection, also while a hook takes a second',
  configure: (command) => void command.option('--attempts <n>', 'publications of each', countOption, 5),
  run: async (options, say) => {
    const attempts = Number(options['attempts']);
    const folder = mkdtempSync(join(tmpdir(), 'meridian-pushers-'));
    const file = join(folder, 'source.flv');
    const input = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25', '-f', 'lavfi', '-i', 'sine=sample_rate=48000'];
    const coding = ['-c:v', 'libx264', '-tune', 'zerolatency', '-g', '25', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
    const metrics: Record<string, Metrics> = {};
    const missed: string[] = [];
    try {
      await runFfmpeg([...input, '-t', '30', ...coding, file]).done;
      for (const hookMs of [0, HOOK_MS]) {
        for (const [name, sink] of Object.entries(sinks)) {
          const what = hookMs === 0 ? name : `${name} with a hook`;
          say(`${what}: ${attempts} attempts`);
          const published = await attempt(file, { sink, hookMs, attempts, say });
          metrics[what] = { attempts, published };
          if (published < attempts) missed.push(`${what} publishes ${attempts} of ${attempts} times: ${published}`);
        }
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return { params: { attempts, hookMs: HOOK_MS }, metrics, missed };
  },
};

/** Returns how many publications got on air with their first connection. */
async function attempt(
  file: string,
  o: {
    readonly sink: (url: string) => readonly string[];
    readonly hookMs: number;
    readonly attempts: number;
    readonly say: (line: string) => void;
  },
): Promise<number> {
  const entrance = await RtmpEntrance.open(o.hookMs === 0 ? {} : { hookMs: o.hookMs });
  let published = 0;
  try {
    for (let at = 0; at < o.attempts; at += 1) {
      const identity = `encoder ${at}`;
      const parts = ['flvmux name=mux streamable=true !', ...o.sink(entrance.url(identity))];
      const streams = ['demux.video ! queue ! h264parse ! mux.video', 'demux.audio ! queue ! aacparse ! mux.audio'];
      const pipeline = ['filesrc', `location=${file}`, '! flvdemux name=demux', ...streams, ...parts].join(' ');
      const child = spawn('gst-launch-1.0', ['-q', ...pipeline.split(' ')], { stdio: ['ignore', 'ignore', 'inherit'] });
      const ended = new Promise((resolve) => child.once('close', resolve));
      const isOnAir = (): boolean => {
        const { pictures = 0, sounds = 0 } = entrance.taken.get(identity) ?? {};
        return pictures >= FRAMES && sounds >= FRAMES;
      };
      await Promise.race([until(`${identity} is on air`, isOnAir), ended]);
      if (isOnAir() && entrance.requests.length === at + 1) published += 1;
      else o.say(`${identity}: ${JSON.stringify(entrance.taken.get(identity) ?? 'nothing')}, ${entrance.lines.at(-1)}`);
      child.kill('SIGKILL');
      await ended;
    }
    return published;
  } finally {
    await entrance.close();
  }
}
