// Orders to the threads, as the editor gives them.

/** Resolves with the frames and the ending of one run. `heard` is what the simulator's `listen` calls: { listen }. */
export function ordered(simulator, heard, order) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const frames = [];
    let first;
    heard.listen = (message) => {
      if (message.type === "frames") {
        first ??= performance.now() - began;
        frames.push(...message.frames);
      } else if (message.type === "done") resolve({ frames, done: message, ms: performance.now() - began, first });
      else reject(new Error(JSON.stringify(message)));
    };
    simulator.order(order);
  });
}
