// Option parsers in the form that commander takes.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { grant, WordError } from './core/words.ts';

/** Turns a WordError into commander's error of the option. */
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

/** Collects the values of an option that may be given several times. */
export const each =
  <T>(read: (text: string) => T) =>
  (text: string, before: readonly T[] = []): T[] => [...before, word(read)(text)];

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw new WordError('must be a whole number, at least 1');
  return Number(text);
}

export const text = (value: string): string => value;

/** Splits a list at its commas. */
export const splitList = (typed: string): string[] =>
  typed
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

export const limitOption = (): Option =>
  new Option('--limit <rows>', 'maximum number of rows').argParser(word(wholeNumber)).default(100);

/** Returns the option `--grant`, which collects an object of grants. */
export const grantOption = <Name extends string>(names: readonly Name[]): Option =>
  new Option('--grant <name>', `${names.join(', ')}; NAME=false removes a right`)
    .argParser((value: string, before: Partial<Record<Name, boolean>> = {}) => {
      const { name, value: isGranted } = word((typed: string) => grant(typed, names))(value);
      return { ...before, [name]: isGranted };
    })
    .default({}, 'the defaults of LiveKit');

/** Adds a group of commands under its plural and singular: `meridian rooms list`, `meridian room list`. */
export const group = (program: Command, name: string, description: string): Command =>
  program.command(name).alias(name.replace(/s$/, '')).description(description).helpCommand(false);
