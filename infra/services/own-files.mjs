import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Form in which our code names a file beside it: `new URL('./lua/renew.lua', import.meta.url)`. */
const REFERENCE = /new URL\((['"])(\.{1,2}\/[^'"]+)\1, import\.meta\.url\)/g;

/**
 * Bundles files that our code names by `new URL('./…', import.meta.url)`: a `.ts` file (of a thread or child process)
 * as a program, any other file unchanged.
 * @returns {import('rolldown').Plugin}
 */
export function ownFiles() {
  return {
    name: 'own-files',
    transform: {
      filter: { id: { exclude: /node_modules/ }, code: /import\.meta\.url\)/ },
      handler(code, importer) {
        const changed = code.replaceAll(REFERENCE, (_all, _quote, path) => {
          const file = join(dirname(importer), path);
          const reference = file.endsWith('.ts')
            ? this.emitFile({ type: 'chunk', id: file })
            : this.emitFile({
                type: 'asset',
                name: basename(file),
                originalFileName: file,
                source: readFileSync(file),
              });
          return `new URL(import.meta.ROLLUP_FILE_URL_${reference})`;
        });
        return changed === code ? undefined : { code: changed, map: null };
      },
    },
  };
}
