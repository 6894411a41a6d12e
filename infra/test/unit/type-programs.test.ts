import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { typePrograms } from '../../check/checks.mjs';
import { treeRoot } from '../../setup/paths.mjs';

interface Config {
  extends: string;
  compilerOptions?: Record<string, unknown>;
  include: string[];
}

const configOf = (path: string): Config => JSON.parse(readFileSync(join(treeRoot, path), 'utf8')) as Config;
const basePath = 'infra/tsconfig.base.json';
const base = configOf(basePath).compilerOptions;
const optionsOf = (config: Config) => {
  const merged = new Map(Object.entries({ ...base, ...config.compilerOptions }));
  return { all: Object.fromEntries(merged), lib: merged.get('lib'), checkJs: merged.get('checkJs') ?? false };
};

/** Options that a program may have in addition: more kinds of files that it reads and checks. */
const MORE = ['jsx', 'allowJs', 'checkJs'];

const programs = typePrograms.map((name) => ({ name, config: configOf(`infra/tsconfig.${name}.json`) }));
const folders = programs.flatMap(({ name, config }) =>
  config.include.map((path) => ({ name, folder: posix.join('infra', path), config })),
);

describe('folders that share a compiler program', () => {
  it('belong to one program each', () => {
    const names = folders.map(({ folder }) => folder);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  // The services' tests of the page have the settings of its server.
  it.each(folders.filter(({ folder }) => folder !== 'product/web/test/service'))(
    '$folder has the settings of $name',
    ({ folder, config }) => {
      const [own, shared] = [optionsOf(configOf(`${folder}/tsconfig.json`)), optionsOf(config)];
      expect(shared.lib).toEqual(own.lib);
      expect(shared.checkJs || !own.checkJs).toBe(true);
      const without = (all: Record<string, unknown>) => Object.entries(all).filter(([name]) => !MORE.includes(name));
      expect(new Map(without(shared.all))).toEqual(new Map(without(own.all)));
    },
  );
});
