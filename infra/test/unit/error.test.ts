import { describe, expect, it } from 'vitest';
import { explain, SetupError } from '../../setup/error.mjs';

const failure = (code: string) => Object.assign(new Error(`${code}: write`), { code });

describe('an error of the set-up', () => {
  it('names the failure, the last output and the remedy', () => {
    const error = new SetupError('NPM_FAILED', 'Installing failed', { remedy: 'try again', lastLines: ['a', 'b'] });
    expect(error.describe()).toBe('Installing failed (NPM_FAILED)\n  | a\n  | b\nWhat to do: try again');
  });

  it.each(['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS'])('explains %s of any step', (code) => {
    const explained = explain(failure(code), 'filling the cache');
    expect(explained).toMatchObject({
      name: 'SetupError',
      message: expect.stringContaining('filling the cache'),
      cause: { code },
    });
  });

  it('explains an interrupt of any step, of a download or a wait', () => {
    const explained = explain(AbortSignal.abort().reason, 'waiting');
    expect(explained).toMatchObject({ code: 'INTERRUPTED', message: 'Interrupted: waiting' });
  });

  it('leaves other errors as they are', () => {
    const error = failure('ENOENT');
    expect(explain(error, 'x')).toBe(error);
    expect(explain('text', 'x')).toBe('text');
  });
});
