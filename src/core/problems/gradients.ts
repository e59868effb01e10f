import { dot, zeros } from "../vector.ts";
import { matrixOf, vectorOf } from "./given.ts";
import { problemByData } from "./byData.ts";
import { type Gradient } from "./problem.ts";

/** A list of gradients, replayed in order and from the first again: L_t(θ) = g_t·θ. */
export const gradients = problemByData({
  name: "gradients",
  title: "A list of gradients",
  source: "Given by the experiment file: one gradient for each step.",
  hyperparameters: {},
  loss: "exact",
  unbounded: true,
  suggested: { seeds: 1 },
  watched: (_, given) => coordinates(lengthOf(given?.start)),
  describe: (_, data) => `A list of gradients, ${lengthOf(data?.given?.start)} coordinates.`,
  carriesOver: "The gradients are given; they do not answer to where the optimizer goes.",
  prepare(_, { given }) {
    const start = vectorOf("gradients", given, "start");
    const dimension = start.length;
    const { rows, values } = matrixOf("gradients", given, "gradients", { columns: dimension });
    const average = zeros(dimension);
    for (let k = 0; k < values.length; k++) average[k % dimension] += values[k] / rows;
    return () => {
      let draws = 0;
      const square = zeros(dimension);
      let g = values.subarray(0, dimension);
      const gradient: { mean: Float64Array } & Gradient = {
        mean: g,
        get meanSquare() {
          for (let i = 0; i < dimension; i++) square[i] = g[i] ** 2;
          return square;
        },
      };
      const batch = { loss: (theta: Float64Array) => dot(g, theta), gradient: () => gradient };
      return {
        dimension,
        start,
        sequential: true,
        watched: coordinates(dimension),
        loss: (theta) => dot(average, theta),
        draw() {
          const row = draws++ % rows;
          g = values.subarray(row * dimension, (row + 1) * dimension);
          gradient.mean = g;
          return batch;
        },
      };
    };
  },
});

const lengthOf = (start: unknown): number => (Array.isArray(start) ? start.length : 0);

/** Up to three coordinates of a problem given by data: the first, the middle and the last, counted from 1. */
export const coordinates = (dimension: number) =>
  [...new Set([1, Math.max(1, Math.round(dimension / 2)), dimension])]
    .filter((i) => i >= 1 && i <= dimension)
    .map((i) => ({
      index: i - 1,
      label: `θ${String(i).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉".charAt(Number(digit)))}`,
    }));
