// Takes the screenshots that people review: the page's states at three widths in two languages. Each fault that the
// program itself finds counts as a missed target.
import { join, resolve } from 'node:path';
import { type Screenshot, takeScreenshots } from '../../product/web/test/screenshots.ts';
import type { LabCase, LabResult, Say } from '../support/case.ts';

const defaultFolder = join(import.meta.dirname, '../.out/screenshots');

export const screenshots: LabCase = {
  name: 'screenshots',
  summary: 'photographs the page: every state that matters × 3 widths × 2 languages',
  configure: (command) => void command.option('--out <folder>', 'folder of the PNGs', defaultFolder),
  run: (options, say) => photograph(resolve(String(options['out'])), say),
};

async function photograph(outDir: string, say: Say): Promise<LabResult> {
  const startedMs = performance.now();
  const taken = await takeScreenshots({ outDir });
  const faulty = taken.filter((picture) => picture.faults.length > 0);
  for (const picture of taken)
    say(`${picture.file}${picture.faults.length > 0 ? `: ${picture.faults.join('; ')}` : ''}`);
  return {
    params: { states: countOf(taken, 'state'), widths: countOf(taken, 'width'), languages: countOf(taken, 'language') },
    metrics: {
      pictures: taken.length,
      picturesWithFaults: faulty.length,
      seconds: Math.round((performance.now() - startedMs) / 100) / 10,
    },
    missed: faulty.map(
      (picture) => `${picture.state} ${picture.width} ${picture.language}: ${picture.faults.join('; ')}`,
    ),
  };
}

const countOf = (taken: readonly Screenshot[], key: 'state' | 'width' | 'language'): number =>
  new Set(taken.map((picture) => picture[key])).size;
