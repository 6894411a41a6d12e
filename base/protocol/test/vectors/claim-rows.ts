// Claims of tokens × odd values, with the answer that every door gives: unit tests read them by `accessOf`, service
// tests show them at real doors.
import { limits } from '../../src/limits.ts';

/** A key made of its name: `''`, or the names of outer claims with dots between. */
export interface ClaimRow {
  readonly claim: string;
  readonly what: string;
  /** Undefined removes the claim. */
  readonly value: unknown;
  /** `taken`, or the code; a TOKEN_INVALID names the claim, and `text` is in its message. */
  readonly answer: 'taken' | 'TOKEN_INVALID' | 'TOKEN_NOT_YET_VALID' | 'TOKEN_EXPIRED' | 'NOT_PERMITTED';
  readonly text?: string;
  /** Part of the access that a taken value gives. */
  readonly access?: Readonly<Record<string, unknown>>;
}

type Cell = readonly [
  what: string,
  value: unknown,
  textOrAccess?: string | Readonly<Record<string, unknown>>,
  answer?: ClaimRow['answer'],
];

const characters = (count: number): string => 'x'.repeat(count);
const emoji = (count: number): string => '👩'.repeat(count);
const direction = '\u202e';

const taken = (claim: string, cells: readonly Cell[]): ClaimRow[] =>
  cells.map(([what, value, access]) => ({
    claim,
    what,
    value,
    answer: 'taken',
    ...(typeof access === 'object' && { access }),
  }));
const refused = (claim: string, cells: readonly Cell[]): ClaimRow[] =>
  cells.map(([what, value, text = '', answer = 'TOKEN_INVALID']) => ({
    claim,
    what,
    value,
    answer,
    text: String(text),
  }));

const absent: readonly Cell[] = [
  ['absent', undefined],
  ['null', null],
];
const noText: readonly Cell[] = [
  ['a number', 7, 'it is a number'],
  ['a truth value', true, 'it is a boolean'],
  ['a list', ['x'], 'it is a list of 1'],
  ['an object', { toString: 'x' }, 'it is an object'],
];
const noFlag: readonly Cell[] = [
  ['a text of a truth value', 'true', 'true or false; it is a text of 4 characters'],
  ['an empty text', '', 'it is empty'],
  ['a number', 1, 'it is a number'],
  ['a list', [], 'it is an empty list'],
  ['an object', {}, 'it is an object'],
];
const noTime: readonly Cell[] = [
  ['a text of a number', '2000000000', 'it is a text of 10 characters'],
  ['an empty text', '', 'it is empty'],
  ['a truth value', true, 'it is a boolean'],
  ['a list', [2_000_000_000], 'it is a list of 1'],
  ['beyond every date', 8.64e12 + 1, 'it is beyond every date'],
  ['huge', -1e300, 'it is beyond every date'],
];

/** Identities of other systems. */
export const oddIdentities: readonly (readonly [what: string, identity: string])[] = [
  ['base64', 'aGk/+/8b=='],
  ['a path', '../a/b//c'],
  ['an e-mail address', 'ann+call@example.org'],
  ['Auth0', 'auth0|5f7c#1:a?b=c&d%2Fe'],
  ['Persian with a non-joiner', 'می\u200cخواهم'],
  ['Hindi with a joiner', 'क्\u200dष'],
  ['a joined emoji', '👩\u200d🏫'],
  ['a joined emoji with a variation selector', '🏳\ufe0f\u200d🌈'],
  ['a joined emoji of four', '👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏿'],
  ['the flag of Scotland', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}'],
  ['a flag of two letters, and a keycap', '🇩🇪1\ufe0f\u20e3'],
  ['Chinese with blanks', '王 小明'],
  ['Hebrew', 'שרה'],
];

