// Nanoseconds per value from a computing thread to the lead, and from the lead to the editor's process: our own ways, by the very
// code of src/worker, beside cloning, a bare transfer and JSON. `node bench/transport.mjs` runs it alone.
import esbuild from "esbuild";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { root } from "../scripts/process.mjs";
import { quantile } from "./figures.mjs";

const rounds = 25;
/** Values of one part, and parts of one measurement. */
const sizes = [
  { values: 1e3, messages: 4000 },
  { values: 1e5, messages: 160 },
];

/** How each way sends a message, and what the receiver makes of it; `own` names what is ours. */
const ways = (code, memory) => {
  const writer = memory && new code.RingWriter(memory);
  let put = 0;
  let posted = 0;
  const post = (port) => {
    if (writer.written === posted) return; // as serveUnits.ts does where it finds the ring full
    posted = writer.written;
    port.postMessage({ until: posted, ...writer.takeForms() });
  };
  /** A computing thread posts once in some milliseconds, and before it waits. */
  const ring = (partsOfMessage) => ({
    send(port, part) {
      while (writer.put(0, 0, part) !== "put") {
        post(port);
        writer.wait(10);
      }
      if (++put % partsOfMessage === 0) post(port);
    },
    receive(message, take, reader) {
      reader.learn(message);
      reader.read(message.until, (_unit, _index, part) => take(part));
    },
  });
  return {
    ring: ring(1),
    batched: ring(16),
    parcel: {
      send(port, part) {
        const { body, transfer } = code.parcel(part);
        port.postMessage(body, transfer);
      },
      receive: (message, take) => take(message),
    },
    transfer: {
      send(port, { values }) {
        const copy = new Float64Array(values);
        port.postMessage({ values: copy }, [copy.buffer]);
      },
      receive: (message, take) => take(message),
    },
    clone: { send: (port, part) => port.postMessage(part), receive: (message, take) => take(message) },
    JSON: {
      send: (port, { values }) => port.postMessage(JSON.stringify({ values: Array.from(values) })),
      receive: (message, take) => take(JSON.parse(message)),
    },
  };
};
const names = {
  ring: "to the lead: ring, a message for each part",
  batched: "to the lead: ring, a message for up to 16 parts",
  parcel: "to the editor: copy and transfer",
  transfer: "transfer",
  clone: "structured clone",
  JSON: "JSON",
};

async function produce() {
  const { module, memory } = workerData;
  const all = ways(await import(module), memory);
  parentPort.on("message", ({ way, values, messages }) => {
    const part = { values: Float64Array.from({ length: values }, (_, i) => Math.sin(i)) };
    for (let k = 0; k < messages; k++) all[way].send(parentPort, part);
  });
}

/** One measurement: nanoseconds of CPU, of both threads, and of the clock, per value. */
function measure(worker, way, receive, { values, messages }) {
  let left = messages;
  return new Promise((resolve) => {
    const from = performance.now();
    const cpu = process.cpuUsage();
    const take = (part) => {
      // What a gathering does with the values costs it the same in every way; here both ends are looked at.
      if (
        part.values.length !== values ||
        part.values[1] !== Math.sin(1) ||
        part.values.at(-1) !== Math.sin(values - 1)
      )
        throw new Error(`${names[way]}: what was sent has not arrived.`);
      if (--left > 0) return;
      worker.off("message", hear);
      const { user, system } = process.cpuUsage(cpu);
      const count = values * messages;
      resolve({ cpu: ((user + system) * 1e3) / count, wall: ((performance.now() - from) * 1e6) / count });
    };
    const hear = (message) => receive(message, take);
    worker.on("message", hear);
    worker.postMessage({ way, values, messages });
  });
}

export async function transport() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lab-bench-"));
  try {
    const outfile = path.join(folder, "transport.mjs");
    const contents = 'export * from "./ring.ts"; export { parcel } from "./thread.ts";';
    const stdin = { contents, resolveDir: path.join(root, "src/worker"), loader: "ts" };
    await esbuild.build({ stdin, outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
    const module = pathToFileURL(outfile).href;
    const code = await import(module);
    const memory = code.ringMemory();
    const reader = new code.RingReader(memory);
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { module, memory } });
    const all = ways(code);
    const result = {};
    for (const size of sizes) {
      const samples = Object.fromEntries(Object.keys(all).map((way) => [way, []]));
      for (let round = 0; round <= rounds; round++)
        for (const way of Object.keys(all)) {
          const fewer = way === "JSON" ? { ...size, messages: size.messages / 20 } : size;
          const sample = await measure(worker, way, (message, take) => all[way].receive(message, take, reader), fewer);
          if (round > 0) samples[way].push(sample);
        }
      result[`${size.values} values a part`] = Object.fromEntries(
        Object.entries(samples).map(([way, taken]) => {
          const median = (of) => Number(quantile(taken.map(of), 0.5).toPrecision(3));
          const ratio = median((one) => one.cpu / samples.clone[taken.indexOf(one)].cpu);
          return [names[way], { nsCpu: median((one) => one.cpu), nsWall: median((one) => one.wall), toClone: ratio }];
        }),
      );
    }
    await worker.terminate();
    return result;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

if (!isMainThread && workerData?.module) await produce();
else if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await transport());
