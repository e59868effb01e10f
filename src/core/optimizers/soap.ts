import { spell, steps, typed } from "../../protocol/index.ts";
import type { Note, Values } from "../../protocol/index.ts";
import { requireSide, sidesOf } from "../tensor.ts";
import { zeros } from "../vector.ts";
import type { Vector } from "../vector.ts";
import { optimizer, sizeOf, totalSize } from "./optimizer.ts";
import type { Shape } from "./optimizer.ts";
import { basisOf, decompose, observe, project, refresh, roomFor } from "./soap/basis.ts";
import type { Basis, Room } from "./soap/basis.ts";
import { soapHyperparameters } from "./soap/hyperparameters.ts";
import { layoutOf } from "./soap/layout.ts";

type SoapValues = Values<typeof soapHyperparameters>;

/** All vectors in the order of the layout. */
interface Tensor {
  readonly from: number;
  /** Which coordinate stands where, if not each in its place. */
  readonly order: Int32Array | undefined;
  readonly bases: readonly Basis[];
  readonly g: Vector;
  /** What Adam makes of it. */
  readonly u: Vector;
  /** Both means, in the eigenbases. */
  readonly m: Vector;
  readonly v: Vector;
}
interface State {
  readonly tensors: readonly Tensor[];
  readonly room: Room;
}

/**
 * SOAP: Adam in the eigenbases of Shampoo's statistics. The first gradient only makes the bases; a gradient enters the
 * statistics after its own step, and the mean of gradients turns with the bases. A step of an m × n matrix multiplies it by
 * m × m and n × n matrices four times, and now and then the bases are made anew: hundreds of times the time of Adam.
 */
export const soap = optimizer({
  name: "SOAP",
  source:
    "Vyas et al. 2024, Algorithm 3, arXiv:2409.11321; arithmetic of the authors' repository, in float64 throughout",
  hyperparameters: soapHyperparameters,
  init(_theta, shapes, h): State {
    let from = 0;
    const tensors = shapes.map((shape) => {
      const size = sizeOf(shape);
      from += size;
      return tensorOf(from - size, size, shape, h);
    });
    const longest = tensors.flatMap(({ bases }) => bases).reduce((most, { side }) => Math.max(most, side.length), 0);
    const largest = tensors.reduce((most, { g }) => Math.max(most, g.length), 0);
    return { tensors, room: roomFor(largest, longest) };
  },
  step(f, theta, { tensors, room }, t, h) {
    const gradient = f.gradient(theta).mean;
    const { learningRate, beta1, beta2, epsilon, weightDecay } = h;
    const shampooBeta = h.shampooBeta >= 0 ? h.shampooBeta : beta2;
    const step = t - 1; // the first one only looks
    const correction = h.biasCorrection === 0 ? 1 : Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step);
    const keep = 1 - learningRate * weightDecay;
    for (const { from, order, bases, g, u, m, v } of tensors) {
      const n = g.length;
      for (let k = 0; k < n; k++) g[k] = gradient[from + (order ? order[k] : k)];
      if (step === 0) {
        observe(bases, g, shampooBeta);
        decompose(bases, room);
        continue;
      }
      u.set(g);
      project(bases, u, false, room);
      for (let k = 0; k < n; k++) {
        m[k] = beta1 * m[k] + (1 - beta1) * u[k];
        v[k] = beta2 * v[k] + (1 - beta2) * u[k] * u[k];
        u[k] = m[k] / (Math.sqrt(v[k]) + epsilon);
      }
      project(bases, u, true, room);
      const rate = learningRate * correction * (h.normalizeGradients === 0 ? 1 : 1 / (1e-30 + rootMeanSquare(u)));
      for (let k = 0; k < n; k++) {
        const i = from + (order ? order[k] : k);
        theta[i] = keep * (theta[i] - rate * u[k]);
      }
      observe(bases, g, shampooBeta);
      if (step % h.refreshEvery !== 0) continue;
      project(bases, m, true, room);
      refresh(bases, v, room);
      project(bases, m, false, room);
    }
  },
  couples: true,
  effective: "|Δθ| / |ĝ|",
  stateSize: (h, shapes) =>
    2 * totalSize(shapes) +
    2 * shapes.flatMap((shape) => preconditionedSides(shape, h)).reduce((sum, side) => sum + side * side, 0),
  annotate: notes,
});

/** Lengths of the sides that have a basis. */
function preconditionedSides(shape: Shape, h: SoapValues): number[] {
  const { shape: seen, preconditioned } = layoutOf(shape, h);
  return seen.filter((_, k) => preconditioned[k]);
}

function tensorOf(from: number, size: number, shape: Shape, h: SoapValues): Tensor {
  for (const side of preconditionedSides(shape, h))
    requireSide("SOAP", side, shape, "lower max_precond_dim, so that a side this long has no basis");
  const { shape: seen, order, preconditioned } = layoutOf(shape, h);
  const bases = sidesOf(seen).flatMap((side, k) => (preconditioned[k] ? [basisOf(side)] : []));
  return { from, order, bases, g: zeros(size), u: zeros(size), m: zeros(size), v: zeros(size) };
}

function rootMeanSquare(a: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * a[i];
  return Math.sqrt(sum / a.length);
}

function notes(h: SoapValues, batchSize: number): Note[] {
  const { learningRate, beta1, beta2, shampooBeta, epsilon, weightDecay, refreshEvery, normalizeGradients } = h;
  const batch = batchSize > 1 ? ` (here B = ${typed(batchSize)})` : "";
  const window = (beta: number) => steps(1 / (1 - beta));
  const all: Note[] = [
    {
      hyperparameter: "learningRate",
      text:
        normalizeGradients === 0
          ? `units of θ: about ${typed(learningRate)} a step in each direction of the eigenbasis, whatever the loss's scale`
          : `units of θ: an RMS of ${typed(learningRate)} a step in each tensor, apart from bias correction`,
    },
    { hyperparameter: "learningRate", text: `batch × k where noise dominates: η × √k, 1−β₁ and 1−β₂ × k${batch}` },
    { hyperparameter: "beta1", text: `ĝ averaged over N = 1/(1−β₁) = ${window(beta1)} steps; not coupled to η` },
    { hyperparameter: "beta2", text: `ĝ² averaged over N = 1/(1−β₂) = ${window(beta2)} steps in the eigenbasis` },
    {
      hyperparameter: "shampooBeta",
      text: `G Gᵀ averaged over N = ${window(shampooBeta >= 0 ? shampooBeta : beta2)} steps${shampooBeta >= 0 ? "" : ", those of β₂"}`,
    },
    {
      hyperparameter: "refreshEvery",
      text: `bases are up to ${steps(refreshEvery)} steps old; the first step leaves θ where it is`,
    },
    {
      hyperparameter: "epsilon",
      text: `units of ĝ; where √v is below it, SGD at rate η/ε = ${spell(learningRate / epsilon)}`,
    },
  ];
  if (weightDecay > 0 && learningRate > 0)
    all.push({
      hyperparameter: "weightDecay",
      text: `θ shrinks by ηλ = ${spell(learningRate * weightDecay)} a step, e-fold in ${steps(1 / (learningRate * weightDecay))} steps`,
    });
  return all;
}
