// Writes a configuration file with every key of its service and its meaning; defaults are comments. The file is the
// first documentation that an operator reads.
import { stringify } from 'yaml';
import type { Values } from './configs.ts';

export interface ShownSchema {
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Property {
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

const COLUMNS = 100;

/**
 * Returns the text of a file. `values` are sorted like the schema; keys in `elsewhere` belong to another file and are
 * omitted. Throws for a value that the schema does not know.
 */
export function renderConfig(o: {
  readonly title: string;
  readonly schema: ShownSchema;
  readonly values: Values;
  readonly elsewhere?: readonly string[];
}): string {
  const { title, schema, values, elsewhere = [] } = o;
  const unknown = Object.keys(values).find((key) => !Object.hasOwn(schema.properties, key));
  if (unknown !== undefined) throw new Error(`${title}: there is no key ${unknown}`);
  const keys = Object.keys(schema.properties).filter((key) => !elsewhere.includes(key));
  const set = keys.filter((key) => Object.hasOwn(values, key));
  const unset = keys.filter((key) => !Object.hasOwn(values, key));
  const unsetLines = unset.map((key) => described(schema, key, commented(unsetText(key, propertyOf(schema, key)))));
  return [
    comment(title),
    ...set.map((key) => described(schema, key, stringify({ [key]: values[key] }, { lineWidth: 0 }).trimEnd())),
    ...(unsetLines.length === 0 ? [] : [comment('Left as usual'), ...unsetLines]),
  ]
    .join('\n\n')
    .concat('\n');
}

const propertyOf = (schema: ShownSchema, key: string): Property => schema.properties[key] as Property;

const described = (schema: ShownSchema, key: string, text: string): string => {
  const { description } = propertyOf(schema, key);
  return description === undefined ? text : `${comment(withoutLinks(description))}\n${text}`;
};

function unsetText(key: string, { default: defaultValue, examples }: Property): string {
  const shown = defaultValue ?? examples?.[0];
  return shown === undefined ? `${key}:` : stringify({ [key]: shown }, { lineWidth: 0 }).trimEnd();
}

const commented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `#${line}`)
    .join('\n');

/** Removes links, which lead nowhere outside the reference. */
const withoutLinks = (markdown: string): string => markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');

function comment(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 3 > COLUMNS) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => `# ${line}`).join('\n');
}
