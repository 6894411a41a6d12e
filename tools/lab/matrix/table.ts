// What each pair of publisher and player may transcode, and how soon it must be there: docs/design/gateway.md. Pure.

/** What a client sends and what it can play. Native apps choose: ours have H.264 and Opus. */
const codecs = {
  webrtc: { video: 'h264', audio: 'opus' },
  udp: { video: 'h264', audio: 'opus' },
  h5: { video: 'mpeg1', audio: 'mp2' },
  miniprogram: { video: 'h264', audio: 'aac' },
  rtmp: { video: 'h264', audio: 'aac' },
  cdn: { video: 'h264', audio: 'aac' },
  flv: { video: 'h264', audio: 'aac' },
} as const;

export type KindName = keyof typeof codecs;

/** The six kinds of client of the table; each publishes and plays. */
export const sixKinds = ['webrtc', 'h5', 'miniprogram', 'rtmp', 'udp', 'cdn'] as const satisfies readonly KindName[];

export interface Pair {
  readonly from: KindName;
  readonly to: KindName;
}

export const nameOf = ({ from, to }: Pair): string => `${from}>${to}`;

/** What may be transcoded, as `CODEC to CODEC`: only what the two sides differ in, and in one step. */
export function allowed({ from, to }: Pair): string[] {
  const [sent, played] = [codecs[from], codecs[to]];
  return [...steps(sent.video, played.video), ...steps(sent.audio, played.audio)];
}

function steps(sent: string, played: string): string[] {
  return sent === played ? [] : [`${sent} to ${played}`];
}

/**
 * What a gateway's jobs of one room transcode together. A mix is made of what other jobs have decoded; without one, of
 * Opus, which takes no job.
 */
export function transcodingsOf(jobs: readonly string[]): string[] {
  const decoded = jobs.flatMap((job) => (job.endsWith(' to pcm') ? [job.slice(0, -' to pcm'.length)] : []));
  const voices = decoded.length === 0 ? ['opus'] : decoded;
  const hasMix = jobs.some((job) => job.startsWith('mix to '));
  return jobs.flatMap((job) => {
    if (job.startsWith('mix to ')) return voices.map((voice) => job.replace(/^mix/, voice));
    return hasMix && job.endsWith(' to pcm') ? [] : [job];
  });
}

/** Upper bounds in ms; latency is meant beside the delay between the regions. */
export interface Aims {
  readonly latencyMs?: number;
  readonly latencyMsP95?: number;
  readonly firstPictureMs: number;
  readonly avOffsetMs: number;
}

const isRtmp = (kind: KindName): boolean => kind === 'rtmp' || kind === 'miniprogram';

/** From key frame to key frame of publishers that make none when asked: of the encoders here. */
const keyIntervalMs = 1000;
const makesKeyFramesWhenAsked = (kind: KindName): boolean => kind === 'webrtc' || kind === 'h5';
/** A push has one so often; no viewer's request comes back from a foreign CDN, and it may keep none. */
const pushKeyIntervalMs = 2000;

/**
 * Until a player runs evenly. Browsers bring picture and sound together by sender reports, of which those of sound come
 * every 5 s, and approach what these say in steps of 20 ms a second.
 */
export const settleMsOf = (to: KindName): number => (to === 'webrtc' ? 10_000 : 1000);

export function aimsOf({ from, to }: Pair): Aims {
  return {
    ...latencyAims({ from, to }),
    firstPictureMs: firstPictureAim({ from, to }),
    avOffsetMs: from === 'h5' || to === 'h5' ? 100 : 60,
  };
}

function firstPictureAim({ from, to }: Pair): number {
  const isAsked = makesKeyFramesWhenAsked(from);
  if (to === 'cdn') return (isAsked ? pushKeyIntervalMs : keyIntervalMs) + 500;
  return isAsked ? 1000 : keyIntervalMs + 500;
}

/** The issue states none for other pairs. */
function latencyAims({ from, to }: Pair): Pick<Aims, 'latencyMs' | 'latencyMsP95'> {
  if (to === 'h5') return { latencyMs: 500, latencyMsP95: 800 };
  if ((from === 'webrtc' && isRtmp(to)) || (isRtmp(from) && to === 'webrtc')) return { latencyMs: 1000 };
  return {};
}
