// Messages of a table with many fields are plain objects and no hash tables: a room keeps thousands of them.
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { messageOf, text } from '../../src/fields.ts';

v8.setFlagsFromString('--allow-natives-syntax');
const isFast = runInNewContext('(object) => %HasFastProperties(object)') as (object: object) => boolean;

it('a message with thirty fields keeps its fast form when it is read and written', () => {
  const table = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`field${at}`, text]));
  const { fromWire, toWire } = messageOf<typeof table, Record<string, string>>(table);
  const message = fromWire({ field3: 'three' });
  expect(message).toMatchObject({ field3: 'three', field29: '' });
  expect([isFast(message), isFast(toWire(message))]).toEqual([true, true]);
});
