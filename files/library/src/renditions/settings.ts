import { Type } from 'typebox';

/** Presets of x264 except `placebo`, which costs much time without visible gain. */
const h264Presets = [
  ...(['ultrafast', 'superfast', 'veryfast', 'faster', 'fast'] as const),
  ...(['medium', 'slow', 'slower', 'veryslow'] as const),
];
const GIB = 1_073_741_824;

export const renditionsConfig = Type.Object(
  {
    enabled: Type.Boolean({
      default: true,
      description:
        'Whether the node runs tasks that make the qualities of videos ([library.md](library.md#renditions)).',
    }),
    cores: Type.Integer({
      minimum: 0,
      maximum: 1024,
      default: 0,
      description: 'Processor cores for all tasks together; 0: all cores of the machine.',
    }),
    threads: Type.Integer({
      minimum: 1,
      maximum: 64,
      default: 1,
      description: 'Threads of one task. With one thread, a chunk takes the least processor time.',
    }),
    sourceBytesMax: Type.Integer({
      minimum: GIB,
      maximum: 64_000 * GIB,
      default: 50 * GIB,
      description:
        'Most bytes of sources in `spoolDir` that are kept for further tasks. A larger source is left to other nodes.',
    }),
    h264Preset: Type.Union(
      h264Presets.map((preset) => Type.Literal(preset)),
      { default: 'veryfast', description: 'Preset of x264; slower: smaller files. The same at all library nodes.' },
    ),
    av1Preset: Type.Integer({
      minimum: 1,
      maximum: 13,
      default: 8,
      description: 'Preset of SVT-AV1; 13 is the fastest. All library nodes must have the same.',
    }),
  },
  { default: {}, description: 'Qualities of videos, made by ffmpeg with x264 and AAC.' },
);
