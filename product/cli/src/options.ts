// Options as commander takes them.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { grant, WordError } from './core/words.ts';

/** A word that is wrong becomes the error of its option. */
export const word =
  <T>(read: (text: string) => T) =>
  (text: string): T => {
    try {
      return read(text);
    } catch (error) {
      if (error instanceof WordError) throw new InvalidArgumentError(`${error.message}.`);
      throw error;
    }
  };

/** Of an option that may be given several times. */
export const each =
  <T>(read: (text: string) => T) =>
  (text: string, before: readonly T[] = []): T[] => [...before, word(read)(text)];

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw new WordError('a whole number, at least 1');
  return Number(text);
}

export const text = (value: string): string => value;

/** `a, b`: the words between commas. */
export const words = (typed: string): string[] =>
  typed
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

export const limitOption = (): Option =>
  new Option('--limit <rows>', 'how many at most').argParser(word(wholeNumber)).default(100);

/** `--grant`, as an object of grants. */
export const grantOption = <Name extends string>(names: readonly Name[]): Option =>
  new Option('--grant <name>', `${names.join(', ')}; NAME=false takes one away`)
    .argParser((value: string, before: Partial<Record<Name, boolean>> = {}) => {
      const { name, value: isGranted } = word((typed: string) => grant(typed, names))(value);
      return { ...before, [name]: isGranted };
    })
    .default({}, 'those of LiveKit');

/** A group of commands: `meridian rooms list`, also `meridian room list`. */
export const group = (program: Command, name: string, description: string): Command =>
  program.command(name).alias(name.replace(/s$/, '')).description(description).helpCommand(false);
