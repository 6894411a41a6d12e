import { constants, readFileSync, statSync } from 'node:fs';
import { ConfigError, type ConfigIssue, issuesOf } from './issues.ts';
import { secretIssues } from './rules.ts';

/** 256 bits have 64 hexadecimal digits, or 44 characters of base64. */
export const SECRET_LENGTH_MIN = 32;
const FILE_BYTES_MAX = 4096;

/**
 * Returns the secret in the file of a key, without surrounding blanks and line ends. Throws ConfigError when the file
 * cannot be read, has fewer than `SECRET_LENGTH_MIN` characters, or more than one line.
 */
export function readSecretFile(key: string, path: string): string {
  const refuse = (allowed: string): ConfigError => new ConfigError([{ key, value: path, allowed }]);
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > FILE_BYTES_MAX) throw refuse(`a file with nothing but a secret, and this one has ${size} bytes`);
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw refuse(`a readable file (${error instanceof Error ? error.message : String(error)})`);
  }
  if (text.length < SECRET_LENGTH_MIN || /[\r\n\0]/.test(text))
    throw refuse(`a file with one line, a secret of at least ${SECRET_LENGTH_MIN} characters`);
  return text;
}

export function secretFileIssues(key: string, path: string): ConfigIssue[] {
  const unreadable = issuesOf(() => readSecretFile(key, path));
  if (unreadable.length > 0) return [...unreadable];
  const weak = secretIssues({ secret: readSecretFile(key, path) });
  const issues: ConfigIssue[] = weak.map(({ allowed }) => ({ key, value: path, allowed }));
  if ((statSync(path).mode & constants.S_IROTH) === 0) return issues;
  return [
    ...issues,
    { key, value: path, allowed: `a file that others cannot read: chmod o= ${path}`, isWarning: true },
  ];
}
