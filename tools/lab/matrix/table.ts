// What each pair of publisher and player may transcode, and how soon it must be there: docs/design/gateway.md. Pure.

/** What a client sends and what it can play. Native apps choose: ours have H.264 and Opus. */
const codecs = {
  webrtc: { video: 'h264', audio: 'opus' },
  whip: { video: 'h264', audio: 'opus' },
  udp: { video: 'h264', audio: 'opus' },
  'udp-vp8': { video: 'vp8', audio: 'opus' },
  h5: { video: 'mpeg1', audio: 'mp2' },
  miniprogram: { video: 'h264', audio: 'aac' },
  rtmp: { video: 'h264', audio: 'aac' },
  cdn: { video: 'h264', audio: 'aac' },
  flv: { video: 'h264', audio: 'aac' },
  'flv-mse': { video: 'h264', audio: 'aac' },
  hls: { video: 'h264', audio: 'aac' },
  'll-hls': { video: 'h264', audio: 'aac' },
} as const;

export type KindName = keyof typeof codecs;

/** The six kinds of client of the table; each publishes and plays. */
export const sixKinds = ['webrtc', 'h5', 'miniprogram', 'rtmp', 'udp', 'cdn'] as const satisfies readonly KindName[];
/** What else publishes, and what else plays. */
export const otherPublishers = ['whip', 'udp-vp8'] as const satisfies readonly KindName[];
export const otherPlayers = ['flv', 'flv-mse', 'hls', 'll-hls'] as const satisfies readonly KindName[];
export const publisherNames: readonly KindName[] = [...sixKinds, ...otherPublishers];
export const playerNames: readonly KindName[] = [...sixKinds, ...otherPlayers];

export interface Pair {
  readonly from: KindName;
  readonly to: KindName;
}

export const nameOf = ({ from, to }: Pair): string => `${from}>${to}`;

/**
 * What may be transcoded, as `CODEC to CODEC`: only what the two sides differ in, and in one step; from VP8 to MPEG-1
 * by the H.264 that all others take.
 */
export function allowed({ from, to }: Pair): string[] {
  const [sent, played] = [codecs[from], codecs[to]];
  return [...steps(sent.video, played.video), ...steps(sent.audio, played.audio)];
}

function steps(sent: string, played: string): string[] {
  if (sent === 'vp8' && played === 'mpeg1') return ['vp8 to h264', 'h264 to mpeg1'];
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

const isWebrtc = (kind: KindName): boolean => kind === 'webrtc' || kind === 'whip';
const isRtmp = (kind: KindName): boolean => kind === 'rtmp' || kind === 'miniprogram';

/** From key frame to key frame of publishers that make none when asked: of the encoders here. */
const keyIntervalMs = 1000;
const makesKeyFramesWhenAsked = (kind: KindName): boolean => isWebrtc(kind) || kind === 'h5';
/** A push has one so often; no viewer's request comes back from a foreign CDN, and it may keep none. */
const pushKeyIntervalMs = 2000;
/** HLS begins with this for the first viewer: a segment has to end before there is a playlist. */
const segmentMsMax = 3000;

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
  const keyFrameMs = isAsked ? 1000 : keyIntervalMs + 500;
  return to === 'hls' || to === 'll-hls' ? keyFrameMs + segmentMsMax : keyFrameMs;
}

/** The issue states none for other pairs. */
function latencyAims({ from, to }: Pair): Pick<Aims, 'latencyMs' | 'latencyMsP95'> {
  if (to === 'flv-mse') return { latencyMs: 1200 };
  if (to === 'h5') return { latencyMs: 500, latencyMsP95: 800 };
  if (to === 'll-hls') return { latencyMs: 3000 };
  if (to === 'hls') return { latencyMs: 10_000 };
  if ((isWebrtc(from) && isRtmp(to)) || (isRtmp(from) && isWebrtc(to))) return { latencyMs: 1000 };
  return {};
}
