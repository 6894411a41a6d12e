import { EventEmitter } from 'node:events';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Output } from '../../local/output.ts';
import { LogFile } from '../../local/state.ts';
import { temporaryTree } from '../support/tree.ts';

class Stream extends EventEmitter {
  readonly lines: string[] = [];
  refusal: Error | undefined;
  write(text: string): void {
    if (this.refusal !== undefined) throw this.refusal;
    this.lines.push(text);
  }
}
const coded = (code: string): Error => Object.assign(new Error(`${code}: of the system`), { code });

describe('the output of the supervisor', () => {
  it('ends when its reader is gone, on that stream alone', () => {
    const [out, complaints] = [new Stream(), new Stream()];
    const output = new Output(out, complaints);
    output.say('a');
    out.emit('error', coded('EPIPE'));
    output.say('b');
    output.complain('c');
    expect([out.lines, complaints.lines]).toEqual([['a\n'], ['c\n']]);
  });

  it('ends when a stream throws', () => {
    const out = new Stream();
    const output = new Output(out, new Stream());
    out.refusal = coded('ENOSPC');
    output.say('a');
    out.refusal = undefined;
    output.say('b');
    expect(out.lines).toEqual([]);
  });

  it('has one warning for each cause', () => {
    const complaints = new Stream();
    const output = new Output(new Stream(), complaints);
    for (const code of ['ENOSPC', 'ENOSPC', 'EIO', 'ENOSPC'])
      output.complainOnce('a log cannot be written', coded(code));
    output.complainOnce('run.json cannot be written', coded('EIO'));
    output.complainOnce('run.json cannot be written', null);
    expect(complaints.lines).toEqual([
      'a log cannot be written: ENOSPC: of the system; going on (said once)\n',
      'a log cannot be written: EIO: of the system; going on (said once)\n',
      'run.json cannot be written: EIO: of the system; going on (said once)\n',
      'run.json cannot be written: null; going on (said once)\n',
    ]);
  });
});

describe('a log file', () => {
  it('on a full disk drops lines and reports why, without throwing', () => {
    const root = temporaryTree({ 'logs/other.log': '' });
    symlinkSync('/dev/full', join(root, 'logs/web.log'));
    const troubles: unknown[] = [];
    const log = new LogFile(root, 'web', (error) => troubles.push(error));
    log.write('a');
    log.write('b');
    log.close();
    expect(troubles).toEqual([
      expect.objectContaining({ code: 'ENOSPC' }),
      expect.objectContaining({ code: 'ENOSPC' }),
    ]);
  });

  it('is rotated when it is full, and again after a failed rotation', () => {
    const long = 'x'.repeat(8 * 1024 * 1024 + 1);
    const root = temporaryTree({ 'logs/web.log': long, 'logs/web.log.1/in-the-way': '' });
    const troubles: unknown[] = [];
    const log = new LogFile(root, 'web', (error) => troubles.push(error));
    log.write('lost');
    expect(troubles).toEqual([expect.objectContaining({ code: 'EISDIR' })]);
    log.close();
    const second = temporaryTree({ 'logs/web.log': long });
    const rotated = new LogFile(second, 'web', (error) => troubles.push(error));
    rotated.write('kept');
    rotated.close();
    rotated.write('after close');
    expect(troubles).toHaveLength(1);
    expect(readFileSync(join(second, 'logs/web.log'), 'utf8')).toBe('kept\n');
    expect(readFileSync(join(second, 'logs/web.log.1'), 'utf8')).toBe(long);
  });
});
