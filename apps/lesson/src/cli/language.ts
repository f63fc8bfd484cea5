import type { Language } from "../localized.ts";
import { languages } from "../localized.ts";
import { unexpected } from "./usage-error.ts";

/** The language that `--lang` asks for, or else the locale's: Portuguese for `pt…`, English for all others. */
export function chosenLanguage(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Language {
  const at = argv.findIndex((argument) => argument === "--lang" || argument.startsWith("--lang="));
  const asked = at < 0 ? undefined : argv[at]!.includes("=") ? argv[at]!.slice("--lang=".length) : argv[at + 1];
  return languages.find((language) => language === asked) ?? localeLanguage(env);
}

/**
 * `--lang` as a language.
 * @throws {UsageError}
 */
export function parseLanguage(text: string): Language {
  const found = languages.find((language) => language === text);
  if (found !== undefined) return found;
  throw unexpected("--lang", { "pt-BR": languages.join(" ou "), en: languages.join(" or ") }, text);
}

function localeLanguage(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = [env["LC_ALL"], env["LC_MESSAGES"], env["LANG"]].find((value) => value !== undefined && value !== "");
  return locale?.toLowerCase().startsWith("pt") === true ? "pt-BR" : "en";
}
