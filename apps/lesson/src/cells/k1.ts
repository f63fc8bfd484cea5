import { defineCell, output, paragraph, remark } from "../cell.ts";
import { engineRefusal, refusal } from "../refusal.ts";
import { compareOneOf, verdictOf } from "../verdict.ts";

/** What the notebook's probe printed, on a machine with a GPU. */
const RECORDED_DEVICE = "gpu(0)";

export const k1 = defineCell({
  id: "K1",
  kind: "code",
  title: { "pt-BR": "Onde calcular", en: "Where to compute" },
  prose: [
    paragraph(
      "O notebook tenta criar um número na GPU e, se não der, fica com a CPU. Aqui os backends são tentados em ordem, e cada recusa fica registrada com o motivo.",
      "The notebook tries to make one number on the GPU and, failing that, stays with the CPU. Here backends are tried in order, and every refusal is kept with its reason.",
    ),
    remark(
      "O notebook começa instalando um MXNet para CUDA 10 que hoje não se instala mais. Aqui não há nada a instalar.",
      "The notebook begins by installing an MXNet for CUDA 10 that cannot be installed any more. Here there is nothing to install.",
    ),
  ],
  code: `import { cpu } from "@camada/backend-cpu";
import { firstAvailable } from "@camada/tensor";

// Backends for GPUs go before the CPU.
const { backend, info, rejected } = await firstAvailable([cpu()]);
for (const { error } of rejected) console.log(error.message);
console.log(backend.device, info.description);`,
  recorded: [{ text: RECORDED_DEVICE }],
  parameters: {},
  async *run({ backend: { backend, info, rejected } }) {
    const refused = [
      ...rejected.map((one) => ({
        name: one.backend.name as string,
        device: one.backend.device,
        reason: refusal(one.error),
      })),
      ...info.rejected.map(({ engine, reason }) => ({
        name: `${backend.name}, ${engine}`,
        device: backend.device,
        reason: engineRefusal(reason),
      })),
    ];
    yield output({
      kind: "table",
      name: "K1-backends",
      columns: [
        { title: "" },
        { title: "backend" },
        { title: { "pt-BR": "dispositivo", en: "device" } },
        { title: { "pt-BR": "descrição ou motivo", en: "description or reason" } },
      ],
      rows: [
        ...refused.map(({ name, device, reason }) => ["✗", name, device, reason]),
        ["●", `${backend.name}, ${info.engine}`, backend.device, info.description],
      ],
    });
    yield output({ kind: "text", name: "K1-device", text: backend.device, recorded: { text: RECORDED_DEVICE } });
    return verdictOf([
      compareOneOf({
        what: { "pt-BR": "dispositivo", en: "device" },
        against: "notebook",
        name: "device",
        live: backend.device,
        allowed: ["cpu(0)", RECORDED_DEVICE],
        band: { "pt-BR": "cpu(0) ou gpu(0), conforme a máquina", en: "cpu(0) or gpu(0), as the machine has it" },
      }),
    ]);
  },
});