const refusedIdentities: readonly Cell[] = [
  ['empty', '', 'it is empty'],
  ['a blank', ' ', 'it begins or ends with a blank'],
  ['a leading blank', ' ann', 'it begins or ends with a blank'],
  ['a trailing blank', 'ann ', 'it begins or ends with a blank'],
  ['too long by one', characters(129), 'it is a text of 129 characters'],
  ['too long by one emoji', emoji(129), 'it is a text of 129 characters'],
  ['a control character', 'a\u0000b', 'it contains U+0000'],
  ['a tab', 'a\tb', 'it contains U+0009'],
  ['a line break', 'a\nb', 'it contains U+000A'],
  ['a line separator', 'a\u2028b', 'it contains U+2028'],
  ['a direction character', `${direction}ann`, 'it contains U+202E'],
  ['a direction mark', 'ann\u200f', 'it contains U+200F'],
  ['a zero-width space', 'a\u200bb', 'it contains U+200B'],
  ['a no-break blank', 'a\u00a0b', 'it contains U+00A0'],
  ['an invisible letter', 'a\u3164b', 'it contains U+3164'],
  ['a blank of Braille', '\u2800', 'it contains U+2800'],
  ['a soft hyphen', 'a\u00adb', 'it contains U+00AD'],
  ['half of an emoji', 'a\ud83d', 'it contains U+D83D'],
  ['a joiner at the beginning', '\u200dann', 'joiner'],
  ['a joiner at the end', 'ann\u200c', 'joiner'],
  ['two joiners', 'a\u200c\u200db', 'joiner'],
  ['a joiner beside a blank', 'a \u200db', 'joiner'],
  ['a variation selector after a letter', 'ann\ufe0f', 'joiner, variation selector'],
  ['a tag after a letter', 'a\u{e0061}', 'joiner, variation selector or tag'],
];

const identities: readonly ClaimRow[] = [
  ...taken('sub', [
    ...oddIdentities.map(([what, identity]): Cell => [what, identity, { identity }]),
    ['the longest', characters(128), { identity: characters(128) }],
    ['the longest of emoji', emoji(128), { identity: emoji(128) }],
  ]),
  ...refused('sub', [
    ...absent.map(([what, value]): Cell => [what, value, 'it is absent']),
    ...noText,
    ...refusedIdentities,
  ]),
];

const names: readonly ClaimRow[] = [
  ...taken('name', [
    ...absent.map(([what, value]): Cell => [what, value, { name: '' }]),
    ['empty', '', { name: '' }],
    ['the longest', characters(128), { name: characters(128) }],
    ['the longest of emoji', emoji(128), { name: emoji(128) }],
    ['joined emoji', '👩\u200d🏫', { name: '👩\u200d🏫' }],
    ['a slash', 'Ann / Bob', { name: 'Ann / Bob' }],
    ['direction characters', `${direction}Ann\u2066 B\u200f`, { name: 'Ann B' }],
    ['control characters', 'A\u0000nn\u0085B', { name: 'Ann B' }],
    ['a tab and line breaks', '\tAnn\r\nBob\n', { name: 'Ann Bob' }],
    ['blanks at the ends', ' Ann ', { name: 'Ann' }],
    ['only a direction character', direction, { name: '' }],
  ]),
  ...refused('name', [
    ...noText,
    ['too long by one', characters(129), 'at most 128 characters; it is a text of 129 characters'],
    ['too long by one emoji', emoji(129), 'it is a text of 129 characters'],
  ]),
];

