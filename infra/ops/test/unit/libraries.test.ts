import { describe, expect, it } from 'vitest';
import { librariesOf } from '../../release/libraries.ts';

describe('the libraries of the worker, by the output of ldd', () => {
  it('a missing library is refused', () => {
    expect(() => librariesOf('\tlibuv.so.1 => not found\n')).toThrow('libuv.so.1 => not found');
  });

  it('an unknown line is refused', () => {
    expect(() => librariesOf('ldd: warning: what is this\n')).toThrow('warning');
  });

  it('a worker without libraries needs none', () => {
    expect(librariesOf('\tstatically linked\n')).toEqual({ carried: [], needsOpenssl: false });
  });

  it('libraries that a bare Debian lacks are part of a release, except OpenSSL', () => {
    const said = [
      '\tlinux-vdso.so.1 (0x00007f2246584000)',
      '\tlibuv.so.1 => /lib/x86_64-linux-gnu/libuv.so.1 (0x00007f2246540000)',
      '\tlibssl.so.3 => /lib/x86_64-linux-gnu/libssl.so.3 (0x00007f2246157000)',
      '\tlibabsl_strings.so.20220623 => /lib/x86_64-linux-gnu/libabsl_strings.so.20220623 (0x00007f224651d000)',
      '\tlibstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007f2245800000)',
      '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f224561e000)',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f2246586000)',
    ];
    expect(librariesOf(`${said.join('\n')}\n`)).toEqual({
      carried: [
        { name: 'libabsl_strings.so.20220623', file: '/lib/x86_64-linux-gnu/libabsl_strings.so.20220623' },
        { name: 'libuv.so.1', file: '/lib/x86_64-linux-gnu/libuv.so.1' },
      ],
      needsOpenssl: true,
    });
  });
});
