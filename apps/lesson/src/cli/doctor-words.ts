import type { CudaDiagnosis, CudaProblemKind, OptionalLibrary } from "@camada/backend-cuda";
import { localized, type Localized, type Text } from "../localized.ts";

/** The parts of CUDA by the names that people know. */
export const partNames = {
  driver: "driver",
  nvrtc: "NVRTC",
  runtime: "CUDA runtime",
  cudnn: "cuDNN",
  cublas: "cuBLAS",
  nccl: "NCCL",
} as const satisfies Record<OptionalLibrary | "driver" | "nvrtc", string>;

/** What the report says around its table. */
export const doctorWords = {
  card: { "pt-BR": "placa", en: "card" },
  part: { "pt-BR": "parte", en: "part" },
  found: { "pt-BR": "encontrado", en: "found" },
  missing: { "pt-BR": "falta", en: "missing" },
  unneeded: { "pt-BR": "não há, nem faz falta", en: "not there, nor needed" },
  none: { "pt-BR": "nenhuma", en: "none" },
  capability: { "pt-BR": "capacidade de computação", en: "compute capability" },
  mend: { "pt-BR": "Conserta:", en: "Mends it:" },
  meanwhile: { "pt-BR": "Na CPU a aula roda assim:", en: "On the CPU the lesson runs like this:" },
  ready: { "pt-BR": "Tudo pronto para a GPU:", en: "All is ready for the GPU:" },
} satisfies Record<string, Localized>;

/** Where drivers are had for systems whose command is not known. */
const DRIVER_PAGE = "https://www.nvidia.com/drivers";

/** What is wrong, in one sentence. */
export function problemSentence(kind: CudaProblemKind, { driver }: CudaDiagnosis, details: string): Localized {
  const cuda = driver?.cudaVersion === undefined ? "" : ` (CUDA ${driver.cudaVersion})`;
  const sentences: Readonly<Record<CudaProblemKind, Localized>> = {
    "no-platform": {
      "pt-BR": "A NVIDIA não tem driver para este sistema: a GPU precisa de Linux ou Windows.",
      en: "NVIDIA has no driver for this system: the GPU needs Linux or Windows.",
    },
    "no-card": {
      "pt-BR": "Não há placa da NVIDIA nesta máquina, e nenhum comando muda isso.",
      en: "There is no NVIDIA card in this machine, and no command changes that.",
    },
    "no-driver": {
      "pt-BR": `Falta o driver da NVIDIA; ${DRIVER_PAGE} diz qual é o da sua placa.`,
      en: `NVIDIA's driver is missing; ${DRIVER_PAGE} tells which is your card's.`,
    },
    "no-driver-library": {
      "pt-BR": "O núcleo do sistema tem o driver, mas sua biblioteca não chega aqui, como num contêiner sem GPU.",
      en: "The system's kernel has the driver, but its library does not reach here, as in a container without GPUs.",
    },
    "restart-needed": {
      "pt-BR": "O driver foi atualizado, e o núcleo do sistema ainda tem a versão anterior.",
      en: "The driver was updated, and the system's kernel still has the version before.",
    },
    "driver-fails": {
      "pt-BR": `O driver está aqui, mas não começa: ${details}.`,
      en: `The driver is here, but does not start: ${details}.`,
    },
    "old-driver": {
      "pt-BR": `O driver é velho demais${cuda}: precisa ser do CUDA 12 ou mais novo (${DRIVER_PAGE}).`,
      en: `The driver is too old${cuda}: it has to be of CUDA 12 or newer (${DRIVER_PAGE}).`,
    },
    "no-visible-card": {
      "pt-BR": "Este processo não pode ver nenhuma placa: CUDA_VISIBLE_DEVICES as esconde.",
      en: "This process may not see any card: CUDA_VISIBLE_DEVICES hides them.",
    },
    "old-cards": {
      "pt-BR": "Nenhuma placa tem capacidade de computação 7.0 ou maior, que os kernels exigem.",
      en: "No card has compute capability 7.0 or more, which the kernels need.",
    },
    "no-nvrtc": {
      "pt-BR": "Falta o NVRTC, que compila os kernels para a placa.",
      en: "NVRTC is missing, which compiles the kernels for the card.",
    },
    "new-nvrtc": {
      "pt-BR": `O NVRTC daqui é mais novo que o driver${cuda}, que não aceita o que ele compila.`,
      en: `The NVRTC here is newer than the driver${cuda}, which does not take what it compiles.`,
    },
  };
  return sentences[kind];
}

/** A card in a few words. */
export function cardText({ name, computeCapability, memoryBytes }: CudaDiagnosis["cards"][number]): Text {
  const memory = `${Math.round(memoryBytes / 2 ** 30)} GiB`;
  return localized((say) => `${name}, ${say(doctorWords.capability)} ${computeCapability.join(".")}, ${memory}`);
}
