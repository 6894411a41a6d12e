// Sound files of many containers and codecs.
import { after, amr, before, cutTo, id3, junk, replaced } from './bytes.ts';
import { bytesOf, type CorpusRow, edited, made, picture, type Taken, tone } from './row.ts';

const sound = (type: string, audioCodec: string, media: Taken['media'] = {}, o: Partial<Taken> = {}): Taken => ({
  kind: 'audio',
  type,
  media: Object.assign({ durationMs: 1000, width: 0, height: 0, videoCodec: '', audioCodec }, media),
  hasCover: false,
  toleranceMs: 120,
  ...o,
});
const mp3 = made('a.mp3', ...tone(), '-c:a', 'libmp3lame', '-id3v2_version', '0', '-write_xing', '0');
const flac = made('a.flac', ...tone());
const adts = made('a.aac', ...tone(), '-c:a', 'aac');
const wav = made('a.wav', ...tone());
const rf64 = made('b.wav', ...tone(), '-rf64', 'always');
/** Makes a song whose cover is an attached picture. */
const withCover = (name: string, ...o: readonly string[]): CorpusRow['make'] =>
  made(name, ...tone(), ...picture('64x64', '1'), '-map', '0', '-map', '1', ...o, '-disposition:v', 'attached_pic');

export const soundRows: readonly CorpusRow[] = [
  {
    name: 'MP3 with an ID3 tag',
    make: made('c.mp3', ...tone(), '-c:a', 'libmp3lame', '-metadata', 'title=Song'),
    expect: sound('audio/mpeg', 'mp3'),
  },
  { name: 'MP3 without an ID3 tag', make: mp3, expect: sound('audio/mpeg', 'mp3') },
  {
    name: 'MP3 of a variable rate',
    make: made('d.mp3', ...tone(), '-c:a', 'libmp3lame', '-q:a', '2'),
    expect: sound('audio/mpeg', 'mp3'),
  },
  {
    name: 'MP3 behind other bytes',
    make: edited('e.mp3', mp3, before(junk(1500))),
    expect: sound('audio/mpeg', 'mp3'),
  },
  {
    name: 'MP3 behind zeros',
    make: edited('f.mp3', mp3, before(Buffer.alloc(2000))),
    expect: sound('audio/mpeg', 'mp3'),
  },
  {
    name: 'MP3 behind two ID3 tags',
    make: edited('g.mp3', mp3, before(id3(40), id3(40))),
    expect: sound('audio/mpeg', 'mp3'),
  },
  {
    name: 'MP3 behind an ID3 tag of 3 MB',
    make: edited('h.mp3', mp3, before(id3(3_000_000))),
    expect: sound('audio/mpeg', 'mp3'),
  },
  {
    name: 'MP3 with an ID3v1 tag at its end',
    make: edited('i.mp3', mp3, after(Buffer.from(`TAG${'x'.repeat(125)}`))),
    expect: sound('audio/mpeg', 'mp3'),
  },
  {
    name: 'MP3 with a cover',
    make: withCover('j.mp3', '-c:a', 'libmp3lame', '-c:v', 'mjpeg'),
    expect: sound('audio/mpeg', 'mp3', {}, { hasCover: true }),
  },
  { name: 'MP2', make: made('a.mp2', ...tone(), '-c:a', 'mp2'), expect: sound('audio/mpeg', 'mp2') },
  { name: 'AAC in ADTS', make: adts, expect: sound('audio/aac', 'aac') },
  {
    name: 'AAC in ADTS behind an ID3 tag',
    make: edited('b.aac', adts, before(id3(100))),
    expect: sound('audio/aac', 'aac'),
  },
  {
    name: 'AAC in LATM',
    make: made('a.latm', ...tone(), '-c:a', 'aac', '-f', 'latm'),
    expect: { kind: 'audio', type: 'audio/mp4a-latm', media: { audioCodec: 'aac_latm' } },
  },
  { name: 'FLAC', make: flac, expect: sound('audio/flac', 'flac') },
  {
    name: 'FLAC behind an ID3 tag',
    make: edited('b.flac', flac, before(id3(100))),
    expect: sound('audio/flac', 'flac'),
  },
  {
    name: 'FLAC behind an ID3 tag of 200 kB',
    make: edited('c.flac', flac, before(id3(200_000))),
    expect: sound('audio/flac', 'flac'),
  },
  {
    name: 'FLAC with a cover',
    make: withCover('d.flac', '-c:v', 'mjpeg'),
    expect: sound('audio/flac', 'flac', {}, { hasCover: true }),
  },
  { name: 'FLAC that is cut', make: edited('e.flac', flac, cutTo(0.5)), expect: sound('audio/flac', 'flac') },
  { name: 'WAV', make: wav, expect: sound('audio/wav', 'pcm_s16le') },
  {
    name: 'WAV behind an ID3 tag',
    make: edited('c.wav', wav, before(id3(100))),
    expect: sound('audio/wav', 'pcm_s16le'),
  },
  {
    name: 'extensible WAV of six channels',
    make: made('d.wav', ...tone(), '-ac', '6', '-c:a', 'pcm_s24le'),
    expect: sound('audio/wav', 'pcm_s24le', { audioChannels: 6 }),
  },
  {
    name: 'WAV of floats',
    make: made('e.wav', ...tone(), '-c:a', 'pcm_f32le'),
    expect: sound('audio/wav', 'pcm_f32le'),
  },
  {
    name: 'WAV with A-law',
    make: made('f.wav', ...tone(1, 8000), '-c:a', 'pcm_alaw'),
    expect: sound('audio/wav', 'pcm_alaw'),
  },
  { name: 'WAV with MP3', make: made('g.wav', ...tone(), '-c:a', 'libmp3lame'), expect: sound('audio/wav', 'mp3') },
  {
    name: 'broadcast WAV',
    make: made('h.wav', ...tone(), '-write_bext', '1', '-metadata', 'description=x'),
    expect: sound('audio/wav', 'pcm_s16le'),
  },
  { name: 'RF64', make: rf64, expect: sound('audio/wav', 'pcm_s16le') },
  { name: 'BW64', make: edited('i.wav', rf64, replaced('RF64', 'BW64')), expect: sound('audio/wav', 'pcm_s16le') },
  { name: 'Wave64', make: made('a.w64', ...tone()), expect: sound('audio/x-w64', 'pcm_s16le') },
  { name: 'AIFF', make: made('a.aiff', ...tone()), expect: sound('audio/aiff', 'pcm_s16be') },
  { name: 'AIFF-C', make: made('b.aiff', ...tone(), '-c:a', 'pcm_s16le'), expect: sound('audio/aiff', 'pcm_s16le') },
  { name: 'CAF', make: made('a.caf', ...tone()), expect: sound('audio/x-caf', 'pcm_s16be') },
  { name: 'CAF with ALAC', make: made('b.caf', ...tone(), '-c:a', 'alac'), expect: sound('audio/x-caf', 'alac') },
  { name: 'AMR', make: bytesOf('a.amr', amr(1)), expect: sound('audio/amr', 'amr_nb', { durationMs: 1000 }) },
  { name: 'AU', make: made('a.au', ...tone()), expect: sound('audio/basic', 'pcm_s16be') },
  { name: 'VOC', make: made('a.voc', ...tone(1, 8000), '-c:a', 'pcm_u8'), expect: sound('audio/x-voc', 'pcm_u8') },
  { name: 'AC-3', make: made('a.ac3', ...tone()), expect: sound('audio/ac3', 'ac3') },
  { name: 'E-AC-3', make: made('a.eac3', ...tone()), expect: sound('audio/eac3', 'eac3') },
  {
    name: 'DTS',
    make: made('a.dts', ...tone(), '-strict', '-2', '-c:a', 'dca'),
    expect: sound('audio/vnd.dts', 'dts'),
  },
  {
    name: 'TrueHD',
    make: made('a.thd', ...tone(), '-ac', '2', '-strict', '-2', '-c:a', 'truehd'),
    expect: { kind: 'audio', type: 'audio/vnd.dolby.mlp', media: { audioCodec: 'truehd' } },
  },
  { name: 'WavPack', make: made('a.wv', ...tone()), expect: sound('audio/x-wavpack', 'wavpack') },
  { name: 'TTA', make: made('a.tta', ...tone()), expect: sound('audio/x-tta', 'tta') },
  { name: 'Ogg with Opus', make: made('a.opus', ...tone(), '-c:a', 'libopus'), expect: sound('audio/ogg', 'opus') },
  {
    name: 'Ogg with Vorbis',
    make: made('a.ogg', ...tone(), '-c:a', 'libvorbis'),
    expect: sound('audio/ogg', 'vorbis'),
  },
  { name: 'Ogg with FLAC', make: made('b.ogg', ...tone(), '-c:a', 'flac'), expect: sound('audio/ogg', 'flac') },
  {
    name: 'Ogg with Speex',
    make: made('a.spx', ...tone(1, 16_000), '-c:a', 'libspeex'),
    expect: sound('audio/ogg', 'speex'),
  },
  { name: 'M4A', make: made('a.m4a', ...tone(), '-c:a', 'aac'), expect: sound('audio/mp4', 'aac') },
  { name: 'M4A with ALAC', make: made('b.m4a', ...tone(), '-c:a', 'alac'), expect: sound('audio/mp4', 'alac') },
  {
    name: 'M4A with a cover',
    make: withCover('c.m4a', '-c:a', 'aac', '-c:v', 'mjpeg'),
    expect: sound('audio/mp4', 'aac', {}, { hasCover: true }),
  },
  { name: 'WMA', make: made('a.wma', ...tone()), expect: sound('audio/x-ms-wma', 'wmav2') },
  {
    name: 'WebM of sound alone',
    make: made('a.webm', ...tone(), '-c:a', 'libopus'),
    expect: sound('audio/webm', 'opus'),
  },
  {
    name: 'Matroska of sound alone',
    make: made('a.mka', ...tone(), '-c:a', 'flac'),
    expect: sound('audio/x-matroska', 'flac'),
  },
  {
    name: 'a transport stream of sound alone',
    make: made('a.ts', ...tone(), '-c:a', 'aac'),
    expect: sound('audio/mp2t', 'aac'),
  },
  {
    name: 'FLV of sound alone',
    make: made('a.flv', ...tone(1, 44_100), '-c:a', 'aac'),
    expect: sound('audio/x-flv', 'aac'),
  },
];
