// References in texts of configuration files: `${env:NAME}` is an environment variable, `${file:PATH}` the text of a
// file. Containers get their address and their secrets only by these two.
import { readFileSync, statSync } from 'node:fs';
import { isRecord, type KeyPath } from './files.ts';
import { type ConfigIssue, maskSecret } from './issues.ts';
import { keyOf } from './schema.ts';

/** Limit for a file with a secret, an address or a certificate; a larger file was named by mistake. */
const FILE_BYTES_MAX = 65_536;
const VARIABLE = /\$\{env:([^${}]*)\}/g;
/** A file name may contain variables: `${file:/etc/addresses/${env:NODE_NAME}}`. */
const FORM = /\$\{(env|file):((?:[^${}]|\$\{env:[^${}]*\})*)\}/;
const REFERENCE = new RegExp(FORM, 'g');
const LONE_REFERENCE = new RegExp(`^${FORM.source}$`);

export interface Resolved {
  readonly value: unknown;
  readonly issues: readonly (ConfigIssue & { readonly path: KeyPath })[];
  /** Original texts with references, by key, for messages: the resolved text may be a secret. */
  readonly written: ReadonlyMap<string, string>;
}

/** Returns a copy with all references resolved, at any depth. White space at the end of a file is dropped. */
export function resolveReferences(value: unknown, env: Readonly<Record<string, string | undefined>>): Resolved {
  const issues: (ConfigIssue & { path: KeyPath })[] = [];
  const written = new Map<string, string>();
  const resolveText = (text: string, path: KeyPath): string =>
    text.replaceAll(REFERENCE, (whole: string, kind: string, name: string) => {
      const key = keyOf(path);
      written.set(key, text);
      try {
        const expandedName = (): string => name.replaceAll(VARIABLE, (_, one: string) => readVariable(one, env));
        return kind === 'env' ? readVariable(name, env) : readText(expandedName());
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        issues.push({ path, key, value: maskSecret(key, text), allowed: why });
        return whole;
      }
    });
  const resolve = (item: unknown, path: KeyPath): unknown => {
    if (typeof item === 'string') return resolveText(item, path);
    if (Array.isArray(item)) return item.map((one, at) => resolve(one, [...path, String(at)]));
    if (!isRecord(item)) return item;
    return Object.fromEntries(Object.entries(item).map(([name, one]) => [name, resolve(one, [...path, name])]));
  };
  return { value: resolve(value, []), issues, written };
}

/** Returns whether a text is a single reference, so that it contains no secret itself. */
export const isReference = (text: string): boolean => LONE_REFERENCE.test(text);

function readVariable(name: string, env: Readonly<Record<string, string | undefined>>): string {
  const text = env[name];
  if (text === undefined) throw new Error(`a variable of the environment, and ${name} is not set`);
  return text;
}

function readText(path: string): string {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > FILE_BYTES_MAX) throw new RangeError(`it has ${size} bytes`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`a readable file of at most ${FILE_BYTES_MAX} bytes (${why})`, { cause: error });
  }
  return text.trimEnd();
}