const abouts: readonly ClaimRow[] = [
  ...taken('metadata', [
    ...absent.map(([what, value]): Cell => [what, value, { metadata: '' }]),
    ['the longest', characters(limits.metadataBytesMax), { metadata: characters(limits.metadataBytesMax) }],
    ['control and direction characters', `a\n${direction}`, { metadata: `a\n${direction}` }],
  ]),
  ...refused('metadata', [
    ...noText,
    ['too long by one', characters(4097), 'at most 4096 bytes; it is a text of 4097 bytes'],
    ['too long by one byte of UTF-8', `${characters(4095)}é`, 'it is a text of 4097 bytes'],
  ]),
  ...taken('attributes', [
    ...absent.map(([what, value]): Cell => [what, value, { attributes: {} }]),
    ['texts', { seat: '7', hand: '' }, { attributes: { seat: '7', hand: '' } }],
    ['one of null', { seat: '7', hand: null }, { attributes: { seat: '7' } }],
    ['the largest', { a: characters(4095) }, { attributes: { a: characters(4095) } }],
  ]),
  ...refused('attributes', [
    ['a text', 'x', 'it is a text of 1 characters'],
    ['a list', ['4'], 'it is a list of 1'],
    ['a number in it', { seat: 4 }, 'it contains something that is no text'],
    ['an empty key', { '': 'x' }, 'it contains an empty key'],
    ['too large by one', { a: characters(4096) }, 'it has 1 of 4097 bytes'],
    ['too many by one', Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`k${at}`, ''])), 'it has 65 of'],
  ]),
  ...taken('kind', [...absent, ['empty', ''], ['standard', 'standard'], ['an agent', 'agent', { kind: 'agent' }]]),
  ...refused('kind', [...noText, ["LiveKit's", 'sip', 'it is another text']]),
];

const ids: readonly ClaimRow[] = ['jti', 'via'].flatMap((claim) => [
  ...taken(claim, [...absent, ['empty', ''], ['the longest', characters(128)], ['the longest of emoji', emoji(128)]]),
  ...refused(claim, [...noText, ['too long by one', characters(129), 'it is a text of 129 characters']]),
]);

const flags: readonly ClaimRow[] = ['lobby', 'needsPolicy'].flatMap((claim) => [
  ...taken(claim, [
    ...absent.map(([what, value]): Cell => [what, value, { [claim]: false }]),
    ['false', false, { [claim]: false }],
  ]),
  ...refused(claim, noFlag),
]);

const rights: readonly (readonly [grant: string, right: string, usual: boolean])[] = [
  ['canPublish', 'canPublish', true],
  ['canSubscribe', 'canSubscribe', true],
  ['canPublishData', 'canPublishData', true],
  ['canUpdateOwnMetadata', 'canUpdateOwnMetadata', false],
  ['roomAdmin', 'admin', false],
];
const grants: readonly ClaimRow[] = [
  ...rights.flatMap(([grant, right, usual]) => [
    ...taken(`video.${grant}`, [
      ...absent.map(([what, value]): Cell => [what, value, { rights: { [right]: usual } }]),
      ['true', true, { rights: { [right]: true } }],
      ['false', false, { rights: { [right]: false } }],
    ]),
    ...refused(`video.${grant}`, noFlag),
  ]),
  ...['hidden', 'check', 'breakOut'].flatMap((grant) => [
    ...taken(`video.${grant}`, [...absent, ['false', false]]),
    ...refused(`video.${grant}`, noFlag),
  ]),
  ...taken('video.roomJoin', [['true', true]]),
  ...refused('video.roomJoin', [
    ...[...absent, ['false', false] as const].map(
      ([what, value]): Cell => [what, value, 'claim "video.roomJoin"', 'NOT_PERMITTED'],
    ),
    ...noFlag,
  ]),
];

const rooms: readonly ClaimRow[] = [
  ...taken('video.room', [
    ['the longest', characters(128), { room: characters(128) }],
    ['emoji and joiners', '👩\u200d🏫', { room: '👩\u200d🏫' }],
    ['signs of URLs', 'a?b=c&d%2Fe#f:g|h', { room: 'a?b=c&d%2Fe#f:g|h' }],
  ]),
  ...refused('video.room', [
    ...absent.map(([what, value]): Cell => [what, value, 'it is absent']),
    ...noText,
    ['empty', '', 'it is empty'],
    ['a slash', 'a/b', 'it contains "/"'],
    ['a path', '../other/lobby', 'it contains "/"'],
    ['too long by one', characters(129), 'it is a text of 129 characters'],
    ['too long by one emoji', emoji(129), 'it is a text of 129 characters'],
    ['a control character', 'a\u0000b', 'it contains U+0000'],
    ['a direction character', `a${direction}`, 'it contains U+202E'],
    ['a blank at the end', 'a ', 'it begins or ends with a blank'],
  ]),
  ...refused('video', [
    ...absent.map(([what, value]): Cell => [what, value, 'it is absent']),
    ['a text', 'all', 'it is a text of 3 characters'],
    ['a list', [], 'it is an empty list'],
  ]),
];

