// 64-bit fields are read as numbers everywhere (ids of time and order stay far below 2^53), whether or not a package
// `long` happens to be installed. Must be imported before the generated code, which asks at load.
import protobuf from 'protobufjs/minimal.js';

const util = protobuf.util as unknown as { Long: unknown };
util.Long = undefined;
protobuf.configure();
