// Applies the demand for layers to a sender (dynacast): changes its parameters without a new offer and answer.
import type { types } from 'mediasoup-client';
import type { VideoPlan } from '../core/codec.ts';
import { encodingsFor, type LayerDemand, type SentEncoding } from '../core/layer-demand.ts';

const usualFrameRate = 30;
const changed = ['active', 'scalabilityMode', 'scaleResolutionDownBy', 'maxBitrate', 'maxFramerate'] as const;
const defaults: Parameters = { scaleResolutionDownBy: 1 };
type Parameters = Partial<Record<(typeof changed)[number], unknown>>;

/**
 * Sends the layers of `plan` that are demanded. A browser that refuses a change of layers sends them all, and only
 * stops and starts encodings. Rejects when the sender is closed.
 */
export async function applyLayerDemand(producer: types.Producer, plan: VideoPlan, demand: LayerDemand): Promise<void> {
  const sender = producer.rtpSender;
  if (producer.closed || sender === undefined) return;
  const frameRate = producer.track?.getSettings().frameRate ?? usualFrameRate;
  const encodings = encodingsFor(plan, demand, frameRate);
  try {
    await setEncodings(sender, encodings);
  } catch (error) {
    if (producer.closed) throw error;
    await setEncodings(
      sender,
      plan.encodings.map((planned, at) => ({ ...planned, active: encodings[at]?.active ?? true })),
    );
  }
}

async function setEncodings(sender: RTCRtpSender, encodings: readonly SentEncoding[]): Promise<void> {
  const parameters = sender.getParameters();
  let isChanged = false;
  for (const [index, encoding] of parameters.encodings.entries()) {
    const [present, next]: [Parameters, Parameters] = [encoding, encodings[index] ?? {}];
    for (const name of changed) {
      const value = next[name] ?? defaults[name];
      if ((present[name] ?? defaults[name]) === value) continue;
      isChanged = true;
      if (value === undefined) delete present[name];
      else present[name] = value;
    }
  }
  if (isChanged) await sender.setParameters(parameters);
}
