import { spell, spellRate, typed } from "../../protocol/index.ts";
import { libraryOf, remark, type Said, type Situation } from "./situation.ts";

// Two things are called weight decay: a share of θ that a step takes, and an L2 penalty on the loss.

/** Their gradients are divided by a running size, the penalty's with them. */
const adaptive = /^(?:Adam|Adamax|NAdam|RAdam|RMSProp|Adagrad|Adadelta)$/;

export function decay(it: Situation): Said[] {
  const { configuration, optimizer, values, table, rate } = it;
  const { weightDecay = 0, momentum = 0 } = values as Readonly<Partial<Record<string, number>>>;
  if (weightDecay === 0) return [];
  const each = table.columns.find(({ name }) => name === "decayPerStep");
  if (each) {
    const said: Said[] = [];
    if (configuration.framework === "keras" && optimizer.name !== "AdamW")
      said.push(
        remark(
          `Keras takes ηλθ from θ itself in every optimizer: ${optimizer.name} with λ ${typed(weightDecay)} decays as AdamW does, not by an L2 penalty.`,
          "weightDecay",
        ),
      );
    if (each.moves) {
      const highest = each.values.reduce((a, b) => Math.max(a, b), -Infinity);
      const last = each.values[each.values.length - 1];
      const text = `The decay follows the rate: a step takes the share ηλ of θ, ${spell(highest)} at its highest and ${spell(last)} at the end.`;
      said.push(remark(text, "weightDecay"));
    }
    return said;
  }
  if (adaptive.test(optimizer.name)) {
    const text = `λ ${typed(weightDecay)} is an L2 penalty in ${libraryOf(it)}'s ${optimizer.name}: λθ joins the gradient and is divided by its running size, which is not the decay of AdamW.`;
    return [remark(text, "weightDecay")];
  }
  if (optimizer.name === "SGD" && momentum > 0 && momentum < 1) {
    const highest = rate.reduce((a, b) => Math.max(a, b), -Infinity);
    const share = (highest * weightDecay) / (1 - momentum);
    const text = `λ ${typed(weightDecay)} is an L2 penalty: λθ joins the gradient and the momentum carries it on, so that at η ${spellRate(highest)} θ shrinks by ηλ/(1 − μ) = ${spell(share)} a step.`;
    return [remark(text, "weightDecay")];
  }
  return [];
}
