import type { ComposedParticipant } from '@meridian/room-media';
import { describe, expect, it } from 'vitest';
import type { SceneChanged } from '../../src/core/journal/lines.ts';
import { JournalReader } from '../../src/core/journal/read.ts';
import { SceneReader, SceneWriter } from '../../src/core/journal/scenes.ts';
import { LINE_LENGTH_MAX, lineText } from '../../src/core/journal/write.ts';

const participant = (identity: string, more: Partial<ComposedParticipant> = {}): ComposedParticipant => ({
  identity,
  name: `Name of ${identity}`,
  isMuted: false,
  speakingSinceMs: undefined,
  camera: `TR_${identity}`,
  screen: undefined,
  sounds: [`TR_${identity}_sound`],
  ...more,
});

/** Reads lines as a journal has them. */
function read(reader: SceneReader, lines: readonly SceneChanged[]): readonly ComposedParticipant[] {
  const journal = new JournalReader();
  const stint = { type: 'stint', version: 1, recordingId: 're_1', roomKey: 'a/b', identity: '' } as const;
  const begun = lineText({ ...stint, stintId: 's', recorderId: 'r', startedWallMs: 1, later: true });
  const all = Buffer.from(begun + lines.map(lineText).join(''));
  journal.push(all, (line) => {
    if (line.type === 'scene') reader.take(line);
  });
  expect(journal.garbled).toBe(0);
  return reader.participants;
}

describe('scenes of a stint', () => {
  it('have the participants that changed alone, and give back every scene in its order', () => {
    const [writer, reader] = [new SceneWriter(), new SceneReader()];
    const [ann, bob, eve] = [participant('ann'), participant('bob'), participant('eve')];
    const speaking = participant('bob', { speakingSinceMs: 1234, isMuted: true });
    const scenes = [[ann, bob], [ann, speaking, eve], [eve, ann, speaking], [speaking], [], [ann]];
    const changed = scenes.map((participants, at) => {
      const lines = writer.change({ participants, layout: 'grid' }, at * 1000);
      expect(read(reader, lines)).toEqual(participants);
      return lines.flatMap(({ shown, gone }) => [...gone.map((one) => `-${one}`), ...shown.map((one) => one.identity)]);
    });
    expect(changed[1]).toEqual(['bob', 'eve']);
    expect(changed[3]).toEqual(['-eve', '-ann']);
    expect(reader.layout).toBe('grid');
  });

  it('write a layout once, and keep it where the room does not say it', () => {
    const [writer, reader] = [new SceneWriter(), new SceneReader()];
    const layouts = (['grid', 'grid', undefined, 'speaker'] as const).map((layout) => {
      const lines = writer.change({ participants: [], layout }, 1);
      read(reader, lines);
      return [lines.length, reader.layout];
    });
    expect(layouts).toEqual([[1, 'grid'], [0, 'grid'], [0, 'grid'], [1, 'speaker']]); // biome-ignore format: a table
  });

  it('of a thousand people fit into lines, and a change of the speaker is one short line', () => {
    const [writer, reader] = [new SceneWriter(), new SceneReader()];
    const people = Array.from({ length: 1000 }, (_, at) => participant(`${at}`.repeat(30)));
    const lines = writer.change({ participants: people, layout: 'grid' }, 0);
    expect(Math.max(...lines.map((line) => lineText(line).length))).toBeLessThan(LINE_LENGTH_MAX);
    expect(read(reader, lines)).toEqual(people);
    const next = people.with(500, { ...(people[500] as ComposedParticipant), speakingSinceMs: 5 });
    const [change, ...others] = writer.change({ participants: next, layout: 'grid' }, 5);
    expect(others).toEqual([]);
    expect(lineText(change as SceneChanged).length).toBeLessThan(1000);
    const left = writer.change({ participants: [], layout: 'grid' }, 9);
    expect(read(reader, left)).toEqual([]);
  });

  it('end at their bound with the last scene', () => {
    const writer = new SceneWriter(200);
    expect(writer.change({ participants: [participant('ann')], layout: 'grid' }, 0)).toHaveLength(2);
    expect(writer.isFull).toBe(true);
    expect(writer.change({ participants: [], layout: 'grid' }, 1)).toEqual([]);
  });
});

it.each<[what: string, line: object]>([
  ['a participant without tracks', { gone: [], shown: [{ identity: 'a', name: '', isMuted: false }] }],
  ['participants that are no list', { gone: [], shown: {} }],
  ['names that are no texts', { gone: [1], shown: [] }],
  ['an unknown layout', { gone: [], shown: [], layout: 'spiral' }],
])('a scene with %s is garbled', (_, line) => {
  const journal = new JournalReader();
  const stint = { type: 'stint', version: 1, recordingId: 're_1', roomKey: 'a/b', identity: '', stintId: 's' };
  const begun = { ...stint, recorderId: 'r', startedWallMs: 1 };
  const text = [begun, { type: 'scene', ms: 1, ...line }, { type: 'postRemoved', postId: 'p', ms: 2 }];
  const taken: string[] = [];
  journal.push(
    Buffer.from(text.map((one) => `${JSON.stringify(one)}\n`).join('')),
    ({ type }) => void taken.push(type),
  );
  expect(taken).toEqual(['stint', 'postRemoved']);
});
