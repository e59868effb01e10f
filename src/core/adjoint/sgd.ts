import { sgd } from "../optimizers/sgd.ts";
import { adjoint } from "./adjoint.ts";

/**
 * SGD: b₁ = k b + e d, θ₁ = c θ − o u, where d = ±ĝ + λθ, u is b₁ or, with Nesterov, i d + μ b₁; o and i are η and 1, or
 * 1 and η where the buffer holds the rate.
 */
export const sgdAdjoint = adjoint(sgd, {
  // Without momentum the step keeps no buffer, so there is nothing that a first bit of momentum would multiply.
  by: ({ momentum }) =>
    momentum === 0 ? ["learningRate", "weightDecay"] : ["learningRate", "momentum", "dampening", "weightDecay"],
  vectors: ({ b }) => [b],
  back({ h, theta, gradient: g, state }, bars) {
    const { learningRate: eta, momentum: mu, dampening, weightDecay } = h;
    const sign = h.maximize === 0 ? 1 : -1;
    const decoupled = h.decoupledWeightDecay !== 0;
    const decay = decoupled ? 0 : weightDecay;
    const keep = decoupled ? 1 - eta * weightDecay : 1;
    const buffered = mu !== 0;
    const inside = buffered && h.rateInMomentum !== 0 ? eta : 1;
    const outside = buffered && h.rateInMomentum !== 0 ? 1 : eta;
    const share = state.started ? 1 - dampening : 1;
    const kept = state.started ? mu : 0;
    const nesterov = h.nesterov !== 0;
    const b = state.b;
    const [bBar] = bars.state;
    const { theta: thetaBar, gradient: gBar } = bars;
    let [ofInside, ofOutside, ofMu, ofShare, ofDecay, ofKeep] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < theta.length; i++) {
      const d = sign * g[i] + decay * theta[i];
      const uBar = -outside * thetaBar[i];
      let dBar = uBar;
      if (buffered) {
        const b1 = kept * b[i] + inside * share * d;
        const u = nesterov ? inside * d + mu * b1 : b1;
        ofOutside -= u * thetaBar[i];
        const b1Bar = bBar[i] + (nesterov ? mu : 1) * uBar;
        dBar = inside * share * b1Bar + (nesterov ? inside * uBar : 0);
        if (nesterov) ofMu += b1 * uBar;
        ofInside += share * d * b1Bar + (nesterov ? d * uBar : 0);
        ofShare += inside * d * b1Bar;
        if (state.started) ofMu += b[i] * b1Bar;
        bBar[i] = kept * b1Bar;
      } else ofOutside -= d * thetaBar[i];
      gBar[i] = sign * dBar;
      ofDecay += theta[i] * dBar;
      ofKeep += theta[i] * thetaBar[i];
      thetaBar[i] = keep * thetaBar[i] + decay * dBar;
    }
    const { values } = bars;
    values["learningRate"] = buffered && h.rateInMomentum !== 0 ? ofInside : ofOutside;
    if (decoupled) values["learningRate"] -= weightDecay * ofKeep;
    values["weightDecay"] = decoupled ? -eta * ofKeep : ofDecay;
    values["momentum"] = ofMu;
    values["dampening"] = state.started ? -ofShare : 0;
  },
});
