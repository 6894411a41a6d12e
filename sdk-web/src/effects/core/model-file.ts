// Adds a description of the input, which MediaPipe's tasks require, to the segmentation model. The original file stays
// unchanged behind a new root, which refers to its parts.
import { bytes, FlatWriter, floats, list, type Part, table, text } from './flat-writer.ts';

/** Fields of a model: tensorflow/compiler/mlir/lite/schema/schema.fbs. */
const field = { version: 0, operatorCodes: 1, subgraphs: 2, description: 3, buffers: 4 } as const;
/** File identifiers of TensorFlow Lite and of a description (metadata_schema.fbs). */
const modelKind = 'TFL3';
const descriptionKind = 'M001';
const normalization = 1;
const alignment = 16;

/** Returns the description. It maps colours from 0 … 255 to the 0 … 1 that the model needs. */
function description(): Uint8Array {
  const input = table(
    text('image'),
    undefined,
    undefined,
    undefined,
    list(table(normalization, table(floats(0), floats(255)))),
  );
  const graph = table(undefined, undefined, list(input), list(table(text('mask'))));
  return FlatWriter.file(
    descriptionKind,
    table(text('selfie'), undefined, undefined, list(graph), undefined, undefined, undefined, text('1.0.0')),
  );
}

/** Returns the model with a description of its input. Throws RangeError for other files. */
export function withInputDescription(model: Uint8Array): Uint8Array<ArrayBuffer> {
  const original = readModel(model);
  const described = description();
  const file = (behind: number): Uint8Array => {
    const referenceTo =
      (place: number): Part =>
      () =>
        behind + place;
    const texts = original.description === undefined ? undefined : referenceTo(original.description);
    const buffers = list(...original.buffers.map(referenceTo), table(bytes(described)));
    const metadata = list(table(text('TFLITE_METADATA'), original.buffers.length));
    return FlatWriter.file(
      modelKind,
      table(
        original.version,
        referenceTo(original.operatorCodes),
        referenceTo(original.subgraphs),
        texts,
        buffers,
        undefined,
        metadata,
      ),
    );
  };
  const behind = Math.ceil(file(0).length / alignment) * alignment;
  const out = new Uint8Array(behind + model.length);
  out.set(file(behind));
  out.set(model, behind);
  return out;
}

interface Model {
  readonly version: number;
  readonly operatorCodes: number;
  readonly subgraphs: number;
  readonly description: number | undefined;
  readonly buffers: readonly number[];
}

function readModel(model: Uint8Array): Model {
  const view = new DataView(model.buffer, model.byteOffset, model.byteLength);
  const target = (place: number): number => place + view.getUint32(place, true);
  if (String.fromCharCode(...model.subarray(4, 8)) !== modelKind) throw new RangeError('this is no model');
  const root = target(0);
  const shape = root - view.getInt32(root, true);
  const positionOf = (number: number): number | undefined => {
    const entry = 4 + 2 * number;
    const distance = entry < view.getUint16(shape, true) ? view.getUint16(shape + entry, true) : 0;
    return distance === 0 ? undefined : root + distance;
  };
  const requiredPlaceOf = (number: number): number => {
    const place = positionOf(number);
    if (place === undefined) throw new RangeError('a part of the model is missing');
    return place;
  };
  const buffers = target(requiredPlaceOf(field.buffers));
  const descriptionPosition = positionOf(field.description);
  return {
    version: view.getUint32(requiredPlaceOf(field.version), true),
    operatorCodes: target(requiredPlaceOf(field.operatorCodes)),
    subgraphs: target(requiredPlaceOf(field.subgraphs)),
    description: descriptionPosition === undefined ? undefined : target(descriptionPosition),
    buffers: Array.from({ length: view.getUint32(buffers, true) }, (_, index) => target(buffers + 4 + 4 * index)),
  };
}
