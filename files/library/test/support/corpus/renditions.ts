// Files of the corpus that are rendered too.
import { aac, type CorpusRow, copied, h264, made, picture, type Rendered, type Taken, tone } from './row.ts';

const small = ['120p'];
const both = [...picture(), ...tone()];
const av = [...both, ...h264, ...aac];
const av1 = ['-c:v', 'libaom-av1', '-cpu-used', '8', '-usage', 'realtime'];
const x265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'];
const vp8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8'];

/** A film of 160 by 120 with sound, if the row says nothing else. */
const film = (type: string, media: Taken['media'] = {}, renditions: Partial<Rendered> = {}): Taken => ({
  kind: 'video',
  type,
  media: 'height' in media && !('width' in media) ? media : Object.assign({ width: 160, height: 120 }, media),
  hasCover: true,
  toleranceMs: 200,
  renditions: Object.assign({ names: small, size: [160, 120], hasSound: true, durationMs: 1000 } as const, renditions),
});
const sound = (type: string, media: Taken['media'] = {}): Taken => ({
  kind: 'audio',
  type,
  media: Object.assign({ width: 0, height: 0 }, media),
  hasCover: false,
  toleranceMs: 200,
  renditions: { names: [], hasSound: true, durationMs: 1000 },
});
const hdr = (transfer: string): string[] => [
  ...['-pix_fmt', 'yuv420p10le', '-color_primaries', 'bt2020', '-colorspace', 'bt2020nc', '-color_trc', transfer],
  ...['-c:v', 'libx265', '-preset', 'ultrafast'],
  ...['-x265-params', `log-level=none:colorprim=bt2020:colormatrix=bt2020nc:transfer=${transfer}`],
];

