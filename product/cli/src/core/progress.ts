// Progress of an upload on one line of a terminal.
import { cellText } from './table.ts';

const phases = { reading: 'is read', sending: 'is sent', checking: 'is checked', done: 'is there' } as const;

/** Progress as the uploader reports it. */
export interface Progress {
  readonly phase: keyof typeof phases;
  readonly bytes: number;
  readonly bytesTotal: number;
  readonly knownBytes: number;
}

/** Returns a line such as `talk.mp4 is sent: 45 % of 1.2 GB`. */
export function progressLine(name: string, { phase, bytes, bytesTotal, knownBytes }: Progress): string {
  const share = phase === 'reading' || phase === 'sending' ? `: ${percent(bytes, bytesTotal)} of ` : ': ';
  const known = knownBytes > 0 ? `, ${size(knownBytes)} of it known` : '';
  return `${cellText(name)} ${phases[phase]}${share}${size(bytesTotal)}${known}`;
}

/** Rounds down, so that 100 % appears only at the end. */
const percent = (bytes: number, of: number): string => `${of === 0 ? 100 : Math.floor((100 * bytes) / of)} %`;

/** Returns a size in decimal units, as disks are sold. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.floor(value)} ${units[power]}`;
}
