import { effect, signal } from "@preact/signals";

/** Colours of the page. */
export type Theme = "auto" | "light" | "dark";

const KEY = "camada-theme";

/** The reader's choice; `auto` follows the device. It stays on this device and is no part of the address. */
export const theme = signal<Theme>(storedTheme());

/** Applies and stores the choice. */
export function keepTheme(): void {
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    try {
      localStorage.setItem(KEY, theme.value);
    } catch {
      // Storage may be forbidden: the choice then lasts as long as the page.
    }
  });
}

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : "auto";
  } catch {
    return "auto";
  }
}
