// W3: the panel job through the product's threads, LAB_THREADS of them (2 where nothing is said).
import { hash } from "./checks.mjs";
import { adam } from "./quadratic.mjs";

const dimension = 20;

export function prepare({ client: { Simulator }, folder, sizes: [seeds = 256, steps = 2000] }) {
  const threads = Number(process.env.LAB_THREADS ?? 2);
  let settle;
  const listen = (message) => settle(message);
  const simulator = new Simulator({ folder, threads, listen });
  let losses;
  return {
    units: dimension * seeds * steps,
    run: (run) =>
      new Promise((resolve, reject) => {
        settle = (message) => {
          if (message.type === "frames") for (const { columns } of message.frames) [losses] = columns;
          else if (message.type === "done") resolve();
          else reject(new Error(JSON.stringify(message)));
        };
        const problem = { name: "", values: {} };
        const controls = { seeds, steps };
        simulator.order({ type: "run", run, lab: "panel job", seed: run, configuration: adam, problem, controls });
      }),
    check() {
      let sum = 0;
      for (let k = 1; k <= seeds; k++) sum += losses[k * steps - 1];
      return { mean_last_loss: sum / seeds, hash: hash(losses) };
    },
    end: () => simulator.dispose(),
  };
}
