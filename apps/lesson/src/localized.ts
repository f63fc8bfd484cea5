/** Languages of the lesson. */
export const languages = ["pt-BR", "en"] as const;

/** One of {@link languages}. */
export type Language = (typeof languages)[number];

/** A text in every language. */
export type Localized = Readonly<Record<Language, string>>;

/** A text that reads the same everywhere (code, numbers), or one in every language. */
export type Text = string | Localized;

/** The text in one language. */
export function inLanguage(text: Text, language: Language): string {
  return typeof text === "string" ? text : text[language];
}

/** An integer with its thousands apart: 4.083.626 in Portuguese, 4,083,626 in English. */
export function grouped(count: number): Localized {
  const by = (separator: string): string => String(count).replace(/\B(?=(\d{3})+$)/g, separator);
  return { "pt-BR": by("."), en: by(",") };
}

/** A number with a fixed count of decimals: 30,6 in Portuguese, 30.6 in English. */
export function decimals(value: number, digits: number): Localized {
  const text = value.toFixed(digits);
  return { "pt-BR": text.replace(".", ","), en: text };
}

/** A number as digits and a power of ten: 5,2e-7 in Portuguese, 5.2e-7 in English. */
export function exponential(value: number, digits: number): Localized {
  const text = value.toExponential(digits);
  return { "pt-BR": text.replace(".", ","), en: text };
}

/** Fills the same template in every language: `localized((say) => say({ "pt-BR": …, en: … }))`. */
export function localized(fill: (say: (text: Text) => string, language: Language) => string): Localized {
  return {
    "pt-BR": fill((text) => inLanguage(text, "pt-BR"), "pt-BR"),
    en: fill((text) => inLanguage(text, "en"), "en"),
  };
}
