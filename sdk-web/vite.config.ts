import { defineConfig } from 'vite';

/**
 * Self-contained ESM files, of the SDK and of the player for browsers without WebRTC: @meridian/protocol is not
 * published apart, and a page without a bundler can import them as they are. The player's worker is a file beside it.
 */
export default defineConfig({
  base: './',
  build: {
    lib: { entry: { index: 'src/index.ts', h5: 'src/h5/index.ts' }, formats: ['es'] },
    target: 'es2022',
    sourcemap: true,
    emptyOutDir: true,
    outDir: 'dist',
  },
});
