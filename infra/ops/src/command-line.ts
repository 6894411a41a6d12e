// How the words of a command line are run, and what its errors look like.
import { type Command, CommanderError } from 'commander';
import type { Io } from './context.ts';
import { HostError } from './core/error.ts';

/** Errors that are mended by other words. */
const WORDS = ['OPTION_INVALID', 'LINE_INVALID'];

/** Does what `words` say. Resolves with the exit code: 0 done, 1 failed, 2 wrong words. */
export async function runCommand(program: Command, words: readonly string[], io: Io): Promise<number> {
  settle(program, io);
  try {
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { code, message } = error as { code?: unknown; message: string };
    if (typeof code !== 'string') throw error;
    io.err(`${program.name()}: ${message} (${code})`);
    if (error instanceof HostError) io.err(`→ ${error.cure}`);
    return WORDS.includes(code) ? 2 : 1;
  }
}

/** All commands write to `io`, and throw in place of ending the process. */
function settle(command: Command, io: Io): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .showHelpAfterError('--help lists the options');
  for (const each of command.commands) settle(each, io);
}

/** Of an option that may be given several times, and hold several values with commas between. */
export const listed = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text.split(',').filter((part) => part !== ''),
];
