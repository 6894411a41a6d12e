// Takes the screenshots that people review, and a sheet with all of them. Each fault that the program itself finds
// counts as a missed target.
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type Screenshot, takeScreenshots } from '../../product/web/test/screenshots.ts';
import type { LabCase, LabResult, Say } from '../support/case.ts';

const defaultFolder = join(import.meta.dirname, '../.out/screenshots');

export const screenshots: LabCase = {
  name: 'screenshots',
  summary: 'photographs the pages: every state that matters × 2 widths × light and dark × 2 languages, in one sheet',
  configure: (command) =>
    void command
      .option('--out <folder>', 'folder of the PNGs and of sheet.html', defaultFolder)
      .option('--states <names>', 'only these states, separated by commas'),
  run: (options, say) => {
    const states = options['states'] === undefined ? {} : { states: String(options['states']).split(',') };
    return photograph({ outDir: resolve(String(options['out'])), ...states }, say);
  },
};

async function photograph(o: { outDir: string; states?: string[] }, say: Say): Promise<LabResult> {
  const startedMs = performance.now();
  const taken = await takeScreenshots({
    ...o,
    onPicture: (picture) => {
      if (picture.faults.length > 0) say(`${nameOf(picture)}: ${picture.faults.join('; ')}`);
    },
  });
  const sheet = join(o.outDir, 'sheet.html');
  await writeFile(sheet, sheetOf(taken));
  const faulty = taken.filter((picture) => picture.faults.length > 0);
  say(`${taken.length} pictures in ${sheet}`);
  return {
    params: {
      states: countOf(taken, 'state'),
      widths: countOf(taken, 'width'),
      schemes: countOf(taken, 'scheme'),
      languages: countOf(taken, 'language'),
    },
    metrics: {
      pictures: taken.length,
      picturesWithFaults: faulty.length,
      seconds: Math.round((performance.now() - startedMs) / 100) / 10,
    },
    missed: faulty.map((picture) => `${nameOf(picture)}: ${picture.faults.join('; ')}`),
  };
}

const nameOf = ({ state, width, scheme, language }: Screenshot): string => `${state} ${width} ${scheme} ${language}`;

/** Returns a page with a row of pictures for each state, and the faults found in each picture. */
function sheetOf(taken: readonly Screenshot[]): string {
  const rows = [...Map.groupBy(taken, ({ state }) => state)].map(([state, pictures]) => {
    const cells = pictures.map(
      (picture) =>
        `<figure><a href="${basename(picture.file)}"><img loading="lazy" src="${basename(picture.file)}" alt=""></a>` +
        `<figcaption>${escaped(`${picture.width} ${picture.scheme} ${picture.language}`)}` +
        `${picture.faults.map((fault) => `<b>${escaped(fault)}</b>`).join('')}</figcaption></figure>`,
    );
    return `<h2>${escaped(state)}</h2><div>${cells.join('')}</div>`;
  });
  return `<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Screenshots</title><style>
body { margin: 24px; background: #888; font: 14px sans-serif }
div { display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start }
figure { margin: 0 } img { width: 260px } b { display: block; max-width: 400px; color: #a00 }
</style>${rows.join('\n')}</html>\n`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const countOf = (taken: readonly Screenshot[], key: 'state' | 'width' | 'scheme' | 'language'): number =>
  new Set(taken.map((picture) => picture[key])).size;
