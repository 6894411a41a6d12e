import { describe, expect, it } from 'vitest';
import { aptPackages, blocksOf, filledIn, wordsFrom } from '../../lab/two-servers/guide.ts';

const fence = '```';
const page = (info: string, body = 'true'): string => `# Deploy\n\n${fence}${info}\n${body}\n${fence}\n`;

describe('a block that cannot be run as written', () => {
  const rows = [
    { name: 'does not end', text: `text\n${fence}sh on=server-1\ntrue\n`, says: 'line 2: the block does not end' },
    { name: 'is a script without a machine', text: page('sh'), says: 'line 3: a block of sh without on=MACHINE' },
    { name: 'is for an unknown machine', text: page('sh on=server-3'), says: 'server-3 is none of server-1' },
    { name: 'names a known and an unknown machine', text: page('sh on=laptop,pc'), says: 'pc is none of' },
    {
      name: 'is for an unknown phase',
      text: page('sh on=laptop phase=later'),
      says: 'later is none of guide',
    },
    { name: 'has an unknown attribute', text: page('sh on=laptop by=root'), says: 'there is no attribute by' },
    { name: 'has an attribute without a value', text: page('sh on='), says: 'on= is not KEY=VALUE' },
    { name: 'is a file without a path', text: page('yaml on=server-1'), says: 'a file needs file=/PATH' },
    { name: 'is a file of a relative path', text: page('yaml on=server-1 file=a'), says: 'a file needs file=/PATH' },
    { name: 'is a script and a file', text: page('sh on=server-1 file=/a'), says: 'a block is a script or a file' },
  ];
  it.each(rows)('throws when it $name', ({ text, says }) => {
    expect(() => blocksOf(text)).toThrow(says);
  });
});

it('blocks come in order, with machines, phases, path and line; examples of output are left out', () => {
  const text = [
    page('sh on=server-1,server-2', 'apt-get update\necho "```"'),
    page('json', '{}'),
    page('yaml file=/etc/a.yaml on=server-2', 'a: 1'),
    page('sh on=laptop phase=restart,backup'),
  ].join('');
  expect(blocksOf(text)).toEqual([
    {
      kind: 'script',
      machines: ['server-1', 'server-2'],
      phases: ['guide'],
      text: 'apt-get update\necho "```"\n',
      path: '',
      line: 3,
    },
    { kind: 'file', machines: ['server-2'], phases: ['guide'], text: 'a: 1\n', path: '/etc/a.yaml', line: 14 },
    { kind: 'script', machines: ['laptop'], phases: ['restart', 'backup'], text: 'true\n', path: '', line: 19 },
  ]);
});

describe('a placeholder of the guide', () => {
  const printed = [
    'join at {"line":"meridian-join:203.0.113.11:7000#mti1.old.x"}',
    "join by 'meridian-join:203.0.113.11:7000#mti1.new.y'",
    'https://meet.example.org/setup/abc\u001b[0m',
  ].join('\n');
  it('throws when no printed word has its beginning', () => {
    const block = { text: 'meridian node join other-join:…\n', line: 7 };
    expect(() => filledIn(block, printed)).toThrow('line 7: no earlier block printed a word for other-join:…');
    expect(() => filledIn({ text: 'eridian-join:…', line: 7 }, printed)).toThrow('no earlier block printed');
  });
  it('becomes the last printed word, up to its end', () => {
    expect(filledIn({ text: "join 'meridian-join:…'; x=https://meet.example.org/setup/…\n", line: 1 }, printed)).toBe(
      "join 'meridian-join:203.0.113.11:7000#mti1.new.y'; x=https://meet.example.org/setup/abc\n",
    );
  });
  it('is ignored without a word before the dots', () => {
    expect(filledIn({ text: 'echo … and "…"\n', line: 1 }, '')).toBe('echo … and "…"\n');
  });
  it('may contain signs of a regular expression', () => {
    expect(wordsFrom('axb/1 a.b/2', 'a.b/')).toEqual(['a.b/2']);
  });
});

it('the packages are those of every apt-get install, over lines, without options', () => {
  const text = page(
    'sh on=server-1',
    'apt-get update && apt-get -y install --no-install-recommends nginx \\\n  ffmpeg; apt-get install -y curl # a comment\napt-get remove vim',
  );
  expect(aptPackages(blocksOf(text))).toEqual([['nginx', 'ffmpeg'], ['curl']]);
});
