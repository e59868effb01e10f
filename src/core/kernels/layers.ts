/** A dense layer z = xW + b of a network whose parameters are one vector θ. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** θ holds W (inputs × outputs, row-major) from here, b from `biases`; the next layer begins at `end`, at once without b. */
  readonly weights: number;
  readonly biases: number;
  readonly end: number;
}

/** The layers between these sizes, one after the other in θ. */
export function layersOf(sizes: readonly number[], bias = true): Layer[] {
  let weights = 0;
  return sizes.slice(1).map((outputs, l) => {
    const inputs = sizes[l];
    const biases = weights + inputs * outputs;
    const layer = { inputs, outputs, weights, biases, end: biases + (bias ? outputs : 0) };
    weights = layer.end;
    return layer;
  });
}

/** What hidden layers make of z; by index of a problem's choice. */
export const activations = ["tanh", "ReLU"] as const;
export type Activation = (typeof activations)[number];

/** f′(z) by a = f(z), and f″(z) dz by a and da = f′(z) dz. ReLU has slope 0 at 0, as PyTorch has it. NaN stays NaN. */
export const slope: Readonly<Record<Activation, (a: number) => number>> = {
  tanh: (a) => 1 - a * a,
  ReLU: (a) => (a <= 0 ? 0 : 1),
};
export const bend: Readonly<Record<Activation, (a: number, da: number) => number>> = {
  tanh: (a, da) => -2 * a * da,
  ReLU: () => 0,
};
