import { defineConfig } from 'vite';

/**
 * One self-contained ESM file: @meridian/protocol is not published apart, and a page without a bundler can import it as
 * it is.
 */
export default defineConfig({
  build: {
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'index.js' },
    target: 'es2022',
    sourcemap: true,
    emptyOutDir: true,
    outDir: 'dist',
  },
});
