import "./style.css";
import type { ToWebview } from "../src/protocol/index.ts";
import { toPortable } from "../src/protocol/index.ts";
import { Answer } from "./answer.ts";
import { hosted, listen, post, setStored, storedMessages } from "./api.ts";
import { Charts } from "./charts.ts";
import { element } from "./element.ts";
import { copyData, savePicture, saveReport } from "./export.ts";
import { Findings } from "./findings.ts";
import { Header } from "./header.ts";
import { layout, watchLayout } from "./layout.ts";
import { openDialog } from "./menu.ts";
import type { Item } from "./menu.ts";
import { Rail } from "./rail.ts";
import { nothing, receive } from "./state.ts";
import type { State } from "./state.ts";
import { Tabs } from "./tabs.ts";
import { readTheme, watchTheme } from "./theme.ts";
import { Warnings } from "./warnings.ts";

/** A run shorter than this shows no progress: nothing should flicker. */
const patience = 150;
/** What is told of a run is drawn with its first curves where they come within so many milliseconds: one drawing, not two. */
const together = 40;

let state: State = nothing;
let theme = readTheme(false);
let slow = false;
let timer: number | undefined;
let waiting: number | undefined;
let drawing = false;
let painted: number | undefined;
let unstored = false;

const findings = new Findings();
const charts = new Charts(findings.element);
const header = new Header(menuItems);
const tabs = new Tabs();
const answer = new Answer();
const warnings = new Warnings();
const rail = new Rail();
const work = element("div", { class: "work", id: "work" });
const panel = document.getElementById("panel") ?? document.body.appendChild(element("main", { id: "panel" }));
panel.append(header.element, tabs.element, answer.bar, answer.element, warnings.element, work);
document.documentElement.classList.toggle("static", !hosted);

function menuItems(): (Item | "line")[] {
  const { show } = state;
  const pinned = show?.before?.pinned ?? false;
  const own: (Item | "line")[] = [
    { label: "Copy data as CSV", run: () => copyData(state) },
    ...(hosted ? [{ label: "Copy rates at every step as CSV", run: () => post({ type: "rates" }) }] : []),
    { label: "Save charts as PNG…", run: () => savePicture(state, charts, theme) },
    { label: "Save report as HTML…", run: () => saveReport(state, charts, theme) },
    "line",
  ];
  const about: Item = { label: "About this lab", run: () => showAbout() };
  if (!hosted) return [...own, about];
  const pin: Item = {
    label: pinned ? "Unpin the pinned run" : "Pin this run for comparison",
    hint: "P",
    run: () => post({ type: "pin", on: !pinned }),
  };
  return [pin, ...own, { label: "Save experiment…", run: () => post({ type: "save" }) }, about];
}
function showAbout(): void {
  const { show } = state;
  if (!show) return;
  const lab = show.labs.find(({ name }) => name === show.lab);
  const said = [
    ...(lab ? [lab.question] : []),
    ...show.about.split(/\n+/),
    ...show.notes.map(({ hyperparameter, text }) => {
      const knob = show.knobs.find(({ of, name }) => of === "optimizer" && name === hyperparameter);
      return knob ? `${knob.hyperparameter.symbol}: ${text}` : text;
    }),
  ];
  openDialog(
    lab?.title ?? show.lab,
    said,
    hosted && show.page !== undefined ? () => post({ type: "page" }) : undefined,
  );
}

/** Knobs come after the charts, or before them where all is one column: on the screen and for the keyboard alike. */
function arrange(): void {
  rail.arrange();
  const order = layout() === "narrow" ? [rail.element, charts.element] : [charts.element, rail.element];
  if (order.some((node, k) => work.children[k] !== node)) work.append(...order);
}
function draw(): void {
  drawing = false;
  window.clearTimeout(waiting);
  waiting = undefined;
  const { show, phase } = state;
  const idle = phase !== "waiting" && phase !== "running";
  header.update(show);
  tabs.update(show);
  answer.update(state, slow && !idle && show?.restored === undefined); // what is brought back does not run
  warnings.update(show, state.empty !== undefined);
  work.hidden = !show || state.empty !== undefined;
  arrange();
  const run = state.drawn?.run;
  if (run !== undefined && run === show?.run && run !== painted && phase !== "waiting") {
    painted = run;
    requestAnimationFrame(() => post({ type: "painted", run })); // before the charts that are left for that frame
  }
  if (!work.hidden) {
    rail.update(show, state.applied);
    findings.update(state.findings, !idle, show?.places);
    charts.update(state, theme);
  }
  work.classList.toggle("stale", state.stale !== undefined);
  // Spelling out a run's numbers takes longer than drawing them: after the picture.
  if (unstored) setTimeout(store);
  unstored = false;
}
/** However many messages come, one drawing a frame of the screen. */
function schedule(): void {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(draw);
}
function watchPatience(message: ToWebview): void {
  if (message.type === "show" && state.phase === "waiting") {
    slow = false;
    painted = undefined;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      slow = true;
      schedule();
    }, patience);
  } else if (message.type === "done" || message.type === "stopped" || message.type === "failed")
    window.clearTimeout(timer);
}
let ending: Extract<ToWebview, { type: "done" | "stopped" }> | undefined;
function store(): void {
  const { show, drawn } = state;
  const over = ending?.run === show?.run && state.phase !== "waiting" && state.phase !== "running";
  if (!hosted || !ending || !over || !show || !drawn || drawn.run !== show.run) return;
  const frames = [...drawn.columns].map(([name, columns]) => {
    const [chart = "", series = ""] = name.split("\n");
    return toPortable({ chart, series, mode: "replace", columns });
  });
  const { before, ...rest } = show;
  setStored({
    subject: show.subject,
    show: before ? { ...rest, before: { ...before, frames: [] } } : rest,
    before: before?.frames.map(toPortable) ?? [],
    frames,
    ending,
  });
}
function take(message: ToWebview): void {
  const former = state;
  state = receive(state, message);
  watchPatience(message);
  if (message.type === "show" && message.patterns !== former.show?.patterns) retheme();
  if (state !== former && (message.type === "done" || message.type === "stopped")) ending = message;
  // A show of the same run brings what has changed around it: after Apply, the code says what the run did.
  if (message === ending || message.type === "show") unstored = true;
  // Shows in quick succession share one wait, or a dragged slider would never be drawn.
  if (message.type === "show" && state.phase === "waiting" && state.drawn)
    waiting ??= window.setTimeout(schedule, together);
  else schedule();
}
function retheme(): void {
  theme = readTheme(state.show?.patterns ?? false);
}

document.addEventListener("keydown", (event) => {
  if (!hosted) return;
  const typing =
    event.target instanceof HTMLElement && /^(vscode-text-field|vscode-dropdown|input)$/i.test(event.target.tagName);
  if (event.altKey && event.code === "KeyG") post({ type: "reveal" });
  else if (event.altKey && event.code === "KeyK") rail.focusFirst();
  else if (event.key === "Escape" && (state.phase === "waiting" || state.phase === "running") && state.show)
    post({ type: "stop" });
  else if (event.key === "p" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && state.show)
    post({ type: "pin", on: !(state.show.before?.pinned ?? false) });
  else return;
  event.preventDefault();
});
watchTheme(() => {
  retheme();
  schedule();
});
watchLayout(schedule);

// What was stored is on the screen before the editor has been asked for anything.
for (const message of storedMessages()) state = receive(state, message);
const restored = state.show !== undefined;
if (restored) state = { ...state, drawn: state.drawn && { ...state.drawn, run: -1 } };
retheme();
if (restored) draw();
listen(take);
post({ type: "ready" });
