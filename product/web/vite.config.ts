import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The page "About" links to them. */
const legalTexts: Plugin = {
  name: 'legal-texts',
  generateBundle() {
    for (const name of ['LICENSE', 'NOTICE'])
      this.emitFile({ type: 'asset', fileName: `${name}.txt`, source: readFileSync(pathOf(`../../${name}`), 'utf8') });
  },
};

/** Files that become at least a tenth smaller lie beside themselves as .br and .gz: the server sends those. */
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
/** Of 11 MB it makes 2.7 MB in 0.3 s; quality 9 makes 2.6 MB in 1.2 s, and 11 takes 20 s. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/** `--mode stories` builds the picture book (states of the page from plain values) instead of the product. */
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
      // The content security policy of the server allows no data: scripts and needs no inlined assets.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 900, // kB unpacked: the wire contract's generated code is large and packs to a seventh
      rolldownOptions: {
        input: stories
          ? pathOf('stories.html')
          : ['index.html', 'play.html', 'account.html', 'check.html', 'recording.html', 'not-found.html'].map(pathOf),
        // It names other modules and does nothing: a page that takes a name of one loads that one.
        treeshake: { moduleSideEffects: [{ test: /[\\/]protocol[\\/]src[\\/]index\.ts$/, sideEffects: false }] },
        // What changes at different times is kept apart, so that a new page does not fetch React and the SDK again.
        output: {
          codeSplitting: {
            groups: [
              { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
              // The player page checks names; it loads what speaks to signaling nodes only if it plays by WebRTC.
              { name: 'names', test: /[\\/]protocol[\\/]src[\\/](ids|limits)\.ts/, priority: 1 },
              { name: 'library-file', test: /[\\/]protocol[\\/]src[\\/]library\.ts/, priority: 1 },
              { name: 'recording-file', test: /[\\/]protocol[\\/]src[\\/]recording-file\.ts/, priority: 1 },
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
