import { describe, expect, it } from 'vitest';
import type { RowResult } from '../../../src/admin/users/api.ts';
import { csvLines } from '../../../src/admin/users/core/csv.ts';
import { counts, openRows, outcomeOf, worstFirst } from '../../../src/admin/users/core/results.ts';
import { ROWS_MAX, readUsers } from '../../../src/admin/users/core/user-rows.ts';
import { linksCsv, makeLinks, newUsers, type UserLink } from '../../../src/admin/users/make-links.ts';
import { sendRows } from '../../../src/admin/users/send-rows.ts';

describe('a table', () => {
  const rows: readonly [why: string, text: string, cells: readonly (readonly string[])[]][] = [
    ['without text', '', []],
    ['of only blank lines and empty cells', ' \n,,\r\n\n', []],
    ['with an unclosed quote', 'a,"b\nc,d', [['a', 'b\nc,d'.replace(/^/, '"')]]],
    ['with a quote inside a cell', 'a "b" c,d', [['a "b" c', 'd']]],
    ['with text behind a closing quote', '"a"b,c', [['ab', 'c']]],
    ['with doubled quotes and a line break in quotes', '"a ""b""\nc", d ', [['a "b"\nc', 'd']]],
    ['with an empty quoted cell', '"",b', [['', 'b']]],
    ['that ends with a delimiter', 'a,b,\n', [['a', 'b', '']]],
    [
      'with a byte order mark and Windows line ends',
      '\uFEFFa,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['with tabs, from a spreadsheet,', 'a, b\tc', [['a, b', 'c']]],
    [
      'with semicolons',
      'a;"b;c";d\n1,5;2',
      [
        ['a', 'b;c', 'd'],
        ['1,5', '2'],
      ],
    ],
  ];
  it.each(rows)('%s is parsed', (_, text, cells) => {
    expect(csvLines(text, 100).map((line) => line.cells)).toEqual(cells);
  });
  it('numbers its lines as an editor does', () => {
    expect(csvLines('a,b\n\n"c\nd",e\nf,g', 100).map(({ line }) => line)).toEqual([1, 3, 5]);
  });
  it('is parsed up to the given number of lines', () => {
    expect(csvLines(`a\tb\n${'x,y\n'.repeat(100_000)}`, 5)).toHaveLength(5);
  });
});

describe('rows of users', () => {
  const problems: readonly [why: string, line: string, problem: string][] = [
    ['an unclosed quote', '"Ann,ann@example.org,,', 'unclosed'],
    ['no address', 'Ann,,host,', 'emailMissing'],
    ['an invalid address', 'Ann,ann@,host,', 'emailWrong'],
    ['a space in the address', 'Ann,ann lee@example.org,,', 'emailWrong'],
    ['too long a name', `${'n'.repeat(129)},ann@example.org,,`, 'nameLong'],
    ['an unknown role', 'Ann,ann@example.org,owner,', 'roleUnknown'],
    ['a role named like a property of Object', 'Ann,ann@example.org,constructor,', 'roleUnknown'],
    ['an unknown state', 'Ann,ann@example.org,,perhaps', 'activeUnknown'],
  ];
  it.each(problems)('with %s are not sent, and show the reason', (_, line, problem) => {
    const { rows } = readUsers(`name,email,role,active\n${line}`);
    expect(rows.map((row) => [row.problem, row.row])).toEqual([[problem, undefined]]);
  });
  it.each([
    ['nothing', ' \n', 'empty'],
    ['only titles', 'name,email', 'empty'],
    ['no addresses', 'Ann,host\nBob,host', 'noEmails'],
    ['too many rows', `email\n${'a@example.org\n'.repeat(ROWS_MAX + 1)}`, 'tooMany'],
  ])('are none, with the reason, for a table of %s', (_, text, problem) => {
    expect(readUsers(text)).toEqual({ rows: [], problem });
  });
  it('mark a second row of the same user', () => {
    const { rows } = readUsers('email\nann@example.org\nANN@example.org\nbo@example.org');
    expect(rows.map(({ problem }) => problem)).toEqual([undefined, 'twice', undefined]);
  });
  it('are parsed by their titles, in English and Chinese, in any order', () => {
    const { rows } = readUsers('Active;E-Mail;Phone;Full name;ROLE\nno;ann@example.org;1;Ann;Administrator');
    expect(rows[0]?.row).toEqual({ email: 'ann@example.org', name: 'Ann', role: 'admin', active: false });
    expect(readUsers('姓名\t邮箱\t角色\t状态\n陈小梅\txiaomei@example.org\t主持人\t启用').rows[0]?.row).toEqual({
      email: 'xiaomei@example.org',
      name: '陈小梅',
      role: 'host',
      active: true,
    });
  });
  it('are parsed without titles', () => {
    const { rows } = readUsers('Ann Lee,ann@example.org,host\nBo,bo@example.org');
    expect(rows.map(({ row }) => row)).toEqual([
      { email: 'ann@example.org', name: 'Ann Lee', role: 'host' },
      { email: 'bo@example.org', name: 'Bo' },
    ]);
  });
  it('leave a user’s value unchanged for an empty cell', () => {
    expect(readUsers('name,email,role,active\n,ann@example.org,,').rows[0]?.row).toEqual({ email: 'ann@example.org' });
  });
});

describe('results of rows', () => {
  const { rows } = readUsers(
    'name,email\nAnn,ann@example.org\nBo,bo@\nCy,cy@example.org\n,di@example.org\nEd,ed@example.org',
  );
  const problem = (code: string, pointer = '') => ({
    type: '',
    title: '',
    status: 400,
    code,
    errors: [{ pointer, detail: '' }],
  });
  const answers = new Map<number, RowResult>([
    [2, { status: 201, id: 'a' }],
    [4, { status: 200, id: 'c' }],
    [5, { status: 400, problem: problem('REQUEST_INVALID', '/name') }],
  ]);
  it('are texts for each row', () => {
    const texts = rows.map((row) => outcomeOf(row, answers, true).text);
    expect(texts).toEqual([
      { key: 'resultMade' },
      { key: 'rowEmailWrong' },
      { key: 'resultThere' },
      { key: 'refusedName' },
      { key: 'resultOpen' },
    ]);
    const last = new Map([[6, { status: 409, problem: problem('LAST_ADMIN') }]]);
    expect(outcomeOf(rows[4] ?? { line: 6, email: '', name: '' }, last, true)).toEqual({
      tone: 'bad',
      text: { code: 'LAST_ADMIN' },
    });
  });
  it('are counted, sorted with problems first, and list rows without an answer', () => {
    expect(counts(rows, answers)).toEqual({ made: 1, there: 1, bad: 1, refused: 2, good: 4 });
    expect(openRows(rows, answers).map(({ line }) => line)).toEqual([6]);
    expect(worstFirst(rows, answers).map(({ line }) => line)).toEqual([3, 5, 2, 4, 6]);
  });
});

describe('sending rows', () => {
  const text = `email\n${Array.from({ length: 1100 }, (_, at) => `u${at}@example.org`).join('\n')}`;
  const { rows } = readUsers(text);
  it('sends five hundred at a time, and after a failure only those without an answer', async () => {
    const sent: number[] = [];
    let isDown = false;
    const importRows = async (some: readonly unknown[]): Promise<readonly RowResult[]> => {
      if (isDown) throw new Error('down');
      isDown = sent.length === 0;
      sent.push(some.length);
      return some.map(() => ({ status: 201 }));
    };
    let answers: ReadonlyMap<number, RowResult> = new Map();
    const keep = (newAnswers: ReadonlyMap<number, RowResult>): void => {
      answers = newAnswers;
    };
    await expect(sendRows({ importRows }, rows, answers, keep)).rejects.toThrow('down');
    expect(answers.size).toBe(500);
    isDown = false;
    await sendRows({ importRows }, rows, answers, keep);
    expect([sent, answers.size, answers.has(1101)]).toEqual([[500, 500, 100], 1100, true]);
  });
});

describe('links of new users', () => {
  const { rows } = readUsers('name,email\nAnn,ann@example.org\nBo,bo@example.org\nCy,cy@example.org');
  const answers = new Map<number, RowResult>([
    [2, { status: 201, id: 'a' }],
    [3, { status: 200, id: 'b' }],
    [4, { status: 201, id: 'c' }],
  ]);
  it('are created one after another for users that the import added, even if one fails', async () => {
    const progress: (readonly UserLink[])[] = [];
    const passwordLink = async (id: string, mailIn?: string) => {
      if (id === 'a') throw new Error('down');
      return { url: `https://meet.test/setup/${id}`, expiresAt: '', mailed: mailIn === 'en' };
    };
    await makeLinks({ passwordLink }, newUsers(rows, answers), 'en', (links) => progress.push(links));
    expect(progress.map((links) => links.length)).toEqual([1, 2]);
    expect(progress[1]).toEqual([
      { id: 'a', name: 'Ann', email: 'ann@example.org' },
      { id: 'c', name: 'Cy', email: 'cy@example.org', url: 'https://meet.test/setup/c', mailed: true },
    ]);
  });
  it('form a table that executes nothing in a spreadsheet, and keeps its values', () => {
    const csv = linksCsv([{ id: 'a', name: '=1+1 "x"', email: 'a@example.org', url: 'https://meet.test/s' }]);
    expect(csvLines(csv, 9).map(({ cells }) => cells)).toEqual([
      ['name', 'email', 'link'],
      ['\'=1+1 "x"', 'a@example.org', 'https://meet.test/s'],
    ]);
  });
});
