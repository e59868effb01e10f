// What the editor would send: runs of small simulations, seeded, in the shapes of the protocol.

function stream(seed) {
  let a = (seed * 2654435761) >>> 0;
  const uniform = () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
const quantile = (sorted, q) => sorted[Math.round(q * (sorted.length - 1))];
const column = (numbers) => numbers.map((x) => (Number.isFinite(x) ? x : String(x)));
const frame = (chart, series, ...columns) => ({ chart, series, mode: "replace", columns: columns.map(column) });

// ---------------------------------------------------------------- training: AdamW after a warm-up, then a cosine
const steps = 2000;
const warmUp = 300;
const seeds = 24;
const factor = (t) => (t <= warmUp ? t / warmUp : 0.5 * (1 + Math.cos((Math.PI * (t - warmUp)) / (steps - warmUp))));
const times = Array.from({ length: steps + 1 }, (_, t) => t).filter(
  (t) => t < 40 || (t < 200 && t % 4 === 0) || t % 10 === 0,
);
function simulate(peak) {
  const h = Array.from({ length: 50 }, (_, i) => 1 / (1 + 2 * i));
  const watched = [0, 12, 49];
  const losses = times.map(() => []);
  const rates = times.map(() => []);
  const chosen = watched.map(() => times.map(() => []));
  const at = new Map(times.map((t, k) => [t, k]));
  for (let s = 0; s < seeds; s++) {
    const z = stream(100 + s);
    const theta = h.map(() => 0.25 * z());
    const m = h.map(() => 0);
    const v = h.map(() => 0);
    for (let t = 0; t <= steps; t++) {
      const k = at.get(t);
      const rate = (i) => (factor(t) * peak * (i < 25 ? 1 : 0.3)) / (Math.sqrt(v[i] / (1 - 0.999 ** t) || 1) + 1e-8);
      if (k !== undefined) {
        losses[k].push(h.reduce((sum, hi, i) => sum + 0.5 * hi * theta[i] ** 2, 0));
        if (t) rates[k].push(...h.map((_, i) => rate(i)));
        if (t) watched.forEach((i, j) => chosen[j][k].push(rate(i)));
      }
      for (let i = 0; i < h.length; i++) {
        const g = h[i] * theta[i] + Math.sqrt(h[i] / 32) * z();
        m[i] = 0.9 * m[i] + 0.1 * g;
        v[i] = 0.999 * v[i] + 0.001 * g * g;
        const eta = factor(t + 1) * peak * (i < 25 ? 1 : 0.3);
        theta[i] -= (eta * (m[i] / (1 - 0.9 ** (t + 1)))) / (Math.sqrt(v[i] / (1 - 0.999 ** (t + 1))) + 1e-8);
      }
    }
  }
  const of = (rows, q) =>
    rows.map(
      (row) =>
        quantile(
          [...row].sort((a, b) => a - b),
          q,
        ) ?? NaN,
    );
  const later = times.slice(1);
  const [blue, purple, orange] = chosen.map((rows) => of(rows, 0.5).slice(1));
  return [
    frame(
      "rate",
      "backbone",
      times,
      times.map((t) => factor(t) * peak),
    ),
    frame(
      "rate",
      "head",
      times,
      times.map((t) => factor(t) * peak * 0.3),
    ),
    frame("loss", "10–90 %", times, of(losses, 0.1), of(losses, 0.9)),
    frame("loss", "median", times, of(losses, 0.5)),
    frame("effective", "10–90 % of all", later, of(rates, 0.1).slice(1), of(rates, 0.9).slice(1)),
    frame("effective", "h = 1", later, blue),
    frame("effective", "h = 1/25", later, purple),
    frame("effective", "h = 1/100", later, orange),
  ];
}
/** The frames of a run cut off at a step, as they are in the middle of it. */
export const until = (frames, step) =>
  frames.map((it) => {
    const end = it.columns[0].findIndex((x) => x > step);
    return end < 0 ? it : { ...it, columns: it.columns.map((numbers) => numbers.slice(0, end)) };
  });

const x = { label: "step", scale: "linear", min: 0, max: steps, unit: "steps" };
const line = (label, colour, more = {}) => ({ label, mark: "line", role: "measured", colour, ...more });
const trainingCharts = [
  {
    id: "rate",
    title: "Learning rate",
    caption: "exact, per parameter group",
    x,
    y: { label: "η", scale: "linear" },
    series: [
      line("backbone", 1, { nameAt: 1120, nameSide: "right" }),
      line("head", 2, { nameAt: 640, nameSide: "below" }),
    ],
    size: "low",
    column: 0,
  },
  {
    id: "loss",
    title: "Loss",
    caption: "L(θ) above its minimum, median and 10–90 % of 64 seeds",
    short: "median, 10–90 % of seeds",
    x,
    y: { label: "L(θ)", scale: "log" },
    series: [{ label: "10–90 %", mark: "band", role: "measured", colour: 1, unnamed: true }, line("median", 1)],
    size: "tall",
    column: 0,
    assumption: { text: "Carries over where curvature is spread like 1/i and noise follows it." },
  },
  {
    id: "effective",
    title: "Effective learning rate",
    caption: "η / (√v̂ + ε), three coordinates; 10–90 % of all",
    short: "η / (√v̂ + ε)",
    x,
    y: { label: "η / (√v̂ + ε)", scale: "log", min: 1e-4, max: 0.1 },
    series: [
      { label: "10–90 % of all", mark: "band", role: "all", unnamed: true },
      line("h = 1", 1, { nameAt: 480, nameSide: "below" }),
      line("h = 1/25", 3, { nameAt: 480, nameSide: "above" }),
      line("h = 1/100", 2, { nameAt: 480, nameSide: "below" }),
    ],
    size: "middle",
    column: 1,
    assumption: { text: "What multiplies each coordinate of ĝ in this step." },
  },
];
const h = (symbol, label, scale, range, standard, more = {}) => ({
  symbol,
  label,
  meaning: `The ${label}.`,
  default: standard,
  range,
  scale,
  ...more,
});
const torch = { kind: "default", text: "PyTorch default" };
const knob = (of, name, hyperparameter, value, origin, original = value) => ({
  of,
  name,
  hyperparameter,
  value,
  original,
  origin,
});
const control = { kind: "control" };
export const rate = (value, original = value) =>
  knob(
    "optimizer",
    "learningRate",
    h("η", "peak rate", "log", [1e-6, 1], 1e-3),
    value,
    { kind: "written", line: 48 },
    original,
  );
const knobs = (eta) =>
  [
    rate(...eta),
    knob("optimizer", "beta1", h("β₁", "momentum", "decay", [0, 0.9999], 0.9), 0.9, torch),
    knob("optimizer", "beta2", h("β₂", "second moment", "decay", [0, 0.99999], 0.999), 0.999, torch),
    knob("optimizer", "epsilon", h("ε", "floor of √v̂", "log", [1e-12, 1e-2], 1e-8), 1e-8, {
      kind: "unresolved",
      line: 48,
      text: "cfg.eps",
    }),
    knob("optimizer", "weightDecay", h("λ", "weight decay", "log", [1e-5, 1], 0.01), 0.01, {
      kind: "written",
      line: 49,
    }),
    knob("schedule", "warmUp", h("W", "warm-up", "integer", [0, 10000], 300, { unit: "steps" }), 300, {
      kind: "written",
      line: 52,
    }),
    knob("lab", "steps", h("T", "Steps", "integer", [1, 20000], 2000), 2000, control),
    knob("lab", "seeds", h("S", "Seeds", "integer", [1, 512], 64), 64, control),
  ].map((it) =>
    it.of === "lab" ? { ...it, hyperparameter: { ...it.hyperparameter, symbol: it.hyperparameter.label } } : it,
  );
const labs = [
  { name: "training", title: "Training", question: "What does this configuration do over a whole run?" },
  { name: "stationaryDensity", title: "Stationary density", question: "Where does θ stay when it has settled?" },
];
/** A show of the training lab; `more` replaces what a test is about. */
export const showTraining = (run, more = {}) => ({
  type: "show",
  run,
  optimizer: "AdamW",
  file: "train.py",
  line: 48,
  framework: "PyTorch 2.x",
  choices: [
    { label: "AdamW", detail: "optimizer, η 5e-4", line: 48 },
    { label: "SGD", detail: "warm, η 0.1", line: 61 },
  ],
  chosen: 0,
  labs,
  lab: "training",
  about: "Trains a model problem with this configuration.\nSeeds differ in their start and in their noise.",
  charts: trainingCharts,
  groups: ["backbone", "head"],
  group: 0,
  knobs: knobs([1e-3, 5e-4]),
  problems: [
    { name: "noisy quadratic", title: "Noisy quadratic, 1/i" },
    { name: "softmax digits", title: "Digits, softmax regression" },
  ],
  problem: "noisy quadratic",
  notes: [{ hyperparameter: "beta2", text: "Averages over 1,000 steps." }],
  changes: [{ symbol: "η", from: "5e-4", to: "1e-3", where: "train.py:48", line: 48 }],
  patterns: false,
  subject: { document: "file:///train.py", offset: 1200 },
  ...more,
});
export const trainingFrames = simulate(1e-3);
export const formerFrames = simulate(5e-4);
export const before = { label: "η 5e-4", frames: formerFrames, pinned: false };
const status = "Noisy quadratic, 100 coordinates. A model problem, not your network.";
export const report = {
  answer: "Peak η **1.00e-3** at step 300; loss settles at **0.0223 ± 0.0005**; **0 of 64** seeds diverged.",
  status,
  rules: [],
};
export const running = {
  answer: "Loss **0.0318** at step 1,240; **0 of 64** seeds diverged so far.",
  status,
  rules: [],
};
export const trainingFindings = [
  {
    quantity: "Sum of learning rates Σ ηₜ",
    measured: 1.0,
    predicted: 1.0,
    verdict: "agrees",
    reason: "the time the gradient flow has travelled",
  },
  {
    quantity: "First step |Δθ| / η",
    measured: 1.0,
    predicted: 1.0,
    verdict: "agrees",
    reason: "bias correction makes the first step a sign step",
  },
  {
    quantity: "v̂ / noise variance",
    measured: 1.0229,
    standardError: 0.0008,
    predicted: 1,
    verdict: "off",
    reason: "at the last step; the gradient has not yet vanished beside the noise",
    assumption: "the gradient is small beside its noise",
  },
];
export const frames = (run, its, how = report, done = steps) => ({
  type: "frames",
  run,
  frames: its,
  report: how,
  progress: { done, total: steps, unit: "steps", secondsLeft: 3 },
});
export const done = (run, findings = trainingFindings, how = report) => ({
  type: "done",
  run,
  findings,
  report: how,
  seconds: 0.4,
});
/** A whole run of the training lab. */
export const training = (run = 1, more = {}) => [
  showTraining(run, { before, ...more }),
  frames(run, trainingFrames),
  done(run),
];

// ---------------------------------------------------------------- divergence
const sharp = Array.from({ length: 200 }, (_, k) => k + 1);
const noise = stream(9);
const growing = sharp.map((t) => 0.3 * 1.18 ** t * Math.exp(0.2 * noise()));
const steady = sharp.map((t) => (1 - Math.exp(-t / 3)) * 20 * Math.exp(0.3 * noise()));
export const divergedReport = {
  answer: "Diverged at step **27** in **14 of 64** seeds.",
  status: "With μ 0.9 and h = 1, η 3.77 is too near its limit of 3.80.",
  diverged: true,
  advice: { text: "Set η to 1.9", name: "learningRate", value: 1.9 },
  rules: [{ chart: "loss", x: 27, text: "14 of 64 from step 27" }],
  assumptions: { loss: "the loss leaves every bound" },
};
export const diverged = (run = 1) => [
  showTraining(run, {
    optimizer: "SGD",
    line: 12,
    charts: [{ ...trainingCharts[1], x: { ...x, max: 200 }, y: { label: "L(θ)", scale: "log", max: 1e8, min: 1e-2 } }],
    changes: [],
    knobs: knobs([1e-3]),
  }),
  frames(
    run,
    [
      frame(
        "loss",
        "10–90 %",
        sharp,
        steady.map((y) => y / 8),
        growing.map((y) => (y > 1e10 ? Infinity : y)),
      ),
      frame("loss", "median", sharp, steady),
    ],
    divergedReport,
  ),
  done(run, [], divergedReport),
];

// ---------------------------------------------------------------- stationary density of a double well
const loss = (t) => (t * t - 1) ** 2 / 4;
const heat = 0.1;
const fine = Array.from({ length: 361 }, (_, k) => -1.8 + k / 100);
const gibbs = (alpha, at) => {
  const weight = (t) => Math.exp(-loss(t) / alpha / heat);
  const whole = fine.reduce((sum, t) => sum + weight(t) / 100, 0);
  return at.map((t) => weight(t) / whole);
};
const bins = Array.from({ length: 72 }, (_, k) => -1.8 + (k + 0.5) / 20);
const jitter = stream(4);
const histogram = gibbs(0.526, bins).map((p) => Math.max(0, p + 0.02 * Math.sqrt(p) * jitter()));
const theta = { label: "θ", scale: "linear", min: -1.8, max: 1.8 };
const densityCharts = [
  {
    id: "landscape",
    title: "Landscape",
    caption: "L(θ), two wells and a barrier of ¼",
    x: theta,
    y: { label: "L", scale: "linear", min: 0, max: 0.5 },
    series: [{ label: "L(θ)", mark: "line", role: "given", unnamed: true }],
    size: "low",
    column: 0,
  },
  {
    id: "density",
    title: "Stationary density",
    caption: "of θ, histogram of 100,000 samples",
    x: theta,
    y: { label: "p(θ)", scale: "linear", min: 0, max: 1.5 },
    series: [
      { label: "measured", mark: "bars", role: "measured", colour: 1, nameAt: -0.72, nameSide: "right" },
      { label: "Gibbs, α = ½", mark: "line", role: "theory", nameAt: 1.18, nameSide: "right" },
      { label: "α = 1/10", mark: "line", role: "other", nameAt: 0.9, nameSide: "left" },
    ],
    size: "tall",
    column: 0,
    assumption: { text: "Holds for η L″ ≪ 1 (here 0.1) and noise of constant variance." },
  },
  {
    id: "alpha",
    title: "Which α?",
    caption: "−ln p against L / ησ²; the slope is 1/α. ● right well ○ left",
    x: { label: "L / ησ²", scale: "linear", min: 0, max: 4 },
    y: { label: "−ln p", scale: "linear", min: 0, max: 8 },
    series: [
      { label: "right well", mark: "points", role: "measured", colour: 1, unnamed: true },
      { label: "left well", mark: "points", role: "measured", colour: 1, hollow: true, unnamed: true },
      { label: "α = ½", mark: "line", role: "theory" },
      { label: "α = 1/10", mark: "line", role: "other", nameAt: 0.8, nameSide: "right" },
    ],
    size: "middle",
    column: 1,
  },
];
const well = (side) => bins.filter((t) => t * side > 0 && loss(t) / heat < 3.6);
const points = (side) => {
  const at = well(side);
  return [at.map((t) => loss(t) / heat), at.map((t) => (loss(t) / heat) * 2 * (1 + 0.03 * jitter()))];
};
const densityReport = {
  answer:
    "θ settles into Gibbs with α = **0.526 ± 0.002**. Theory says ½ as η → 0, and **0.524** at this η; both wells hold half the mass.",
  status: "Double well, L = (θ² − 1)² / 4, η 0.05, σ² 2.00. 4,000 chains × 25 samples.",
  rules: [],
};
const choice = (symbol, label, choices) => ({ ...h(symbol, label, "choice", [0, choices.length - 1], 0), choices });
export const density = (run = 1, more = {}) => [
  showTraining(run, {
    optimizer: "SGD",
    file: "langevin.py",
    line: 17,
    choices: [{ label: "SGD", detail: "η 0.05", line: 17 }],
    lab: "stationaryDensity",
    charts: densityCharts,
    groups: ["all"],
    knobs: [
      knob("optimizer", "learningRate", h("η", "learning rate", "log", [1e-6, 1], 1e-3), 0.05, {
        kind: "written",
        line: 17,
      }),
      knob("optimizer", "momentum", h("μ", "momentum", "decay", [0, 0.999], 0), 0, torch),
      knob("optimizer", "weightDecay", h("λ", "weight decay", "log", [1e-5, 1], 0), 0, torch),
      knob("optimizer", "nesterov", h("NAG", "Nesterov momentum", "flag", [0, 1], 0), 0, torch),
      knob("lab", "alpha", choice("α", "α shown", ["½, as derived", "1/10, as noted"]), 0, control),
      knob("problem", "noise", h("σ²", "noise", "linear", [0, 10], 2), 2, control),
      knob("lab", "chains", h("Chains", "Chains", "integer", [64, 100000], 4000), 4000, control),
    ],
    problems: [{ name: "double well", title: "Double well" }],
    problem: "double well",
    changes: [],
    ...more,
  }),
  frames(
    run,
    [
      frame("landscape", "L(θ)", fine, fine.map(loss)),
      frame("density", "measured", bins, histogram),
      frame("density", "Gibbs, α = ½", fine, gibbs(0.5, fine)),
      frame("density", "α = 1/10", fine, gibbs(0.1, fine)),
      frame("alpha", "right well", ...points(1)),
      frame("alpha", "left well", ...points(-1)),
      frame("alpha", "α = ½", [0, 4], [0, 8]),
      frame("alpha", "α = 1/10", [0, 0.8], [0, 8]),
    ],
    densityReport,
  ),
  done(
    run,
    [
      {
        quantity: "α, limit η → 0",
        measured: 0.526,
        standardError: 0.002,
        predicted: 0.5,
        verdict: "off",
        reason: "a finite η raises α",
      },
      { quantity: "α, next order in η", measured: 0.526, standardError: 0.002, predicted: 0.5239, verdict: "agrees" },
      { quantity: "Mass in the right well", measured: 0.507, standardError: 0.005, predicted: 0.5, verdict: "agrees" },
      {
        quantity: "Escape time",
        measured: 412,
        predicted: 390,
        verdict: "out of range",
        assumption: "Holds for a barrier high against the noise.",
      },
      {
        quantity: "Total variation to Gibbs ½",
        measured: 0.0208,
        verdict: "none",
        reason: "sampling alone gives 0.0076",
      },
    ],
    densityReport,
  ),
];
