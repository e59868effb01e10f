// Frames of the screen and what is drawn in them.

/**
 * Runs in a page, over nothing but the page's globals: from now on notes every frame of the screen and how long what was
 * asked for in it took. `framesSeen()` tells: frames and drawings a second, milliseconds of drawings and of the longest
 * time between two frames.
 */
export function watchFrames() {
  const ask = window.requestAnimationFrame.bind(window);
  const drawings = [];
  const frames = [performance.now()];
  let watching = true;
  window.requestAnimationFrame = (act) =>
    ask((at) => {
      const from = performance.now();
      act(at);
      const took = performance.now() - from;
      if (watching && took > 0.5) drawings.push(took); // less is a signal, no drawing
    });
  const tick = () => {
    frames.push(performance.now());
    if (watching) ask(tick);
  };
  ask(tick);
  window.framesSeen = () => {
    watching = false;
    window.requestAnimationFrame = ask;
    const seconds = (frames.at(-1) - frames[0]) / 1000;
    const gaps = frames.slice(1).map((at, k) => at - frames[k]);
    const sorted = [...drawings].sort((a, b) => a - b);
    const rounded = (x = 0) => Number(x.toPrecision(3));
    return {
      framesPerSecond: rounded(gaps.length / seconds),
      drawingsPerSecond: rounded(drawings.length / seconds),
      drawing: rounded(sorted[sorted.length >> 1]),
      longestDrawing: rounded(sorted.at(-1)),
      longestGap: rounded(Math.max(...gaps)),
    };
  };
}
