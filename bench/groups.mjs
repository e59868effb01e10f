// What is set side by side: workloads, their rows, and what shows that a row did the job.

const row = (id, name, more = {}) => ({ id, name, ...more });
const c = row("c", "C, one thread");
const simd = row("simd", "Optimizer Lab, SIMD", { counts: true });
const plain = row("plain", "Optimizer Lab, plain", { counts: true });
/** What the engine's own two forms could be at most, rather than what they are held to. */
const limits = [
  row("c-128", "C, vectors of 128 bits as in WebAssembly", { counts: true }),
  row("c-scalar", "C, no vectors as in JavaScript", { counts: true }),
];
const others = [
  row("numpy", "NumPy", { counts: true }),
  row("torch-f64", "PyTorch, float64", { counts: true }),
  row("torch-f32", "PyTorch, float32"),
  row("tfjs-wasm", "TensorFlow.js, WebAssembly, float32"),
  row("tfjs-cpu", "TensorFlow.js, JavaScript, float32"),
];

const near = (value, to, share) => Math.abs(value - to) <= share * to;

/** Mean loss of W2 by steps made, means of the C program over 40 seeds, and how far one run may be from it. */
const adamLoss = ({ units, check: { loss } }, d) => {
  const steps = units / d;
  if (d === 10) return loss > 0 && loss < 1e-3; // ten coordinates at rest: 2.1e-4 in the mean, one run anywhere about it
  if (steps === 20) return near(loss, 0.07234, 1e-3);
  if (d >= 100_000) return near(loss, 2.186e-3, 0.02);
  return near(loss, 2.47e-4, 0.3);
};
const adam = (d, id) => ({
  id,
  key: `W2/${d}`,
  workload: `W2/${d}`,
  title: `Adam on a noisy quadratic, ${d.toLocaleString("en")} parameters`,
  unit: "parameter-step",
  rows: [
    c,
    simd,
    plain,
    ...limits,
    ...others.map((it) => (it.id === "torch-f32" && d >= 1e5 ? { ...it, counts: true } : it)),
  ],
  check: (it) => adamLoss(it, d),
});
const digits = (model, title, loss) => ({
  id: "P6",
  key: `W4/${model}`,
  workload: `W4/${model}`,
  title,
  unit: "step of 64 examples",
  rows: [c, simd, plain, ...limits, ...others.map((it) => (it.id === "torch-f32" ? { ...it, counts: true } : it))],
  check: ({ check }, _, { id }) => near(check.last_loss, loss, /f32|tfjs/.test(id) ? 1e-3 : 1e-8),
});

/**
 * Of a job of a twentieth of a second in threads: as often as an editor that has been open for a while has run it. After ten runs the
 * engine's compiler still takes a tenth of the processor time. The first run is told apart.
 */
const warm = { repetitions: 60 };

/** In one thread where nothing else is said. */
export const groups = [
  {
    id: "P1",
    key: "W1",
    workload: "W1",
    title: "Langevin ensemble in the double well, 4,096 paths × 10,000 steps",
    unit: "path-step",
    rows: [c, simd, plain, ...limits, ...others],
    check: ({ check }) => check.ks < 0.034,
  },
  adam(10, "P2"),
  adam(1000, "P2"),
  adam(100_000, "P3"),
  adam(1_000_000, "P3"),
  {
    id: "P4",
    key: "W3",
    workload: "W3",
    title: `The panel's job: Adam, 256 seeds × 2,000 steps, 20 parameters, every loss kept; pools run it ${warm.repetitions} times`,
    unit: "parameter-step",
    rows: [
      c,
      { ...simd, ...warm, name: "Optimizer Lab, SIMD, pool of 2", threads: 2 },
      { ...plain, ...warm, name: "Optimizer Lab, plain, pool of 2", threads: 2 },
      row("simd-1", "Optimizer Lab, SIMD, pool of 1", { ...warm, threads: 1, counts: true }),
      ...limits,
      row("torch-loop", "PyTorch, float64, a loop over seeds", { counts: true }),
      ...others,
    ],
    check: ({ check }, _, { id }) =>
      check.mean_last_loss > (id === "torch-loop" ? 0.002 : 0.0047) && // of three seeds only
      check.mean_last_loss < (id === "torch-loop" ? 0.009 : 0.0053),
  },
  digits("softmax", "Softmax regression 64-10 on digits, batch 64, 2,000 steps", 0.0028980363677),
  digits("mlp", "Network 64-32-10 on digits, batch 64, 2,000 steps", 0.0022131673144),
];

/** A job in one thread, bare and through its lab. */
const throughLab = (bare, more, lab = {}) => ({
  rows: [
    row("bare", bare, { ...more, row: "simd", threads: 1 }),
    row("lab", "through the lab, one thread", { ...more, ...lab, counts: true, threads: 1 }),
  ],
  check: ({ check }) => check.failed === undefined,
});
const training = (key, steps, more = {}) => ({
  id: "P4",
  key,
  workload: "W3",
  sizes: [256, steps],
  title: `Training lab, 256 seeds × ${steps.toLocaleString("en")} steps, 20 parameters`,
  unit: "parameter-step",
  ...throughLab("the bare kernel in a pool of one", more),
});
/** Steps that count are those of the density's own chains; beside them the lab has chains at three more rates and some that leave a well. */
const density = (key, samples, name = "W1", beside = "") => ({
  id: "P1",
  key,
  workload: "W1",
  sizes: [4096, 400 * samples],
  title: `Stationary density lab, 4,096 chains in the double well, ${samples} samples of each${beside}`,
  unit: "path-step",
  // The thread that gathers runs little of its code in a run, so that it takes more of them until it is compiled.
  ...throughLab("the bare kernel", { repetitions: 10 }, { on: name, repetitions: 30 }),
});
const alone = (key, samples) => density(key, samples, "W1/alone", ", nothing beside");

/** The same jobs ordered as the panel orders them, beside the bare kernel: what a lab adds. */
export const throughLabs = [
  density("density", 25),
  density("density, long", 100),
  alone("density alone", 25),
  alone("density alone, long", 100),
  training("training", 2000, warm),
  training("training, long", 20_000),
];
