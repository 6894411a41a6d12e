import './wire-numbers.ts';

/** Every message of proto/*.proto as static protobufjs code: `wire.Join.encode(...)`, type `wire.Join`. */
export { meridian as wire } from './generated/meridian.js';
