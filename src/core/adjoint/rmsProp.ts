import { rmsProp } from "../optimizers/rmsProp.ts";
import { adjoint } from "./adjoint.ts";

/**
 * RMSProp: s = i d/q with q = √(C v₁ − (C m₁)² + ε_in) + ε_out, b₁ = μ b + s, θ₁ = c θ − (ofStep s + ofBuffer b₁), where
 * d = ±ĝ + λθ, C is the bias correction, and m₁ is there only where the variance is centered.
 */
export const rmsPropAdjoint = adjoint(rmsProp, {
  // Without momentum no buffer is kept that a first bit of it would multiply.
  by: ({ momentum }) => [
    ...["learningRate", "beta2", "epsilon", "weightDecay"],
    ...(momentum === 0 ? [] : ["momentum"]),
  ],
  without: ["correctedDecay", "caution"],
  vectors: ({ v, m, b }) => [v, m, b],
  start: ([v]) => ({ initialSecondMoment: v.reduce((sum, x) => sum + x, 0) }),
  back({ t, h, theta, gradient: g, state: { v, m, b } }, bars) {
    const { learningRate: eta, beta2, epsilon, momentum: mu, weightDecay } = h;
    const sign = h.maximize === 0 ? 1 : -1;
    const decoupled = h.decoupledWeightDecay !== 0;
    const decay = decoupled ? 0 : weightDecay;
    const keep = decoupled ? 1 - eta * weightDecay : 1;
    const correction = h.biasCorrection === 0 ? 1 : 1 / (1 - beta2 ** t);
    const inRoot = h.epsilonInRoot !== 0;
    const within = inRoot ? epsilon : 0;
    const beside = inRoot ? 0 : epsilon;
    const centered = h.centered !== 0;
    const buffered = mu !== 0 || centered; // the plain step leaves its buffer as it was
    const rateInside = buffered && h.rateInMomentum !== 0;
    const nesterov = buffered && h.nesterov !== 0;
    const inside = rateInside ? eta : 1;
    const outside = rateInside ? 1 : eta;
    const ofStep = !buffered || nesterov ? outside : 0;
    const ofBuffer = !buffered ? 0 : nesterov ? outside * mu : outside;
    const [vBar, mBar, bBar] = bars.state;
    const { theta: thetaBar, gradient: gBar } = bars;
    let [ofInside, ofOutside, ofMu, ofBeta2, ofCorrection] = [0, 0, 0, 0, 0];
    let [ofWithin, ofBeside, ofDecay, ofKeep] = [0, 0, 0, 0];
    for (let i = 0; i < theta.length; i++) {
      const d = sign * g[i] + decay * theta[i];
      const v1 = beta2 * v[i] + (1 - beta2) * d * d;
      const m1 = centered ? beta2 * m[i] + (1 - beta2) * d : 0;
      const root = Math.sqrt(correction * v1 - (correction * m1) ** 2 + within);
      const q = root + beside;
      const s = (inside * d) / q;
      let sBar = -ofStep * thetaBar[i];
      if (buffered) {
        const b1 = mu * b[i] + s;
        const b1Bar = bBar[i] - ofBuffer * thetaBar[i];
        ofOutside -= (nesterov ? s + mu * b1 : b1) * thetaBar[i];
        ofMu += b[i] * b1Bar - (nesterov ? outside * b1 * thetaBar[i] : 0);
        sBar += b1Bar;
        bBar[i] = mu * b1Bar;
      } else ofOutside -= s * thetaBar[i];
      ofInside += (sBar * d) / q;
      const qBar = (-sBar * s) / q;
      const varianceBar = root > 0 ? qBar / (2 * root) : 0; // where the root is 0, so is d: only its own slope counts
      ofBeside += qBar;
      ofWithin += varianceBar;
      const v1Bar = vBar[i] + correction * varianceBar;
      ofCorrection += varianceBar * (v1 - 2 * correction * m1 * m1);
      ofBeta2 += v1Bar * (v[i] - d * d);
      let dBar = (sBar * inside) / q + 2 * (1 - beta2) * d * v1Bar;
      vBar[i] = beta2 * v1Bar;
      if (centered) {
        const m1Bar = mBar[i] - 2 * correction * correction * m1 * varianceBar;
        ofBeta2 += m1Bar * (m[i] - d);
        dBar += (1 - beta2) * m1Bar;
        mBar[i] = beta2 * m1Bar;
      }
      gBar[i] = sign * dBar;
      ofDecay += theta[i] * dBar;
      ofKeep += theta[i] * thetaBar[i];
      thetaBar[i] = keep * thetaBar[i] + decay * dBar;
    }
    if (h.biasCorrection !== 0) ofBeta2 += ofCorrection * correction ** 2 * t * beta2 ** (t - 1);
    const { values } = bars;
    values["learningRate"] = (rateInside ? ofInside : ofOutside) - (decoupled ? weightDecay * ofKeep : 0);
    values["beta2"] = ofBeta2;
    values["epsilon"] = inRoot ? ofWithin : ofBeside;
    values["weightDecay"] = decoupled ? -eta * ofKeep : ofDecay;
    values["momentum"] = ofMu;
  },
});
