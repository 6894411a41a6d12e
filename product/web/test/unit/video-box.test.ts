import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const webDir = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(webDir, path), 'utf8');
const sources = readdirSync(join(webDir, 'src'), { recursive: true, encoding: 'utf8' });

it('sizes pictures only in .video-box, besides still images', () => {
  const strangers = sources
    .filter((path) => path.endsWith('.css') && path !== join('styles', 'video-box.css'))
    .flatMap((path) =>
      [...read(join('src', path)).matchAll(/([^{}]+)\{[^{}]*object-fit[^{}]*\}/g)].flatMap(([, selectors = '']) =>
        selectors.split(',').map((selector) => `${path}: ${selector.replaceAll(/\/\*.*?\*\//gs, '').trim()}`),
      ),
    )
    .filter((rule) => !rule.endsWith(' img'));
  expect(strangers).toEqual([]);
});

it('is in the styles of every page with scripts', () => {
  const pages = readdirSync(webDir).filter((name) => name.endsWith('.html') && read(name).includes('id="root"'));
  expect(pages).toContain('check.html');
  for (const page of pages) {
    const [, main = ''] = /src="\/(src\/[\w/]+\.tsx)"/.exec(read(page)) ?? [];
    const imported = [...read(main).matchAll(/import '([^']+)';/g)].map(([, path = '']) => join(main, '..', path));
    const styles = imported.flatMap((path) => (path.endsWith('index.ts') ? [path, read(path)] : [path])).join(' ');
    expect(styles, page).toMatch(/base\.css/);
  }
  expect(read('src/styles/base.css')).toContain('@import "./video-box.css"');
});

it('holds every element that plays moving pictures', () => {
  const makers = sources
    .filter((path) => /\.tsx?$/.test(path) && !path.startsWith('stories'))
    .filter((path) => /<video\b|createElement\('video'\)/.test(read(join('src', path)).replaceAll('<video>', '')))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
  // play/browser.ts only asks what the browser plays; play/driver.ts appends to the box of its caller.
  expect(makers).toEqual(['library/ui/video-frame.tsx', 'play/browser.ts', 'play/driver.ts', 'ui/media.tsx']);
  const boxes = ['library/ui/video-frame.tsx', 'play/page.tsx', 'play/player.ts'];
  for (const path of [...boxes, 'show/ui/screen.tsx', 'ui/media.tsx', 'console/wall/tile.tsx', 'ui/effects-panel.tsx'])
    expect(read(join('src', path)), path).toContain('video-box');
});
