/** Small data for every problem that is given by data. */
export const given: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  gradients: {
    start: [0.5, -1],
    gradients: [
      [1, 2],
      [-0.5, 0.25],
      [3, -1],
    ],
  },
  quadratic: {
    A: [
      [3, 1, 0],
      [1, 2, -0.5],
      [0, -0.5, 1],
    ],
    c: [1, -1, 0.5],
    start: [0, 0.2, 2],
  },
  rosenbrock: { a: 1, b: 10, start: [-1.2, 1, -0.5] },
  "softmax regression": {
    X: [
      [0.5, -0.7],
      [0.3, 2.2],
      [-1.9, 0.2],
      [0.4, 0.1],
    ],
    y: [0, 1, 2, 1],
    l2: 0.03,
    bias: true,
    start: [0.1, -0.2, 0.3, 0.4, 0.5, -0.6, 0.1, 0, -0.1],
  },
  "logistic regression": {
    X: [
      [0.5, -0.7],
      [0.3, 2.2],
      [-1.9, 0.2],
      [0.4, 0.1],
    ],
    y: [0, 1, 1, 0],
    l2: 0.05,
    start: [0.1, -0.2, 0.3],
  },
  network: {
    X: [
      [0.5, -0.7],
      [0.3, 2.2],
      [-1.9, 0.2],
      [0.4, 0.1],
      [0, 1.1],
    ],
    y: [0, 1, 2, 1, 2],
    sizes: [2, 4, 3, 3],
    l2: 0.02,
    order: "drawn",
  },
  "matrix least squares": {
    X: [
      [1.7, -0.5],
      [-0.8, 0.1],
      [1, 0.6],
    ],
    Y: [
      [-0.1, -1.5, 0.4],
      [2.3, 1, -0.4],
      [0.7, 1.1, 1.6],
    ],
    start: [0.1, 0.2, 0.3, -0.1, -0.2, -0.3],
  },
};
