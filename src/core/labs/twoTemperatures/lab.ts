import { findOptimizer } from "../../optimizers/index.ts";
import { wrongHyperparameter } from "../../invalidValues.ts";
import { lab } from "../lab.ts";
import { charts } from "./charts.ts";
import { controls, suggest, wrongControl } from "./controls.ts";
import { gather } from "./gathering.ts";
import { setting } from "./setting.ts";
import { unitsPerLaw, work } from "./work.ts";

const problems = ["unequal noise", "unequal noise, quartic"] as const;

/** The joint law of two coordinates with unequal noise after a long time at a constant rate, against Gibbs in L. */
export const twoTemperatures = lab({
  name: "two temperatures",
  title: "Two temperatures",
  page: "two-temperatures",
  question: "Do two coordinates with unequal noise settle at one temperature, so that their law is Gibbs in L?",
  source:
    "D. McAllester, TTIC 31230 Fundamentals of Deep Learning 2020, Gradient Flow and Langevin Dynamics, and RMSProp and Adam and Decoupled Versions; Mandt, Hoffman and Blei 2017, arXiv:1704.04289",
  about:
    "Each coordinate settles at a temperature of its own, Tᵢ = ηᵢσᵢ²/2. With rates ηᵢ ∝ 1/σᵢ^p the ratio T₁/T₂ is " +
    "(σ₁/σ₂)^(2−p): its square for SGD, its first power for RMSProp, and 1, which is Gibbs in L, for rates ∝ 1/σ². That is so " +
    "for independent noises; where they are correlated only the whole inverse covariance as a matrix leads to Gibbs. Thousands " +
    "of independent chains are run for each p and for the optimizer itself. Temperatures are time averages of θᵢ ∂ᵢL, errors " +
    "are over chains, and a law counts as Gibbs where |ln(T₁/T₂)| is at most four standard errors plus the largest ηᵢhᵢ. " +
    "The density itself is tested by regressing the logarithm of its histogram on L, and on the two parts of L.",
  controls,
  problems,
  suggest,
  refuse(configuration, problem, values) {
    const optimizer = findOptimizer(configuration.optimizer);
    if (!optimizer) return `${configuration.optimizer} is read, but not simulated yet.`;
    if (optimizer.couples)
      return `${optimizer.name} moves each parameter by what the others do; two temperatures are shown for rules that act on each alone.`;
    if (optimizer.curvature)
      return `${optimizer.name} asks for second derivatives, which this lab's chains do not have.`;
    if (!optimizer.effectiveLearningRate)
      return `${optimizer.name} has no rate that multiplies the gradient, from which a temperature could be predicted.`;
    if (!problems.some((name) => name === problem.name))
      return `Two temperatures are shown for two coordinates with unequal noise; choose "${problems[0]}" in place of "${problem.name}".`;
    for (const { values: given } of configuration.groups)
      for (const [name, knob] of Object.entries(optimizer.hyperparameters)) {
        const value = (given as Readonly<Partial<Record<string, number>>>)[name] ?? knob.default;
        const wrong = wrongHyperparameter(configuration.framework, optimizer, name, value);
        if (wrong !== undefined) return wrong;
        if (name === "learningRate" && !(value > 0 && Number.isFinite(value)))
          return `Temperatures need a learning rate above 0, not ${value}.`;
        if (name === "momentum" && value >= 1) return `Temperatures need a momentum from 0 to below 1, not ${value}.`;
        if (name === "maximize" && value !== 0)
          return "An optimizer that climbs the loss settles nowhere: unset maximize.";
      }
    const wrong = wrongControl(values);
    if (wrong !== undefined) return wrong;
    const knobs: Readonly<Partial<Record<string, number>>> = problem.values ?? {};
    for (const [name, symbol] of Object.entries({ sigma1: "σ₁", sigma2: "σ₂" }))
      if (knobs[name] !== undefined && !(knobs[name] > 0))
        return `Without gradient noise a coordinate has no temperature: ${symbol} must be above 0, not ${knobs[name]}.`;
    for (const [name, symbol] of Object.entries({ curvature1: "h₁", curvature2: "h₂", quartic2: "b" }))
      if (knobs[name] !== undefined && !(knobs[name] > 0))
        return `A loss without a minimum has no stationary law: ${symbol} must be above 0, not ${knobs[name]}.`;
    const { correlation = 0 } = knobs;
    if (!(Math.abs(correlation) < 1))
      return `Noises that are wholly correlated have no inverse covariance: ρ must lie between −1 and 1, not ${correlation}.`;
    return undefined;
  },
  charts,
  units: ({ configuration, problem, controls: values }) =>
    setting(configuration, problem, values).laws.length * unitsPerLaw(values.chains),
  work,
  gather,
});
