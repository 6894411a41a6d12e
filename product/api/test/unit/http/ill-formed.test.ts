import { describe, expect, it } from 'vitest';
import { illFormed } from '../../../src/http/core/ill-formed.ts';

describe('texts that some databases refuse', () => {
  it.each([
    [undefined, []],
    ['\ud83d', ['']],
    [{ title: '😀 \u0001', many: [1, true, null, 'x'] }, []],
    [{ title: 'half \ud83d' }, ['/title']],
    [{ title: '\ude00 half' }, ['/title']],
    [{ title: 'a\0' }, ['/title']],
    [{ invitees: [{ name: 'a' }, { name: '\udfff' }] }, ['/invitees/1/name']],
    [{ 'a/b~c': '\ud800' }, ['/a~1b~0c']],
    [{ labels: { '\ud800': 'x' } }, ['/labels']],
    [
      ['\0', '\0', '\0'],
      ['/2', '/1'],
    ],
  ])('in %j are at %j', (body, pointers) => {
    expect(illFormed(body, 2)).toEqual(pointers);
  });

  it('are found however deep a body is', () => {
    const depth = 100_000;
    const body = JSON.parse(`${'['.repeat(depth)}"\\ud800"${']'.repeat(depth)}`);
    expect(illFormed(body, 2)).toEqual(['/0'.repeat(depth)]);
  });
});
