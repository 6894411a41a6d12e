import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { run } from '../../src/program.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

async function said(...words: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const { signal } = new AbortController();
  const code = await run(words, { env: {}, out: (text) => out.push(text), err: (text) => err.push(text), signal });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

it.each(['--version', '-V'])('%s prints the version of the package, without a server or a key', async (option) => {
  expect(await said(option)).toEqual({ code: 0, out: version, err: '' });
});

it('--version --json prints the version as JSON', async () => {
  expect(await said('--version', '--json')).toEqual({ code: 0, out: JSON.stringify({ version }), err: '' });
});

it('--help names the option --version', async () => {
  expect((await said('--help')).out).toContain('-V, --version');
});
