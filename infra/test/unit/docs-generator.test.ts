import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { keyRows, type Schema, typeOf } from '../../docs/configuration.ts';
import { table } from '../../docs/markdown.ts';
import { metricsPage } from '../../docs/metrics-page.ts';
import { referencePage } from '../../docs/reference-page.ts';

const text: Schema = { type: 'string', description: 'A text.' };

describe('a key of a configuration', () => {
  test.each<[string, Schema, string, string]>([
    ['a text', { type: 'string', minLength: 1 }, 'name', 'text'],
    ['a secret', { type: 'string', minLength: 32 }, 'secret', 'text, at least 32 characters'],
    ['a time', { type: 'integer', minimum: 0, maximum: 9 }, 'tickMs', 'integer, ms, 0 to 9'],
    ['a rate', { type: 'number', exclusiveMinimum: 0 }, 'bandwidthBps', 'number, bit/s, > 0'],
    ['a size', { type: 'integer', minimum: 1 }, 'bytesMax', 'integer, bytes, ≥ 1'],
    ['values', { enum: ['a', 'b'] }, 'mode', '`a`, `b`'],
    ['values of a union', { anyOf: [{ const: 'a' }, { const: 'b' }] }, 'mode', '`a`, `b`'],
    ['a list', { type: 'array', items: text, maxItems: 3 }, 'ids', 'list of texts, at most 3'],
    ['a record', { type: 'object', patternProperties: { x: text } }, 'names', 'object of text'],
  ])('has its type in words when it is %s', (_, schema, name, words) => {
    expect(typeOf(schema, name)).toBe(words);
  });

  it('is shown as required, with its default, or with neither', () => {
    const properties = { a: text, b: { ...text, default: 'x' }, c: text };
    const usual = keyRows({ properties, required: ['a', 'b'] }).rows.map(([key, , value]) => [key, value]);
    expect(usual).toEqual([
      ['`a`', 'required'],
      ['`b`', '`"x"`'],
      ['`c`', '–'],
    ]);
  });

  it('comes after the object or list that contains it, with its whole path', () => {
    const inner: Schema = { type: 'object', description: 'Inner.', properties: { deep: text } };
    const list: Schema = { type: 'array', description: 'List.', items: inner };
    const keys = keyRows({ properties: { inner, list } }).rows.map(([key]) => key);
    expect(keys).toEqual(['`inner`', '`inner.deep`', '`list`', '`list[].deep`']);
  });

  it('is reported without a description, at any depth', () => {
    const list: Schema = { type: 'array', items: { properties: { bare: { type: 'string' } } } };
    expect(keyRows({ properties: { list, text } }).undescribed).toEqual(['list', 'list[].bare']);
  });
});

it('a bar in a table cell is escaped', () => {
  expect(table(['a', ''], [['x|y', 'z']])).toBe('| a | |\n|---|---|\n| x\\|y | z |');
});

describe('the page in the repository is up to date:', () => {
  const root = join(import.meta.dirname, '../../..');
  test.each([
    ['docs/reference.md', referencePage],
    ['docs/metrics.md', metricsPage],
  ])('%s', (path, page) => {
    const { text: generated, faults } = page();
    expect(faults).toEqual([]);
    expect(readFileSync(join(root, path), 'utf8')).toBe(generated);
  });
});
