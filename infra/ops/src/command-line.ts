// Runs a command line and formats its errors.
import { type Command, CommanderError } from 'commander';
import type { Io } from './context.ts';
import { HostError } from './core/error.ts';

/** Codes of errors that other arguments would avoid. */
const ARGUMENT_CODES = ['OPTION_INVALID', 'LINE_INVALID'];

/** Runs the command. Resolves with the exit code: 0 done, 1 failed, 2 wrong arguments. */
export async function runCommand(program: Command, words: readonly string[], io: Io): Promise<number> {
  configureCommand(program, io);
  try {
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { code, message } = error as { code?: unknown; message: string };
    if (typeof code !== 'string') throw error;
    io.err(`${program.name()}: ${message} (${code})`);
    if (error instanceof HostError) io.err(`→ ${error.cure}`);
    return ARGUMENT_CODES.includes(code) ? 2 : 1;
  }
}

/** Commander would otherwise write by itself and end the process. */
function configureCommand(command: Command, io: Io): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .showHelpAfterError('--help lists the options');
  for (const each of command.commands) configureCommand(each, io);
}

/** Collects an option that may be repeated and may have several values separated by commas. */
export const collectList = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text.split(',').filter((part) => part !== ''),
];
