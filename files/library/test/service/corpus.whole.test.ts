// Real files of many makers through the real checker, and some of them through all tasks of renditions.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Checker } from '../../src/checking/checker.ts';
import { corpus } from '../support/corpus/corpus.ts';
import { tryCheck, tryRender } from '../support/corpus/try-row.ts';
import { log, Rig } from '../support/renditions.ts';

const kinds = ['video', 'audio', 'image', 'document'] as const;
const checker = new Checker({ kinds, clock: systemClock(), log });
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-corpus-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('each row of the corpus has its own name', () => {
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
});

it.each(corpus.map((row, at) => [row.name, row, at] as const))('the library handles %s', async (_name, row, at) => {
  const path = await tryCheck(row, checker, join(folder, `${at}`));
  if ('refused' in row.expect || row.expect.renditions === undefined) return;
  const rig = await new Rig().start();
  try {
    await tryRender(Object.assign({ renditions: row.expect.renditions }, row.expect), rig, path);
  } finally {
    await rig.close();
  }
});
