import { addressIn } from '../../../account/core/addresses.ts';
import { type CsvLine, csvLines } from './csv.ts';
import { isRole, type UserRole } from './roles.ts';

export interface UserRow {
  readonly email: string;
  readonly name?: string;
  readonly role?: UserRole;
  readonly active?: boolean;
}

export type RowProblem =
  | 'unclosed'
  | 'emailMissing'
  | 'emailWrong'
  | 'nameLong'
  | 'roleUnknown'
  | 'activeUnknown'
  | 'twice';

/** A line of the table: the row to send, or why it is invalid. */
export interface ReadRow {
  readonly line: number;
  /** Text as written in the table. */
  readonly email: string;
  readonly name: string;
  readonly row?: UserRow;
  readonly problem?: RowProblem;
}

export type TableProblem = 'empty' | 'tooMany' | 'noEmails';
export interface ReadTable {
  readonly rows: readonly ReadRow[];
  readonly problem?: TableProblem;
}

/** Rows of ten API calls: a longer list is for a program. */
export const ROWS_MAX = 5000;
const NAME_CHARACTERS_MAX = 128;

type Column = 'email' | 'name' | 'role' | 'active';
/** Column titles in lower case. */
const titles: Readonly<Record<Column, readonly string[]>> = {
  email: [
    'email',
    'e-mail',
    'mail',
    'e-mail address',
    'email address',
    'address',
    '邮箱',
    '电子邮箱',
    '邮箱地址',
    '邮件',
  ],
  name: ['name', 'full name', 'display name', '姓名', '名字', '显示名'],
  role: ['role', '角色', '权限'],
  active: ['active', 'state', 'status', 'enabled', '状态', '启用', '有效'],
};
const roleWords: Readonly<Record<string, UserRole>> = {
  监看: 'watcher',
  运维: 'operator',
  administrator: 'admin',
  管理员: 'admin',
  主持人: 'host',
  participant: 'member',
  user: 'member',
  成员: 'member',
};
const activeWords: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'y', '1', 'active', 'enabled', '是', '有效', '启用', '已启用'].map(
    (word) => [word, true] as const,
  ),
  ...['false', 'no', 'n', '0', 'inactive', 'deactivated', 'disabled', '否', '停用', '已停用'].map(
    (word) => [word, false] as const,
  ),
]);

/**
 * Reads columns by a title line. Without titles, the first line locates the addresses, and the other columns are name,
 * role and state. An empty cell leaves a known user unchanged.
 */
export function readUsers(text: string): ReadTable {
  const lines = csvLines(text, ROWS_MAX + 2); // one line more for titles, and one to notice too many rows
  const [first] = lines;
  if (first === undefined) return { rows: [], problem: 'empty' };
  const named = columnsNamed(first.cells);
  const columns = named ?? columnsGuessed(first.cells);
  if (columns === undefined) return { rows: [], problem: 'noEmails' };
  const data = named === undefined ? lines : lines.slice(1);
  if (data.length === 0) return { rows: [], problem: 'empty' };
  if (data.length > ROWS_MAX) return { rows: [], problem: 'tooMany' };
  const seen = new Set<string>();
  return { rows: data.map((line) => rowOf(line, columns, seen)) };
}

type Columns = Readonly<Partial<Record<Column, number>>>;

function columnsNamed(cells: readonly string[]): Columns | undefined {
  const found = cells.map((cell) => columnOf(cell.toLowerCase()));
  if (!found.includes('email')) return undefined;
  const at = (column: Column) => (found.includes(column) ? { [column]: found.indexOf(column) } : {});
  return { ...at('email'), ...at('name'), ...at('role'), ...at('active') };
}

const columnOf = (title: string): Column | undefined =>
  (['email', 'name', 'role', 'active'] as const).find((column) => titles[column].includes(title));

function columnsGuessed(cells: readonly string[]): Columns | undefined {
  const email = cells.findIndex((cell) => addressIn(cell) !== undefined);
  if (email < 0) return undefined;
  const [name, role, active] = cells.map((_, at) => at).filter((at) => at !== email);
  return {
    email,
    ...(name !== undefined && { name }),
    ...(role !== undefined && { role }),
    ...(active !== undefined && { active }),
  };
}

function rowOf({ line, cells, isUnclosed }: CsvLine, columns: Columns, seen: Set<string>): ReadRow {
  const cell = (column: Column): string => cells[columns[column] ?? -1] ?? '';
  const shown = { line, email: cell('email'), name: cell('name') };
  if (isUnclosed) return { line, email: '', name: '', problem: 'unclosed' };
  if (shown.email === '') return { ...shown, problem: 'emailMissing' };
  const email = addressIn(shown.email);
  if (email === undefined) return { ...shown, problem: 'emailWrong' };
  if (shown.name.length > NAME_CHARACTERS_MAX) return { ...shown, problem: 'nameLong' };
  const role = roleOf(cell('role'));
  if (role === null) return { ...shown, problem: 'roleUnknown' };
  const word = cell('active').toLowerCase();
  const active = activeWords.get(word);
  if (word !== '' && active === undefined) return { ...shown, problem: 'activeUnknown' };
  if (seen.has(email.toLowerCase())) return { ...shown, problem: 'twice' };
  seen.add(email.toLowerCase());
  const row = {
    email,
    ...(shown.name !== '' && { name: shown.name }),
    ...(role !== undefined && { role }),
    ...(active !== undefined && { active }),
  };
  return { ...shown, row };
}

/** Returns the role in a cell; undefined for an empty cell, null for an unknown role. */
function roleOf(text: string): UserRole | undefined | null {
  const word = text.toLowerCase();
  if (word === '') return undefined;
  if (isRole(word)) return word;
  return Object.hasOwn(roleWords, word) ? (roleWords[word] ?? null) : null;
}
