// Converts `FinishedRecording` to `finished.json` as players read it (`base/protocol/src/recording-file.ts`), with
// relative names. Fields that only this recorder uses are added.
import {
  type FinishedChapter,
  type FinishedRecording as Played,
  type FinishedFile as PlayedFile,
  type FinishedOutput as PlayedOutput,
  partsOfRoomKey,
} from '@meridian/protocol';
import type { Chapter } from './chapters.ts';
import { FINISHED_FOLDER, type FinishedFile, type FinishedOutput, type FinishedRecording } from './finished.ts';

/** Returns the text of `finished.json`, deterministic for a recording. */
export const finishedText = (finished: FinishedRecording): string => `${JSON.stringify(playedOf(finished))}\n`;

export const inFinishedFolder = (file: PlayedFile): FinishedFile =>
  Object.assign({}, file, { name: `${FINISHED_FOLDER}${file.name}` });

export function playedOf(finished: FinishedRecording): Played {
  const { version, recordingId, roomKey, identity, startedWallMs, durationMs, holes, holeMs, missing } = finished;
  const files = new Map(
    finished.files.map((file) => [file.name, Object.assign({}, file, { name: relative(file.name) })]),
  );
  return Object.assign(
    { identity, holeMs, missing },
    {
      version,
      recordingId,
      room: partsOfRoomKey(roomKey)?.room ?? roomKey,
      startedWallMs,
      durationMs,
      holes,
      participants: finished.participants,
      outputs: finished.outputs.flatMap((output) => outputOf(output, files) ?? []),
      chapters: finished.chapters.flatMap((chapter, at) => chaptersOf(chapter, finished.chapters, at)),
      captions: finished.captions.map(({ language, name }) => ({ lang: language, name: relative(name) })),
      posts: finished.posts === undefined ? null : { name: relative(finished.posts) },
      files: [...files.values()],
    },
  );
}

const relative = (name: string): string =>
  name.startsWith(FINISHED_FOLDER) ? name.slice(FINISHED_FOLDER.length) : name;

function outputOf(output: FinishedOutput, files: ReadonlyMap<string, PlayedFile>): PlayedOutput | undefined {
  const { name, group, identity, participantName, offsetMs, durationMs, width, height } = output;
  const { pictureCodec, soundCodec, renditions, playlist, thumbnails } = output;
  const mp4 = files.get(output.mp4);
  if (mp4 === undefined) return undefined;
  const folder = thumbnails?.slice(0, thumbnails.lastIndexOf('/') + 1);
  const sheets = [...files.keys()].filter((file) => folder !== undefined && isSheet(file, folder)).sort(byNumber);
  return Object.assign(
    { pictureCodec, soundCodec, renditions },
    {
      name,
      group,
      identity,
      title: participantName,
      offsetMs,
      durationMs,
      hasPicture: pictureCodec !== undefined,
      hasSound: soundCodec !== undefined,
      width,
      height,
      mp4,
      hls: playlist === undefined ? null : { name: relative(playlist) },
      sprite: thumbnails === undefined ? null : { vtt: relative(thumbnails), sheets: sheets.map(relative) },
    },
  );
}

const isSheet = (file: string, folder: string): boolean => file.startsWith(folder) && file.endsWith('.jpg');
/** Sorts sheets by number: `sprite-10.jpg` comes after `sprite-9.jpg`. */
const byNumber = (one: string, other: string): number => one.length - other.length || (one < other ? -1 : 1);

/** Makes a shared screen a chapter of its own for as long as it is shown, beside the speakers' chapters. */
function chaptersOf(chapter: Chapter, all: readonly Chapter[], at: number): FinishedChapter[] {
  const { ms, durationMs, identity, name, screenIdentity, screenName } = chapter;
  const screenChapters: FinishedChapter[] = [];
  if (screenIdentity !== '' && all[at - 1]?.screenIdentity !== screenIdentity) {
    const endIndex = all.findIndex((later, index) => index > at && later.screenIdentity !== screenIdentity);
    const last = all[endIndex === -1 ? all.length - 1 : endIndex - 1] ?? chapter;
    const shownMs = last.ms + last.durationMs - ms;
    screenChapters.push({ ms, durationMs: shownMs, kind: 'screen', identity: screenIdentity, title: screenName });
  }
  if (identity !== '') screenChapters.push({ ms, durationMs, kind: 'speaker', identity, title: name });
  return screenChapters;
}
