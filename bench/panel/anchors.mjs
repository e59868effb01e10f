// The same chart as anybody would make it with Chart.js and its own plug-ins.
import { Chart, Decimation, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip } from "chart.js";

const colours = ["#c33", "#36c", "#393", "#939"];
const points = ([x, y]) => Array.from(x, (at, i) => ({ x: at, y: y[i] }));

/** `lean`: no parsing, no animation, no markers. `decimation`: its own, least and greatest of each pixel column. */
export function anchor({ lean = false, decimation = false }) {
  Chart.register(LineController, LineElement, PointElement, LinearScale, Decimation, Legend, Tooltip);
  let chart;
  return {
    draw(data) {
      const box = document.createElement("div");
      box.style.cssText = "width: 900px; height: 400px";
      const canvas = box.appendChild(document.createElement("canvas"));
      document.body.replaceChildren(box);
      chart = new Chart(canvas, {
        type: "line",
        data: {
          datasets: data.map((line, k) => ({
            label: `line ${k + 1}`,
            data: points(line),
            borderColor: colours[k],
            borderWidth: 1,
            ...(lean && { pointRadius: 0 }),
          })),
        },
        options: {
          responsive: true,
          maintainAspectRatio: false,
          animation: false,
          ...(lean && { parsing: false, normalized: true }),
          scales: { x: { type: "linear" }, y: { type: "linear" } },
          plugins: { decimation: { enabled: decimation, algorithm: "min-max", threshold: 1000 } },
        },
      });
    },
    update(data) {
      data.forEach((line, k) => (chart.data.datasets[k].data = points(line)));
      chart.update("none");
    },
  };
}
