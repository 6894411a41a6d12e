import { attackRows } from './attacks.ts';
import { pictureRows } from './pictures.ts';
import { renditionRows } from './renditions.ts';
import type { CorpusRow } from './row.ts';
import { soundRows } from './sounds.ts';
import { textRows } from './texts.ts';
import { videoRows } from './videos.ts';

export const corpus: readonly CorpusRow[] = [
  ...videoRows,
  ...soundRows,
  ...pictureRows,
  ...textRows,
  ...attackRows,
  ...renditionRows,
];
