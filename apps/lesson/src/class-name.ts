import type { Localized } from "./localized.ts";

/** Names of the classes, as the publisher gives them, and in Portuguese. */
export function className(name: string): Localized {
  return { "pt-BR": PORTUGUESE[name] ?? name, en: name };
}

const PORTUGUESE: Readonly<Record<string, string>> = {
  "T-shirt/top": "camiseta",
  Trouser: "calça",
  Pullover: "pulôver",
  Dress: "vestido",
  Coat: "casaco",
  Sandal: "sandália",
  Shirt: "camisa",
  Sneaker: "tênis",
  Bag: "bolsa",
  "Ankle boot": "bota",
};
