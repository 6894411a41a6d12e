import { renditionRows } from './renditions.ts';
import type { CorpusRow } from './row.ts';

/** All rows. Helpers add tables here. */
export const corpus: readonly CorpusRow[] = [...renditionRows];
