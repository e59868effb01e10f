import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import type { Attributes } from "./element.ts";

// The only file that knows the toolkit: a successor costs this file.
provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeTextField(),
);
// What is used of its elements.
interface TextField extends HTMLElement {
  value: string;
}
interface Dropdown extends HTMLElement {
  selectedIndex: number;
  readonly options: readonly unknown[];
}
interface Checkbox extends HTMLElement {
  checked: boolean;
}
function make(tag: string, attributes: Attributes): HTMLElement {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (typeof value === "string") node.setAttribute(name, value);
  return node;
}
/** A control with a value that the panel sets and its user changes. */
export interface Control<T> {
  readonly element: HTMLElement;
  readonly set: (value: T) => void;
  readonly get: () => T;
}

/** A filled button, or a secondary one. At most one filled button is on the screen. */
export function actionButton(text: string, primary: boolean, click: () => void): HTMLElement {
  const button = make("vscode-button", {});
  dressButton(button, primary, false);
  button.textContent = text;
  button.addEventListener("click", click);
  return button;
}
/** Changes a button's looks in place, so that it keeps the focus. */
export function dressButton(button: HTMLElement, primary: boolean, disabled: boolean): void {
  // Properties: the toolkit overlooks an attribute that changes twice before it has settled.
  Object.assign(button, { appearance: primary ? "primary" : "secondary", disabled });
}
/** A field for a typed value; `commit` comes with Enter or when it is left. */
export function textField(label: string, commit: (text: string) => void): Control<string> {
  const field = make("vscode-text-field", { spellcheck: "false" }) as TextField;
  field.textContent = label; // the toolkit makes it the field's accessible name; the style sheet hides its picture
  field.addEventListener("change", () => commit(field.value));
  return {
    element: field,
    set: (text) => {
      if (field.value !== text) field.value = text;
    },
    get: () => field.value,
  };
}
/** One of several, by index. */
export function dropdown(label: string, options: readonly string[], commit: (index: number) => void): Control<number> {
  const list = make("vscode-dropdown", { "aria-label": label }) as Dropdown;
  options.forEach((text, index) => {
    const option = make("vscode-option", { value: String(index) });
    option.textContent = text;
    list.append(option);
  });
  let chosen = 0;
  list.addEventListener("change", () => {
    if (list.selectedIndex === chosen || list.selectedIndex < 0) return;
    chosen = list.selectedIndex;
    commit(chosen);
  });
  return {
    element: list,
    set: (index) => {
      chosen = index;
      // The toolkit knows its options only after they have been slotted.
      const select = () => (list.selectedIndex = chosen);
      if (list.options.length) select();
      else queueMicrotask(() => requestAnimationFrame(select));
    },
    get: () => chosen,
  };
}
/** Yes or no. */
export function checkbox(label: string, commit: (on: boolean) => void): Control<boolean> {
  const box = make("vscode-checkbox", {}) as Checkbox;
  box.textContent = label;
  let set = false;
  box.addEventListener("change", () => {
    if (box.checked === set) return;
    set = box.checked;
    commit(set);
  });
  return {
    element: box,
    set: (on) => {
      set = on;
      box.checked = on;
    },
    get: () => set,
  };
}
