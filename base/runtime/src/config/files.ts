import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import type { Document, Node } from 'yaml';
import { ConfigError } from './issues.ts';

const FILE_BYTES_MAX = 1_048_576;
/** A handwritten file has a few aliases, and a hundred copies cannot fill the memory. */
const ALIASES_MAX = 100;
/** Characters that V8 quotes before the wrong character. */
const JSON_EXCERPT_BEFORE = 10;

/** Object keys and list indices, from the top. */
export type KeyPath = readonly string[];

export interface ConfigFile {
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** Returns the line of the value at `path`, or of its nearest parent that has a line; undefined in JSON. */
  lineOf(path: KeyPath): number | undefined;
}

/** Syntax error of a file. The message never quotes the file, which may hold a secret. */
class SyntaxFault extends Error {
  readonly at: string | undefined;
  constructor(message: string, at: string | undefined) {
    super(message);
    this.at = at;
  }
}

/** Reads a file that holds one object. Throws ConfigError when there is no such file or it holds something else. */
export function readConfigFile(path: string): ConfigFile {
  const isYaml = ['.yaml', '.yml'].includes(extname(path).toLowerCase());
  const kind = isYaml ? 'YAML' : 'JSON';
  const refuse = (allowed: string, at?: string): ConfigError =>
    new ConfigError([{ key: '--config', value: at === undefined ? path : `${path}:${at}`, allowed }]);
  try {
    const bytes = readFileSync(path);
    if (bytes.length > FILE_BYTES_MAX) throw new RangeError(`file has ${bytes.length} bytes`);
    const { value, lineOf } = isYaml ? parseYaml(bytes.toString('utf8')) : parseJson(bytes.toString('utf8'));
    if (isRecord(value)) return { path, value, lineOf };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw refuse(
      `a readable ${kind} file of at most ${FILE_BYTES_MAX} bytes (${why})`,
      error instanceof SyntaxFault ? error.at : undefined,
    );
  }
  throw refuse(isYaml ? 'a mapping at the top: lines of `key: value`' : 'a JSON object at the top');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Parsed {
  readonly value: unknown;
  lineOf(path: KeyPath): number | undefined;
}

function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text), lineOf: () => undefined };
  } catch (error) {
    throw jsonFault(text, error instanceof Error ? error.message : String(error));
  }
}

function jsonFault(text: string, message: string): SyntaxFault {
  const [, what = '', cut, excerpt] = /^(.*?), (\.\.\.)?"(.*)"(?:\.\.\.)? is not valid JSON$/s.exec(message) ?? [];
  if (excerpt !== undefined) {
    const at = text.indexOf(excerpt) + (cut === undefined ? 0 : JSON_EXCERPT_BEFORE);
    return new SyntaxFault(`${what} is not valid JSON`, String(text.slice(0, at).split('\n').length));
  }
  const line = /\(line (\d+) column \d+\)$/.exec(message)?.[1];
  return new SyntaxFault(message, line);
}

/** Parses by the YAML 1.2 core schema: `yes` and `on` are texts. The package is loaded here, as most files are JSON. */
function parseYaml(text: string): Parsed {
  const yaml = createRequire(import.meta.url)('yaml') as typeof import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new SyntaxFault(withoutText(fault.message), `${line}:${col}`);
  }
  const value = (): unknown => {
    try {
      return document.toJS({ maxAliasCount: ALIASES_MAX });
    } catch (error) {
      throw new SyntaxFault(withoutText(error instanceof Error ? error.message : String(error)), undefined);
    }
  };
  return { value: value(), lineOf: (path) => lineIn(yaml, document, path, lineAt) };
}

const withoutText = (message: string): string => message.replace(/:.*$/s, '');

function lineIn(
  yaml: typeof import('yaml'),
  document: Document,
  path: KeyPath,
  lineAt: (offset: number) => number,
): number | undefined {
  let node: unknown = document.contents;
  let line: number | undefined;
  for (const part of path) {
    if (yaml.isAlias(node)) node = node.resolve(document);
    let at: unknown;
    if (yaml.isMap(node)) {
      const pair = node.items.find(({ key }) => String(key) === part);
      [at, node] = [pair?.key, pair?.value];
    } else if (yaml.isSeq(node)) {
      at = node.items[Number(part)];
      node = at;
    }
    const offset = yaml.isNode(at) ? (at as Node).range?.[0] : undefined;
    if (offset === undefined) break;
    line = lineAt(offset);
  }
  return line;
}
