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
      description: 'Takes tasks that make the qualities of videos ([library.md](library.md#renditions)).',
    }),
    cores: Type.Integer({
      minimum: 0,
      maximum: 1024,
      default: 0,
      description: 'What all tasks together may take of the processors; 0: all that the machine has.',
    }),
    threads: Type.Integer({
      minimum: 1,
      maximum: 64,
      default: 1,
      description: 'Of one task. With one, chunks go through in the least time of the processor.',
    }),
    sourceBytesMax: Type.Integer({
      minimum: GIB,
      maximum: 64_000 * GIB,
      default: 50 * GIB,
      description:
        'Sources that are kept in `spoolDir` while their tasks come, besides uploads. Larger ones are left to other nodes.',
    }),
    h264Preset: Type.Union(
      h264Presets.map((preset) => Type.Literal(preset)),
      { default: 'veryfast', description: 'Of x264: a slower one makes smaller files. The same at all library nodes.' },
    ),
    av1Preset: Type.Integer({
      minimum: 1,
      maximum: 13,
      default: 8,
      description: 'Of SVT-AV1, 13 is the fastest. The same at all library nodes.',
    }),
  },
  { default: {}, description: 'Qualities of videos, made by ffmpeg with x264 and AAC.' },
);
