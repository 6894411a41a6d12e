import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Passes } from '../../src/passes.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-passes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pass = (): string => randomBytes(32).toString('base64url');
const silent = { error: () => undefined };

describe('passes', () => {
  it('open only their own content, also after a restart, and are not in the file that stores their hashes', () => {
    const file = join(folder, 'one');
    const [mine, other] = [pass(), pass()];
    const passes = new Passes(file);
    passes.add([
      { content: 'CO_1', pass: mine },
      { content: 'CO_2', pass: other },
    ]);
    passes.close();
    passes.close();
    const again = new Passes(file);
    expect(again.check('CO_1', mine)).toBe('right');
    expect(again.check('CO_1', other)).toBe('wrong');
    expect(again.check('CO_2', other)).toBe('right');
    expect(again.check('CO_3', mine)).toBe('wrong');
    again.close();
    expect(readFileSync(file).includes(mine)).toBe(false);
  });

  it.each([undefined, '', 'short', ['a'.repeat(43)], `${'a'.repeat(42)} `, 'a'.repeat(44), 7])(
    'reject the pass %j as missing',
    (given) => {
      const passes = new Passes(':memory:');
      expect(passes.check('CO_1', given)).toBe('missing');
      passes.close();
    },
  );

  it('replace the pass of a content by that of a later notice', () => {
    const passes = new Passes(':memory:');
    const [before, after] = [pass(), pass()];
    passes.add([{ content: 'CO_1', pass: before }]);
    passes.add([{ content: 'CO_1', pass: after }]);
    expect(passes.check('CO_1', before)).toBe('wrong');
    expect(passes.check('CO_1', after)).toBe('right');
    passes.close();
  });

  it('are bounded: the oldest are dropped', () => {
    const passes = new Passes(':memory:', 2);
    const each = ['CO_1', 'CO_2', 'CO_3'].map((content) => ({ content, pass: pass() }));
    passes.add(each.slice(0, 2));
    passes.add(each.slice(0, 1)); // newer again
    passes.add(each.slice(2));
    expect(each.map((one) => passes.check(one.content, one.pass))).toEqual(['right', 'wrong', 'right']);
    passes.close();
  });

  it('start again in place of a damaged file', () => {
    const file = join(folder, 'broken');
    writeFileSync(file, randomBytes(8192));
    const passes = Passes.open(file, silent);
    const mine = pass();
    passes.add([{ content: 'CO_1', pass: mine }]);
    expect(passes.check('CO_1', mine)).toBe('right');
    passes.close();
  });
});
