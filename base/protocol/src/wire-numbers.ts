// Reads 64-bit fields as numbers everywhere (times and sequence numbers stay far below 2^53), whether or not a package
// `long` is installed. Must be imported before the generated code, which checks when it loads.
import protobuf from 'protobufjs/minimal.js';

const util = protobuf.util as unknown as { Long: unknown };
util.Long = undefined;
protobuf.configure();
