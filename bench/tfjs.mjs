// The workloads in TensorFlow.js, on one backend, in its only number format, 32 bits:
//   node bench/tfjs.mjs wasm|cpu <workload> [repetitions] [sizes …]
// It is no dependency of the project: it is looked for in bench/.tools and in NODE_PATH.
import { createRequire } from "node:module";
import path from "node:path";
import { measure } from "./measure.mjs";
import { root } from "../scripts/process.mjs";
import { gibbs } from "./workloads/checks.mjs";
import { digits, networkStart, rowOf, shape } from "./workloads/digitsData.mjs";
import { curvatureOf } from "./workloads/quadratic.mjs";

const [backend, asked = "", repetitions = "3", ...sizes] = process.argv.slice(2);
const require = createRequire(path.join(root, "bench/.tools/any.js"));
const tf = require("@tensorflow/tfjs");
if (backend === "wasm") require("@tensorflow/tfjs-backend-wasm");
tf.env().set("PROD", true); // says nothing on the console
if (!(await tf.setBackend(backend))) throw new Error(`The backend ${backend} does not start.`);
await tf.ready();

function langevin([paths = 4096, steps = 1000]) {
  const [dt, temperature] = [0.01, 0.25];
  const kick = Math.sqrt(2 * temperature * dt);
  let ends;
  return {
    units: paths * steps,
    run(seed) {
      let x = tf.zeros([paths]);
      for (let t = 0; t < steps; t++) {
        const next = tf.tidy(() => {
          const drift = tf.mul(x, tf.sub(1 + dt, tf.mul(tf.mul(x, x), dt)));
          return tf.add(drift, tf.randomNormal([paths], 0, kick, "float32", seed * 1e6 + t));
        });
        x.dispose();
        x = next;
      }
      ends = x.dataSync();
      x.dispose();
    },
    check: () => gibbs(ends, temperature),
  };
}
/** Adam on the quadratic of W2, over one vector or a row for each seed. Calls `after` with θ before every step. */
function optimize(shapeOf, a, steps, seed, after) {
  const theta = tf.variable(tf.ones(shapeOf));
  const adam = tf.train.adam(0.01, 0.9, 0.999, 1e-8);
  for (let t = 0; t < steps; t++) {
    after?.(theta, t);
    // The gradient is written by hand, as in the rows of NumPy and PyTorch.
    const gradient = tf.tidy(() =>
      tf.add(tf.mul(a, theta), tf.randomNormal(shapeOf, 0, 0.1, "float32", seed * 1e6 + t)),
    );
    adam.applyGradients({ [theta.name]: gradient });
    gradient.dispose();
  }
  const ends = theta.dataSync();
  theta.dispose();
  adam.dispose();
  return ends;
}
function adam([asked], name) {
  const d = Number(name);
  const steps = asked ?? Math.max(20, Math.min(2000, Math.floor(2e6 / d)));
  const curvature = curvatureOf(d);
  const a = tf.tensor1d(Float32Array.from(curvature));
  let theta;
  return {
    units: d * steps,
    run: (seed) => (theta = optimize([d], a, steps, seed)),
    check: () => ({ loss: theta.reduce((sum, x, i) => sum + (curvature[i] * x * x) / 2, 0) / d }),
  };
}
function panel([seeds = 256, steps = 2000]) {
  const d = 20;
  const a = tf.tensor1d(Float32Array.from(curvatureOf(d)));
  const losses = new Float32Array(seeds * steps);
  return {
    units: d * seeds * steps,
    run(seed) {
      optimize([seeds, d], a, steps, seed, (theta, t) => {
        const loss = tf.tidy(() => tf.mul(tf.sum(tf.mul(tf.mul(a, theta), theta), 1), 0.5));
        losses.set(loss.dataSync(), t * seeds);
        loss.dispose();
      });
    },
    check: () => ({ mean_last_loss: losses.subarray(-seeds).reduce((sum, x) => sum + x, 0) / seeds }),
  };
}
function training([steps = 2000], name) {
  const { inputs, hidden, classes, batch, rows } = shape;
  const network = name === "mlp";
  const { X, y } = digits();
  const images = tf.tensor2d(Float32Array.from(X), [rows, inputs]);
  const oneHot = tf.oneHot(tf.tensor1d(Int32Array.from(y), "int32"), classes);
  const labels = tf.cast(oneHot, "float32");
  const start = Float32Array.from(networkStart());
  const atB1 = inputs * hidden;
  const atW2 = atB1 + hidden;
  let loss = NaN;
  return {
    units: steps,
    run() {
      const w1 = tf.variable(tf.tensor2d(start.subarray(0, atB1), [inputs, hidden]));
      const b1 = tf.variable(tf.zeros([hidden]));
      const w2 = network
        ? tf.variable(tf.tensor2d(start.subarray(atW2, atW2 + hidden * classes), [hidden, classes]))
        : tf.variable(tf.zeros([inputs, classes]));
      const b2 = tf.variable(tf.zeros([classes]));
      const sgd = tf.train.sgd(network ? 0.1 : 0.5);
      for (let t = 0; t < steps; t++) {
        const picked = tf.tensor1d(
          Int32Array.from({ length: batch }, (_, b) => rowOf(t * batch + b)),
          "int32",
        );
        const cost = sgd.minimize(
          () => {
            const x = tf.gather(images, picked);
            const h = network ? tf.relu(tf.add(tf.matMul(x, w1), b1)) : x;
            return tf.losses.softmaxCrossEntropy(tf.gather(labels, picked), tf.add(tf.matMul(h, w2), b2));
          },
          true,
          network ? [w1, b1, w2, b2] : [w2, b2],
        );
        if (t === steps - 1) [loss] = cost.dataSync();
        cost.dispose();
        picked.dispose();
      }
      for (const it of [w1, b1, w2, b2, sgd]) it.dispose();
    },
    check: () => ({ last_loss: loss }),
  };
}

const [workload, name] = asked.split("/");
const job = { W1: langevin, W2: adam, W3: panel, W4: training }[workload](sizes.map(Number), name);
await measure(asked, `tfjs-${backend}`, repetitions, job);
process.exit(0); // its timers would keep the process
