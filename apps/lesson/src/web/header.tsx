import { languages } from "../localized.ts";
import { BackendChip } from "./backends/backend-chip.tsx";
import { type ScreenId, screens } from "./link.ts";
import { changeLink, language, link, say } from "./state.ts";
import { type Theme, theme } from "./theme.ts";
import { screenNames, words } from "./words.ts";

/** Name, screens, backend, language and colours. */
export function Header() {
  return (
    <header class="page-header">
      <a class="brand" href="#" onClick={(event) => go(event, "lesson")}>
        <Mark />
        <span>Camada</span>
      </a>
      <nav class="screens" aria-label={say(words.mainMenu)}>
        {screens.map((screen) => (
          <a
            key={screen}
            href={screen === "lesson" ? "#" : `#v=1&screen=${screen}`}
            aria-current={link.value.screen === screen ? "page" : undefined}
            onClick={(event) => go(event, screen)}
          >
            {say(screenNames[screen])}
          </a>
        ))}
      </nav>
      <div class="switches">
        <BackendChip />
        <ThemeSwitch />
        <LanguageSwitch />
      </div>
    </header>
  );
}

function go(event: MouseEvent, screen: ScreenId): void {
  event.preventDefault();
  changeLink({ screen });
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect class="mark-ground" width="32" height="32" rx="7" />
      <path d="M7 7h8v8H7z" fill="#fff" />
      <path d="M17 7h8v8h-8zM7 17h8v8H7z" fill="#fff" opacity=".55" />
      <path d="M17 17h8v8h-8z" fill="#f0b45c" />
    </svg>
  );
}

const themes = { auto: "light", light: "dark", dark: "auto" } satisfies Record<Theme, Theme>;
const themeSigns = { auto: "◐", light: "☀", dark: "☾" } satisfies Record<Theme, string>;

function ThemeSwitch() {
  const names = { auto: words.themeAuto, light: words.themeLight, dark: words.themeDark };
  const name = say(names[theme.value]);
  return (
    <button
      type="button"
      class="switch"
      title={name}
      aria-label={name}
      onClick={() => (theme.value = themes[theme.peek()])}
    >
      <span aria-hidden="true">{themeSigns[theme.value]}</span>
    </button>
  );
}

function LanguageSwitch() {
  const other = languages.find((one) => one !== language.value)!;
  const [sign, name] = { "pt-BR": ["PT", "Português"], en: ["EN", "English"] }[other] as [string, string];
  return (
    <button type="button" class="switch" lang={other} title={name} onClick={() => changeLink({ language: other })}>
      <span aria-hidden="true">{sign}</span>
      <span class="visually-hidden">{name}</span>
    </button>
  );
}
