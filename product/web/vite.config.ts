import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The "About" popover links to them. */
const legalTexts: Plugin = {
  name: 'legal-texts',
  generateBundle() {
    for (const name of ['LICENSE', 'NOTICE'])
      this.emitFile({ type: 'asset', fileName: `${name}.txt`, source: readFileSync(pathOf(`../../${name}`), 'utf8') });
  },
};

/** Writes .br and .gz beside files that shrink by at least a tenth; the server sends those. */
const compressed: Plugin = {
  name: 'compressed',
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle)) {
      const file = join(dir, name);
      const bytes = readFileSync(file);
      const forms = { br: brotliCompressSync(bytes, brotli), gz: gzipSync(bytes) };
      for (const [ending, form] of Object.entries(forms))
        if (form.byteLength < bytes.byteLength * 0.9) writeFileSync(`${file}.${ending}`, form);
    }
  },
};
/** Quality 5 turns 11 MB into 2.7 MB in 0.3 s; 9 gives 2.6 MB in 1.2 s, and 11 takes 20 s. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/** `--mode stories` builds the stories (states of the page from plain values) instead of the product. */
export default defineConfig(({ mode }) => {
  const stories = mode === 'stories';
  return {
    root: pathOf('.'),
    base: '/',
    plugins: [react(), legalTexts, ...(stories ? [] : [compressed])],
    build: {
      target: 'es2022',
      outDir: pathOf(stories ? 'test/dist' : 'dist'),
      emptyOutDir: true,
      sourcemap: false,
      // The server's content security policy allows no data: scripts, so nothing needs to be inlined.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // kB unpacked: the wire contract's generated code is large and compresses to a seventh
      chunkSizeWarningLimit: 900,
      rolldownOptions: {
        input: stories
          ? pathOf('stories.html')
          : ['index.html', 'play.html', 'account.html', 'check.html', 'watch.html', 'not-found.html'].map(pathOf),
        // The index only re-exports and has no side effects: a page that imports a name loads only that module.
        treeshake: { moduleSideEffects: [{ test: /[\\/]protocol[\\/]src[\\/]index\.ts$/, sideEffects: false }] },
        // Code that changes at different times is split, so that a new page does not reload React and the SDK.
        // The stories are one file: a part that the page loads on demand must be there before the photograph.
        output: {
          codeSplitting: !stories && {
            groups: [
              { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
              // The player page checks names; it loads the signaling code only if it plays by WebRTC.
              { name: 'names', test: /[\\/]protocol[\\/]src[\\/](ids|limits)\.ts/, priority: 1 },
              { name: 'library-file', test: /[\\/]protocol[\\/]src[\\/]library\.ts/, priority: 1 },
              { name: 'protocol', test: /[\\/]protocol[\\/]|node_modules[\\/]protobufjs/ },
              {
                name: 'sdk',
                test: /[\\/]sdk-web[\\/]src[\\/](?!(h5|effects)[\\/])|node_modules[\\/](mediasoup-client|sdp-transform|h264-profile-level-id|awaitqueue|debug|events)/,
              },
            ],
          },
        },
      },
    },
  };
});
