// Applies the demand for layers to a sender (dynacast): unwatched upper encodings stop, and start again with a key
// frame. Changes the sender's parameters directly, without a new offer and answer.
import type { types } from 'mediasoup-client';

/**
 * Stops the encodings above `maxSpatialLayer`; −1 stops all. A single encoding is only switched as a whole. Rejects
 * when the sender is closed.
 */
export async function applyLayerDemand(producer: types.Producer, maxSpatialLayer: number): Promise<void> {
  const sender = producer.rtpSender;
  if (producer.closed || sender === undefined) return;
  const parameters = sender.getParameters();
  const single = parameters.encodings.length === 1;
  let changed = false;
  for (const [index, encoding] of parameters.encodings.entries()) {
    const active = single ? maxSpatialLayer >= 0 : index <= maxSpatialLayer;
    changed ||= encoding.active !== active;
    encoding.active = active;
  }
  if (changed) await sender.setParameters(parameters);
}
