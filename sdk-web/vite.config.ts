import { defineConfig, type Plugin } from 'vite';

// Parts of libraries that the SDK does not need: for React Native, for tests, for whole numbers beyond 2^53, for
// services of protobuf.
const UNUSED = [
  /[\\/]mediasoup-client[\\/]lib[\\/](handlers[\\/](ReactNative106|FakeHandler)|test[\\/]fakeParameters)\.js$/,
  /[\\/]node_modules[\\/]long[\\/]/,
  /[\\/]protobufjs[\\/]src[\\/]rpc[\\/]service\.js$/,
];
const withoutUnused: Plugin = {
  name: 'without-unused',
  enforce: 'pre',
  load: (id) => (UNUSED.some((one) => one.test(id)) ? 'module.exports = {};' : null),
};
/** Effects import the SDK's error class, so that a page can test for one class. */
const errorsOfSdk: Plugin = {
  name: 'errors-of-sdk',
  enforce: 'pre',
  resolveId: (source, importer) =>
    source === '@meridian/client' && /[\\/]src[\\/]effects[\\/]/.test(importer ?? '')
      ? { id: './index.js', external: true }
      : null,
};

/**
 * Self-contained ESM files of the SDK, the effects and the player for browsers without WebRTC: a page without a bundler
 * can import them directly. Workers, models and WebAssembly are files beside them.
 */
export default defineConfig({
  base: './',
  plugins: [withoutUnused, errorsOfSdk],
  build: {
    lib: { entry: { index: 'src/index.ts', effects: 'src/effects/index.ts', h5: 'src/h5/index.ts' }, formats: ['es'] },
    target: 'es2022',
    // Removes white space too, which bundles of libraries otherwise keep: a page may load the file directly.
    rolldownOptions: { output: { minify: true, assetFileNames: 'assets/[name]-[hash][extname]' } },
    sourcemap: true,
    emptyOutDir: true,
    outDir: 'dist',
  },
});
