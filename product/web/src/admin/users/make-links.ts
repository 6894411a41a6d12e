import type { Language } from '../../core/query.ts';
import type { UsersApi } from './api.ts';
import type { Answers } from './core/results.ts';
import type { ReadRow } from './core/user-rows.ts';

export interface UserLink {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** URL of the link; undefined when its creation failed. */
  readonly url?: string;
  readonly mailed?: boolean;
}

/** Returns users added by the import: existing users have a password or another way to sign in. */
export const newUsers = (rows: readonly ReadRow[], answers: Answers): readonly Omit<UserLink, 'url' | 'mailed'>[] =>
  rows.flatMap(({ line, name, email }) => {
    const { status, id } = answers.get(line) ?? {};
    return status === 201 && id !== undefined ? [{ id, name, email }] : [];
  });

/** Creates links one after another; `onLinks` gets all so far. A failure does not stop the rest. */
export async function makeLinks(
  api: Pick<UsersApi, 'passwordLink'>,
  users: readonly Omit<UserLink, 'url' | 'mailed'>[],
  mailIn: Language | undefined,
  onLinks: (links: readonly UserLink[]) => void,
): Promise<void> {
  const links: UserLink[] = [];
  for (const { id, name, email } of users) {
    try {
      const { url, mailed = false } = await api.passwordLink(id, mailIn);
      links.push({ id, name, email, url, mailed });
    } catch (error) {
      console.info('A link was not made:', error);
      links.push({ id, name, email });
    }
    onLinks([...links]);
  }
}

export const linksCsv = (links: readonly UserLink[]): string =>
  [['name', 'email', 'link'], ...links.map(({ name, email, url = '' }) => [name, email, url])]
    .map((cells) => cells.map(escapedCell).join(','))
    .join('\r\n');

/** Quotes a cell, and defuses one that begins with a character at which a spreadsheet would execute it. */
const escapedCell = (cell: string): string => `"${cell.replace(/^(?=[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`;