export const renditionRows: readonly CorpusRow[] = [
  { name: 'an MP4 to render', make: made('a.mp4', ...av), expect: film('video/mp4') },
  {
    name: 'a film of 320 by 180',
    make: made('b.mp4', ...picture('320x180'), ...tone(), ...h264, ...aac),
    expect: film('video/mp4', { width: 320, height: 180 }, { names: ['180p'], size: [320, 180] }),
  },
  {
    name: 'a film of 720 lines',
    make: made('c.mp4', ...picture('1280x720', '10'), ...tone(), ...h264, ...aac),
    expect: film('video/mp4', { width: 1280, height: 720 }, { names: ['360p', '720p'], size: [1280, 720] }),
  },
  {
    name: 'a silent film',
    make: made('d.mp4', ...picture(), ...h264),
    expect: film('video/mp4', { audioCodec: '' }, { hasSound: false }),
  },
  {
    name: 'a film turned by 90 degrees',
    make: copied('e.mp4', made('upright.mp4', ...av), '-metadata:s:v:0', 'rotate=90'),
    expect: film('video/mp4', { width: 120, height: 160 }, { size: [120, 160] }),
  },
  {
    name: 'a film turned by 180 degrees',
    make: copied('f.mp4', made('upright.mp4', ...av), '-metadata:s:v:0', 'rotate=180'),
    expect: film('video/mp4', { rotation: 180 }),
  },
  {
    name: 'a fragmented MP4 to render',
    make: made('g.mp4', ...av, '-movflags', '+frag_keyframe+empty_moov'),
    expect: film('video/mp4'),
  },
  {
    name: 'QuickTime with ProRes of 10 bits',
    make: made('h.mov', ...both, '-c:v', 'prores_ks', '-pix_fmt', 'yuv422p10le', '-c:a', 'pcm_s16le'),
    expect: film('video/quicktime', { videoCodec: 'prores' }),
  },
  {
    name: 'QuickTime with an edit list',
    make: made('i.mov', ...picture('160x120', '25', 2), ...tone(2), ...h264, '-g', '50', ...aac, '-ss', '1'),
    expect: film('video/quicktime'),
  },
  {
    name: 'a film of odd sides',
    make: made('j.mkv', ...both, '-vf', 'scale=161:121', '-pix_fmt', 'yuv444p', '-c:v', 'ffv1', '-c:a', 'flac'),
    expect: film('video/x-matroska', { width: 161, height: 121 }, { names: ['121p'] }),
  },
  {
    name: 'a film of 16 by 16',
    make: made('k.mp4', ...picture('16x16'), ...tone(), ...h264, ...aac),
    expect: film('video/mp4', { width: 16, height: 16 }, { names: ['16p'], size: [16, 16] }),
  },
  {
    name: 'a very wide film',
    make: made('l.mp4', ...picture('640x64'), ...tone(), ...h264, ...aac),
    expect: film('video/mp4', { width: 640, height: 64 }, { names: ['64p'], size: [640, 64] }),
  },
  {
    name: 'a film of 60 pictures a second',
    make: made('m.mp4', ...picture('160x120', '60'), ...tone(), ...h264, ...aac),
    expect: film('video/mp4', { fps: 60 }),
  },
  {
    name: 'a film of 120 pictures a second',
    make: made('n.mp4', ...picture('160x120', '120'), ...tone(), ...h264, ...aac),
    expect: film('video/mp4', { fps: 120 }),
  },
  {
    name: 'a film of an irregular rate',
    make: made(
      'o.mp4',
      ...picture('160x120', '50', 2),
      ...tone(2),
      '-vf',
      "select='not(mod(n,7))+lt(mod(n,30),5)'",
      '-vsync',
      'vfr',
      ...h264,
      ...aac,
    ),
    expect: film('video/mp4', {}, { durationMs: 2000 }),
  },
  {
    name: 'an interlaced film',
    make: made('p.ts', ...both, '-c:v', 'mpeg2video', '-flags', '+ildct+ilme', '-c:a', 'mp2'),
    expect: film('video/mp2t', { videoCodec: 'mpeg2video' }),
  },
  {
    name: 'a film with sound of six channels',
    make: made('q.mp4', ...both, ...h264, '-ac', '6', ...aac),
    expect: film('video/mp4', { audioChannels: 6 }),
  },
  {
    name: 'a film whose sound begins late',
    make: made('r.mkv', ...picture('160x120', '25', 2), '-itsoffset', '1', ...tone(), ...h264, ...aac),
    expect: film('video/x-matroska', { audioChannels: 1 }, { durationMs: 2000 }),
  },
  {
    name: 'a film that begins before zero',
    make: made('s.mp4', ...av, '-output_ts_offset', '-0.5', '-avoid_negative_ts', 'disabled'),
    expect: film('video/mp4', {}, { durationMs: 500 }),
  },
  {
    name: 'a film that begins at 100 s',
    make: made('t.ts', ...av, '-output_ts_offset', '100'),
    expect: film('video/mp2t'),
  },
  {
    name: 'a film of a browser, without duration',
    make: made('u.webm', ...both, ...vp8, '-c:a', 'libopus', '-live', '1'),
    expect: film('video/webm', { videoCodec: 'vp8' }),
  },
  {
    name: 'WebM with VP9 to render',
    make: made('v.webm', ...both, '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'),
    expect: film('video/webm'),
  },
  {
    name: 'AV1 to render',
    make: made('w.mp4', ...both, ...av1, ...aac),
    expect: film('video/mp4', { videoCodec: 'av1' }),
  },
  {
    name: 'HEVC of 10 bits',
    make: made('x.mp4', ...both, ...x265, '-pix_fmt', 'yuv420p10le', ...aac),
    expect: film('video/mp4', { videoCodec: 'hevc' }),
  },
  {
    name: 'HDR by PQ',
    make: made('y.mp4', ...both, ...hdr('smpte2084'), ...aac),
    expect: film('video/mp4', { videoCodec: 'hevc' }),
  },
  {
    name: 'HDR by HLG',
    make: made('z.mp4', ...both, ...hdr('arib-std-b67'), ...aac),
    expect: film('video/mp4', { videoCodec: 'hevc' }),
  },
  {
    name: 'H.264 in 4:4:4',
    make: made('a4.mp4', ...both, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv444p', ...aac),
    expect: film('video/mp4'),
  },
  {
    name: 'H.264 of full range',
    make: made('b4.mp4', ...both, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuvj420p', ...aac),
    expect: film('video/mp4'),
  },
  {
    name: 'packets of 192 bytes to render',
    make: made('c.m2ts', ...av, '-mpegts_m2ts_mode', '1'),
    expect: film('video/mp2t'),
  },
  {
    name: 'a program stream to render',
    make: made('d.mpg', ...both, '-c:v', 'mpeg2video', '-c:a', 'mp2'),
    expect: film('video/mpeg'),
  },
  {
    name: 'DV with pixels that are not square',
    make: made(
      'e.dv',
      ...picture('720x576'),
      ...tone(),
      '-ac',
      '2',
      '-pix_fmt',
      'yuv420p',
      '-target',
      'pal-dv',
      '-aspect',
      '4:3',
    ),
    expect: film('video/dv', { height: 576 }, { names: ['360p', '576p'], size: [768, 576] }),
  },
  {
    name: 'AVI to render',
    make: made('f.avi', ...both, '-c:v', 'mpeg4', '-c:a', 'libmp3lame'),
    expect: film('video/x-msvideo'),
  },
  { name: 'FLV to render', make: made('g.flv', ...av), expect: film('video/x-flv') },
  { name: 'WMV to render', make: made('h.wmv', ...both), expect: film('video/x-ms-asf') },
  {
    name: 'Theora to render',
    make: made('i.ogv', ...both, '-c:v', 'libtheora', '-c:a', 'libvorbis'),
    expect: film('video/ogg'),
  },
  {
    name: 'MXF to render',
    make: made('j.mxf', ...both, '-c:v', 'mpeg2video', '-c:a', 'pcm_s16le'),
    expect: film('application/mxf'),
  },
  { name: 'NUT to render', make: made('k.nut', ...av), expect: film('video/x-nut') },
  {
    name: 'a 3GP to render',
    make: made('l.3gp', ...picture('176x144'), ...tone(), '-c:v', 'h263', ...aac),
    expect: film('video/3gpp', { width: 176, height: 144 }, { names: ['144p'], size: [176, 144] }),
  },
  { name: 'MP3 to render', make: made('a.mp3', ...tone(), '-c:a', 'libmp3lame'), expect: sound('audio/mpeg') },
  { name: 'ADTS to render', make: made('b.aac', ...tone(), '-c:a', 'aac'), expect: sound('audio/aac') },
  {
    name: 'WAV of six channels to render',
    make: made('c.wav', ...tone(), '-ac', '6'),
    expect: sound('audio/wav', { audioChannels: 6 }),
  },
  { name: 'CAF to render', make: made('d.caf', ...tone()), expect: sound('audio/x-caf') },
  { name: 'Opus to render', make: made('e.opus', ...tone(), '-c:a', 'libopus'), expect: sound('audio/ogg') },
  { name: 'WMA to render', make: made('f.wma', ...tone()), expect: sound('audio/x-ms-wma') },
  {
    name: 'FLAC with a cover to render',
    make: made(
      'g.flac',
      ...tone(),
      ...picture('64x64', '1'),
      '-map',
      '0',
      '-map',
      '1',
      '-c:v',
      'mjpeg',
      '-disposition:v',
      'attached_pic',
    ),
    expect: Object.assign(sound('audio/flac'), { hasCover: true }),
  },
];
