import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changesOf, distances, HANG_MARGIN_MS, ROTATION_MS, rotated, runInTurn } from '../../check/rotation.mjs';
import { temporaryTree } from '../support/tree.ts';

const files = Array.from({ length: 100 }, (_, index) => `${index}.test.ts`);

function repository() {
  const root = temporaryTree({ 'a.ts': '' });
  const git = (args: readonly string[], at: string) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at },
    }).trim();
  const commit = (file: string, at: string) => {
    writeFileSync(join(root, file), at);
    git(['add', '.'], at);
    git(['commit', '-qm', file], at);
    return git(['rev-parse', 'HEAD'], at);
  };
  git(['init', '-q'], '');
  return { root, commit };
}

describe('the changes for CI', () => {
  it('begin at the newest commit that is three hours older', () => {
    const { root, commit } = repository();
    commit('landed.ts', '2026-01-01T09:00:00Z');
    commit('first.ts', '2026-01-01T09:30:00Z');
    const last = commit('last.ts', '2026-01-01T12:10:00Z');
    expect(changesOf(root)).toMatchObject({ commit: last, changed: ['first.ts', 'last.ts'] });
  });

  it('begin at the green commit, if CI knows it', () => {
    const { root, commit } = repository();
    const green = commit('landed.ts', '2026-01-01T09:00:00Z');
    commit('last.ts', '2026-01-01T09:01:00Z');
    expect(changesOf(root, green).changed).toEqual(['last.ts']);
  });

  it('are none for a first commit, without git, and when the green commit is not in the clone', () => {
    const { root, commit } = repository();
    commit('first.ts', '2026-01-01T09:00:00Z');
    expect(changesOf(root).changed).toEqual([]);
    expect(changesOf(root, 'a'.repeat(40)).changed).toEqual([]);
    expect(changesOf(temporaryTree({ 'a.ts': '' }))).toEqual({ commit: '', turn: 0, changed: [] });
  });
});

describe('the order of the rotation', () => {
  const imports = [
    { from: 'far.test.ts', to: 'near.ts' },
    { from: 'near.ts', to: 'changed.ts' },
    { from: 'changed.ts', to: 'near.ts' },
    { from: 'near.test.ts', to: 'changed.ts' },
    { from: 'other.test.ts', to: 'other.ts' },
  ];

  it('begins with changed tests, then importers of changed files, nearest first', () => {
    const distanceOf = distances(['changed.ts', 'own.test.ts'], imports);
    const tests = ['other.test.ts', 'far.test.ts', 'near.test.ts', 'own.test.ts'];
    const { near, byHash } = rotated(tests, { commit: 'c', turn: 0, distanceOf });
    expect(near).toEqual(['own.test.ts', 'near.test.ts', 'far.test.ts']);
    expect([...byHash].sort()).toEqual([...tests].sort());
  });

  it('differs for each commit, and is equal for the same', () => {
    const orderOf = (commit: string) => rotated(files, { commit, turn: 0, distanceOf: new Map() }).byHash;
    expect(orderOf('one')).toEqual(orderOf('one'));
    expect(orderOf('one')).not.toEqual(orderOf('two'));
  });
});

describe('three landings', () => {
  it('cover every file in their first thirds', () => {
    const firsts = [7, 8, 9].map((turn) => {
      const { byHash } = rotated(files, { commit: `${turn}`, turn, distanceOf: new Map() });
      return byHash.slice(0, 40);
    });
    expect(new Set(firsts.flat()).size).toBe(files.length);
  });

  it.each([3, 6, 12, 24])('get three different turns when they are %i hours apart', (hours) => {
    const { root, commit } = repository();
    const turns = [0, 1, 2].map((index) => {
      const at = Date.parse('2026-01-01T09:00:00Z') + index * hours * 3_600_000;
      commit(`${index}.ts`, new Date(at).toISOString());
      return changesOf(root).turn % 3;
    });
    expect(new Set(turns).size).toBe(3);
  });
});

describe('a rotation', () => {
  const near = files.slice(0, 50);
  async function batches(batchMs: number) {
    let nowMs = 7.3;
    const ran: (readonly string[])[] = [];
    const ends = new Set<number>();
    const { left } = await runInTurn(
      { near, byHash: files },
      {
        nowMs: () => nowMs,
        run: async (batch, limitMs) => {
          ends.add(Math.floor(nowMs - 7.3 + limitMs));
          expect(limitMs).toSatisfy(Number.isInteger);
          nowMs += batchMs;
          ran.push(batch);
        },
      },
    );
    return { ran: ran.flat(), left, ends: [...ends] };
  }

  it('runs every file once when there is time', async () => {
    const { ran, left } = await batches(1000);
    expect([...ran].sort()).toEqual([...files].sort());
    expect(left).toEqual([]);
  });

  it('gives near files a third of the time, ends in time, and lists the files that did not run', async () => {
    const { ran, left } = await batches(0.3 * ROTATION_MS);
    expect(ran).toEqual([...near.slice(0, 12), ...files.slice(12, 36)]);
    expect(left).toEqual(files.slice(36));
  });

  it('gives every batch the same end, a margin beyond its own time', async () => {
    const { ends } = await batches(1024);
    expect(ends).toEqual([ROTATION_MS + HANG_MARGIN_MS]);
  });
});
