// Compares the README's reference of calls, options and events with the sources, in both directions.
import { readFile } from 'node:fs/promises';
import { describe, expect, it, test } from 'vitest';
import { RoomActs } from '../../src/acts.ts';
import {
  LocalParticipant,
  RemoteParticipant,
  RemoteTrack,
  RemoteTrackPublication,
  Room,
  RoomEvent,
} from '../../src/index.ts';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const readme = await read('README.md');

const section = (title: string): string => readme.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
/** Returns the cells of all table rows in a text, without the heads; `\|` is a bar inside a cell. */
const rowsOf = (text: string): string[][] =>
  [...text.matchAll(/^\|(.*)\|$/gm)]
    .map(([, row]) => (row ?? '').split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')))
    .filter((_row, index, all) => !isRule(all[index]) && !isRule(all[index + 1]));
const isRule = (row: string[] | undefined): boolean => row?.every((cell) => /^-+$/.test(cell)) ?? false;
const codeOf = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');

describe('the table of events', async () => {
  const source = await read('src/events.ts');
  const map = /interface RoomEventMap \{\n([\s\S]*?)\n\}/.exec(source)?.[1] ?? '';
  const argumentsOf = new Map(
    [...map.matchAll(/^ {2}(\w+): \[([^\]]*(?:\[\][^\]]*)*)\];$/gm)].map(([, event, list]) => [
      event,
      (list ?? '').replaceAll(/\s+/g, ' ').replace(/, ?$/, '').trim(),
    ]),
  );
  const rows = rowsOf(section('Events'));

  it('has every event of the SDK in its order, and no other', () => {
    expect(rows.map(([name]) => codeOf(name ?? '')[0])).toEqual(Object.keys(RoomEvent));
  });
  it('has the arguments of the types', () => {
    const written = rows.map(([name, list]) => [codeOf(name ?? '')[0], codeOf(list ?? '')[0] ?? '']);
    expect(written).toEqual(Object.entries(RoomEvent).map(([name, event]) => [name, argumentsOf.get(event)]));
  });
});

const room = new Room();
const owners: Readonly<Record<string, object>> = {
  Room,
  room,
  'room.performAdmin': room.performAdmin,
  'room.acts': room.acts,
  me: room.localParticipant,
  participant: RemoteParticipant.prototype,
  publication: RemoteTrackPublication.prototype,
  track: RemoteTrack.prototype,
};
const calls = section('Calls');
/** Owner and name of each member in the two sections. */
const member = /^(room\.performAdmin|room\.acts|Room|room|me|participant|publication|track)\.(\w+)/;
const members = [...new Set(codeOf(calls + section('Events')).flatMap((code) => member.exec(code)?.[0] ?? []))].map(
  (text): [owner: string, name: string] => [member.exec(text)?.[1] ?? '', member.exec(text)?.[2] ?? ''],
);

describe('the table of calls', () => {
  test.each(members)('lists %s.%s, which exists', (owner, name) => {
    expect(name in (owners[owner] ?? {})).toBe(true);
  });
  test.each([
    { owner: 'room', file: 'src/room.ts', of: Room.name },
    { owner: 'room.acts', file: 'src/acts.ts', of: RoomActs.name },
    { owner: 'me', file: 'src/participants/local-participant.ts', of: LocalParticipant.name },
    { owner: 'publication', file: 'src/tracks/remote-publication.ts', of: RemoteTrackPublication.name },
  ])('has every public method of $of', async ({ owner, file, of }) => {
    const methods = publicMethods(await read(file), of);
    expect(methods.length).toBeGreaterThan(3);
    const documented = members.filter(([one]) => one.toLowerCase() === owner).map(([, name]) => name);
    expect(methods.filter((name) => !documented.includes(name))).toEqual([]);
  });
  test('names only existing events', () => {
    const namedEvents = codeOf(calls).flatMap((code) =>
      [...code.matchAll(/RoomEvent\.(\w+)/g)].map(([, name]) => name),
    );
    expect(namedEvents.length).toBeGreaterThan(0);
    expect(namedEvents.filter((name) => !Object.hasOwn(RoomEvent, name ?? ''))).toEqual([]);
  });
});

/** Methods neither private, nor overridden (the parent documents them), nor `@internal`; read from the source. */
function publicMethods(source: string, className: string): string[] {
  const lines = (
    new RegExp(`^export class ${className} [^\\n]*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source)?.[1] ?? ''
  ).split('\n');
  return lines.flatMap((line, index) => {
    const name = /^ {2}(?:static |async )*([a-z]\w*)\(/.exec(line)?.[1];
    return name === undefined || name === 'constructor' || lines[index - 1]?.includes('@internal') === true
      ? []
      : [name];
  });
}

describe('the table of options', async () => {
  const types = await read('src/types.ts');
  const fieldsOf = (name: string): string[] =>
    [
      ...(new RegExp(`^export interface ${name} \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(types)?.[1] ?? '').matchAll(
        /^ {2}readonly (\w+)\??:/gm,
      ),
    ].map(([, field]) => field ?? '');
  const rows = rowsOf(calls).filter(([head]) => /^`\w+Options`/.test(head ?? ''));

  it('has the options of the room, of joining, publishing and devices', () => {
    expect(rows).toHaveLength(5);
  });
  test.each(rows)('lists all fields of %s', (head = '', fields = '') => {
    const interfaces = codeOf(head).filter((code) => code.endsWith('Options'));
    expect(codeOf(fields).sort()).toEqual(interfaces.flatMap(fieldsOf).sort());
  });
});
