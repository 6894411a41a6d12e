// Compares the fields of every message by number, and the numbers of requests and messages of links, with those of
// released versions (vectors/wire.json), which nodes and clients of other versions read. UPDATE_WIRE=1 adds new entries
// to the list and removes none.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import protobuf from 'protobufjs';
import { expect, it } from 'vitest';
import { note, rpc } from '../../src/index.ts';

type Frozen = Readonly<Record<string, Readonly<Record<string, string>>>>;

const folder = join(import.meta.dirname, '../..');
const file = join(folder, 'vectors/wire.json');

/**
 * Names and types of fields and values by number, by message; `rpc` and `note` hold the names of the links' numbers.
 */
function present(): Frozen {
  const found: Record<string, Record<string, string>> = {};
  for (const name of ['media', 'signaling', 'control']) {
    const text = readFileSync(join(folder, `proto/${name}.proto`), 'utf8');
    addTypes(protobuf.parse(text, { keepCase: true }).root, '', found);
  }
  const numbersOf = (kinds: Readonly<Record<string, { readonly number: number }>>): Record<string, string> =>
    Object.fromEntries(Object.entries(kinds).map(([name, { number }]) => [String(number), name]));
  return Object.assign(found, { rpc: numbersOf(rpc), note: numbersOf(note) });
}

function addTypes(within: protobuf.NamespaceBase, prefix: string, found: Record<string, Record<string, string>>): void {
  for (const one of within.nestedArray) {
    const name = `${prefix}${one.name}`;
    if (one instanceof protobuf.Type)
      found[name] = Object.fromEntries(one.fieldsArray.map((field) => [String(field.id), wordsOf(field)]));
    if (one instanceof protobuf.Enum)
      found[name] = Object.fromEntries(Object.entries(one.values).map(([value, id]) => [String(id), value]));
    if (one instanceof protobuf.Type) addTypes(one, `${name}.`, found);
    else if (one instanceof protobuf.Namespace) addTypes(one, prefix, found);
  }
}

function wordsOf(field: protobuf.Field): string {
  const key = field instanceof protobuf.MapField ? `map<${field.keyType}> ` : '';
  return `${field.repeated ? 'repeated ' : ''}${key}${field.type} ${field.name}`;
}

it('no message, field or number of a released version is removed or changed', () => {
  const current = present();
  const frozen = JSON.parse(readFileSync(file, 'utf8')) as Frozen;
  for (const [message, fields] of Object.entries(frozen)) expect(current[message], message).toMatchObject(fields);
  // The list must be complete, otherwise a field could change unseen between two releases.
  if (process.env['UPDATE_WIRE'] === '1') writeFileSync(file, `${JSON.stringify(current, null, 1)}\n`);
  else expect(frozen, 'new on the wire: UPDATE_WIRE=1 npm test -- wire-frozen').toEqual(current);
});
