import * as tf from '@tensorflow/tfjs';

/** What layers hold besides weights, under the names that TensorFlow.js gives it. */
interface Holder {
  readonly layers?: readonly Holder[];
  readonly layer?: Holder;
  readonly forwardLayer?: Holder;
  readonly backwardLayer?: Holder;
  readonly cell?: Holder;
  readonly cells?: readonly Holder[];
  readonly dropoutMask?: tf.TensorContainer;
  readonly recurrentDropoutMask?: tf.TensorContainer;
  readonly states_?: tf.TensorContainer;
  readonly keptStates?: tf.TensorContainer;
}

/**
 * Frees a model: its weights, and the dropout masks and states of recurrent layers, which `model.dispose()` of
 * TensorFlow.js 4.22 leaves.
 */
export function disposeModel(model: tf.LayersModel): void {
  disposeHeld(model as unknown as Holder);
  model.dispose();
}

function disposeHeld(holder: Holder): void {
  const { dropoutMask, recurrentDropoutMask, states_, keptStates } = holder;
  for (const held of [dropoutMask, recurrentDropoutMask, states_, keptStates]) tf.dispose(held ?? []);
  const { layers = [], cells = [], layer, forwardLayer, backwardLayer, cell } = holder;
  for (const part of [...layers, ...cells, layer, forwardLayer, backwardLayer, cell]) {
    if (part !== undefined) disposeHeld(part);
  }
}
