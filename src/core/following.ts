import type { Around } from "../protocol/index.ts";
import type { Vector } from "./vector.ts";

/** What follows θ after each step: Lookahead's slow weights (Zhang et al. 2019, arXiv:1907.08610), and averages of θ. */
export class Following {
  /** Lookahead's φ, which is what its authors evaluate. */
  readonly slow: Vector | undefined;
  /** The averaged weights, where an average is asked for. */
  readonly average: Vector | undefined;
  #averaged = 0;

  constructor(
    private readonly around: Around,
    theta: Vector,
  ) {
    this.slow = around.lookahead && Float64Array.from(theta);
    this.average = around.average && Float64Array.from(theta);
  }
  /** After step t, in place. */
  after(theta: Vector, t: number): void {
    const { slow } = this;
    const { lookahead } = this.around;
    if (slow && lookahead && t % lookahead.every === 0)
      for (let i = 0; i < theta.length; i++) theta[i] = slow[i] += lookahead.alpha * (theta[i] - slow[i]);
    if (this.average) this.#follow(theta, this.average, t);
  }
  /** Until something enters it the average is θ; what enters first enters whole, as in torch.optim.swa_utils and Keras. */
  #follow(theta: Vector, mean: Vector, t: number): void {
    const { type = "ema", decay = 0.999, from = 0, every = 1, overwriteEvery } = this.around.average ?? {};
    if (t > from && (t - from) % every === 0) {
      const n = ++this.#averaged;
      const entering = n === 1 ? 1 : type === "polyak" ? 1 / n : 1 - decay;
      for (let i = 0; i < theta.length; i++) mean[i] += entering * (theta[i] - mean[i]);
    } else if (this.#averaged === 0) mean.set(theta);
    if (overwriteEvery !== undefined && t % overwriteEvery === 0) theta.set(mean);
  }
}
