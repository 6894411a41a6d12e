import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

// Every bundled program imports this first, so that stack traces name lines of our sources instead of the bundles.
// Node's `--enable-source-maps` reads every map at the start, which doubles the start of a service; this reads a map
// when a trace needs it.

const LOCATION = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/;

/** Source map by the URL of a bundle; undefined if missing. @type {Map<string, SourceMap | undefined>} */
const maps = new Map();

Error.prepareStackTrace = (error, frames) =>
  [headOf(error), ...frames.map((frame) => `    at ${placed(String(frame))}`)].join('\n');

/** @param {Error} error */
function headOf(error) {
  try {
    return String(error);
  } catch (caught) {
    // The error's own `toString` has thrown.
    if (caught === error) throw caught;
    return 'Error';
  }
}

/** @param {string} frame as V8 writes it */
function placed(frame) {
  return frame.replace(LOCATION, (all, url, line, column) => {
    const origin = mapOf(url)?.findOrigin(Number(line), Number(column));
    if (origin === undefined || !('fileName' in origin)) return all;
    return `${new URL(origin.fileName, url).pathname}:${origin.lineNumber}:${origin.columnNumber}`;
  });
}

/** @param {string} url */
function mapOf(url) {
  if (!maps.has(url)) {
    const file = new URL(`${url}.map`);
    maps.set(url, existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined);
  }
  return maps.get(url);
}
