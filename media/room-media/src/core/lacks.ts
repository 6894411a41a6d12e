// What a gateway cannot make without ffmpeg, and what clients hear of it.
import { errorCodes, MeridianError } from '@meridian/protocol';

/** A kind of media of which nothing else can be made here. */
export type Lack = 'sound' | 'picture';

/** The code by which refusals and warnings name it. */
export const lackCodes = { sound: 'NO_SOUND_TRANSCODER', picture: 'NO_PICTURE_TRANSCODER' } as const;

export type LackCode = (typeof lackCodes)[Lack];

/** The code with its meaning, as programs show it. */
export const lackText = (lack: Lack): string => `${lackCodes[lack]}: ${errorCodes[lackCodes[lack]][0]}`;

/** Throws MeridianError NO_SOUND_TRANSCODER or NO_PICTURE_TRANSCODER where one of these is needed and lacking. */
export function refuseLacking(lacks: readonly Lack[], ...needed: readonly Lack[]): void {
  const lack = needed.find((media) => lacks.includes(media));
  if (lack !== undefined) throw new MeridianError(lackCodes[lack]);
}
