// What nodes and clients of other versions read: every message's fields by number, and the numbers of requests and
// messages of links, as they were released (vectors/wire.json). What is there stays as it is; what is new is added by
// UPDATE_WIRE=1, which takes nothing away.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import protobuf from 'protobufjs';
import { expect, it } from 'vitest';
import { note, rpc } from '../../src/index.ts';

type Frozen = Readonly<Record<string, Readonly<Record<string, string>>>>;

const folder = join(import.meta.dirname, '../..');
const file = join(folder, 'vectors/wire.json');

/** Number → name and type of every field and value, by message; `rpc` and `note`: of links, number → name. */
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

it('no message, field or number that a released version knows is gone or is another now', () => {
  const now = present();
  const frozen = JSON.parse(readFileSync(file, 'utf8')) as Frozen;
  for (const [message, fields] of Object.entries(frozen)) expect(now[message], message).toMatchObject(fields);
  // The list knows everything that is there: else a field could change between two releases unseen.
  if (process.env['UPDATE_WIRE'] === '1') writeFileSync(file, `${JSON.stringify(now, null, 1)}\n`);
  else expect(frozen, 'new on the wire: UPDATE_WIRE=1 npm test -- wire-frozen').toEqual(now);
});
