import { execFileSync } from 'node:child_process';

/** Returns kind, codec and duration in seconds of each stream of a file. */
export function streamsOf(path: string): { readonly kind: string; readonly codec: string; readonly seconds: number }[] {
  const entries = 'stream=codec_type,codec_name,duration';
  const json = execFileSync('ffprobe', ['-v', 'error', '-show_entries', entries, '-of', 'json', path]).toString();
  const { streams } = JSON.parse(json) as { streams: Record<string, string>[] };
  return streams.map((one) => ({
    kind: one['codec_type'] ?? '',
    codec: one['codec_name'] ?? '',
    seconds: Number(one['duration']),
  }));
}