const lists: readonly ClaimRow[] = [
  ...taken('video.canPublishSources', [
    ...absent,
    ['empty', [], { rights: { canPublish: true } }],
    ['one, twice', ['camera', 'camera'], { rights: { publishSources: ['camera'] } }],
  ]),
  ...refused('video.canPublishSources', [
    ['a text', 'camera', 'it is a text of 6 characters'],
    ['a number', 7, 'it is a number'],
    ['an object', {}, 'it is an object'],
    ['a number in it', [1], 'it contains something that is no text'],
    ['null in it', [null], 'it contains something that is no text'],
    [
      'an unknown source',
      ['camera', 'mic'],
      'camera, microphone, screen_share, screen_share_audio; it contains another text',
    ],
    ['the name of a method', ['toString'], 'it contains another text'],
  ]),
  ...taken('video.regions', [...absent, ['two', ['us', 'eu'], { fence: 'eu,us' }]]),
  ...refused('video.regions', [
    ['a text', 'eu', 'it is a text of 2 characters'],
    ['empty', [], 'it is an empty list'],
    ['a number in it', ['eu', 7], 'it contains something that is no text'],
    ['no name of a region', ['a b'], 'it contains a text that is no name of a region'],
    ['too many by one', Array.from({ length: 17 }, (_, at) => `r${at}`), 'it is a list of 17'],
    ['an object', {}, 'it is an object'],
  ]),
  ...taken('video.mode', [...absent, ['empty', ''], ['relay', 'relay', { mode: 'relay' }]]),
  ...refused('video.mode', [...noText, ['an unknown mode', 'mesh', 'single, direct, relay; it is another text']]),
];

/** Rows that need no clock. */
export const claimRows: readonly ClaimRow[] = [
  ...identities,
  ...names,
  ...abouts,
  ...ids,
  ...flags,
  ...rooms,
  ...grants,
  ...lists,
];

/** Rows of times, for a clock at `nowS`, in seconds. */
export function timeRows(nowS: number): readonly ClaimRow[] {
  const early: readonly Cell[] = [
    ['61 s ahead', nowS + 61, 'the token is valid in 1 s', 'TOKEN_NOT_YET_VALID'],
    ['an hour ahead', nowS + 3600, 'the token is valid in 3540 s', 'TOKEN_NOT_YET_VALID'],
  ];
  return [
    ...['nbf', 'iat'].flatMap((claim) => [
      ...taken(claim, [
        ...absent,
        ['59 s ahead', nowS + 59],
        ['60 s ahead', nowS + 60],
        ['a fraction', nowS - 0.5],
        ['before 1970', -7],
        ['zero', 0],
      ]),
      ...refused(claim, [...noTime, ...early]),
    ]),
    ...taken('exp', [
      ['in a second', nowS + 1],
      ['59 s ago', nowS - 59],
    ]),
    ...refused('exp', [
      ...absent.map(([what, value]): Cell => [what, value, 'it is absent']),
      ...noTime,
      ['60 s ago', nowS - 60, 'the token expired 60 s ago', 'TOKEN_EXPIRED'],
      ['61 s ago', nowS - 61, 'the token expired 61 s ago', 'TOKEN_EXPIRED'],
      ['before 1970', -7, 'claim "exp"', 'TOKEN_EXPIRED'],
    ]),
  ];
}

/** Returns the claims with one of them set as the row says. */
export function claimsWith(
  claims: Readonly<Record<string, unknown>>,
  { claim, value }: Pick<ClaimRow, 'claim' | 'value'>,
): Record<string, unknown> {
  const [outer = '', inner] = claim.split('.');
  if (inner === undefined) return without({ ...claims, [outer]: value });
  return { ...claims, [outer]: without({ ...(claims[outer] as object), [inner]: value }) };
}

const without = (claims: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
