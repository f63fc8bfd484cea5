import type { OpenedDataset } from "@camada/datasets";
import type { DatasetName } from "../../cell.ts";
import { grouped, localized, type Localized } from "../../localized.ts";
import type { DataChoice } from "./protocol.ts";

const TITLES: Readonly<Record<DatasetName, string>> = { mnist: "MNIST", "fashion-mnist": "Fashion-MNIST" };

const PLACES: Readonly<Record<DataChoice["from"], Localized>> = {
  page: { "pt-BR": "desta página", en: "from this page" },
  files: { "pt-BR": "dos seus arquivos", en: "from your files" },
  server: { "pt-BR": "deste servidor", en: "from this server" },
};

/** What a run learns from, and what it is measured on. */
export function dataSentence(
  name: DatasetName,
  { from }: DataChoice,
  { train, test, source }: Pick<OpenedDataset, "train" | "test" | "source">,
): Localized {
  const part = { "pt-BR": ", uma parte do todo", en: ", a part of the whole" };
  return localized((say, language) => {
    const [training, testing] = [say(grouped(train.length)), say(grouped(test.length))];
    const counts =
      language === "pt-BR"
        ? `${training} imagens de treino e ${testing} de teste`
        : `${training} training and ${testing} test pictures`;
    return `${TITLES[name]}, ${say(PLACES[from])}: ${counts}${source.isSubset ? say(part) : ""}.`;
  });
}
