import { BackendUnavailableError, DeviceLostError, record, TrainingRefusedError, useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { webgl } from "../src/index.ts";

const flags = ["WEBGL_CPU_FORWARD", "WEBGL_SIZE_UPLOAD_UNIFORM"] as const;
const values = flags.map((flag) => tf.env().get(flag));

/** Other files go on with the backend as the project has set it up. */
afterAll(async () => {
  await useBackend(webgl({ allowSoftware: true }));
  flags.forEach((flag, i) => tf.env().set(flag, values[i]!));
});

/** The context of the active backend. */
function context(): WebGL2RenderingContext {
  return (tf.backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } }).gpgpu.gl;
}

async function lose(): Promise<void> {
  const { canvas } = context();
  const lost = new Promise((resolve) => canvas.addEventListener("webglcontextlost", resolve, { once: true }));
  context().getExtension("WEBGL_lose_context")!.loseContext();
  await lost;
}

describe("activate", () => {
  it("says what runs", async () => {
    const info = await useBackend(webgl({ allowSoftware: true }));
    expect(info).toMatchObject({ tfBackend: "camada-webgl", engine: "webgl2", layout: "NHWC", precision: "float32" });
    expect(info.description).toContain("float32 textures");
    expect(tf.getBackend()).toBe("camada-webgl");
  });

  it("refuses a renderer on the CPU by its name", async () => {
    const gl = WebGL2RenderingContext.prototype;
    const real = Reflect.get(gl, "getParameter");
    const spy = vi.spyOn(gl, "getParameter").mockImplementation(function (this: WebGL2RenderingContext, name) {
      return name === 0x9246 ? "ANGLE (Mesa, llvmpipe)" : real.call(this, name);
    });
    const error = await webgl()
      .activate()
      .catch((reason: unknown) => reason);
    spy.mockRestore();
    expect(error).toBeInstanceOf(BackendUnavailableError);
    expect(error).toMatchObject({ backend: "webgl" });
    expect((error as Error).message).toContain("llvmpipe");
  });
});

describe("half-float textures", () => {
  const force = (isForced: boolean): void => {
    tf.env().set("WEBGL_FORCE_F16_TEXTURES", isForced);
    tf.env().set("WEBGL_RENDER_FLOAT32_ENABLED", !isForced);
  };
  afterEach(() => force(false));

  it("are reported, and training on them is refused unless it is asked for", async () => {
    await useBackend(webgl({ allowSoftware: true }));
    force(true);
    const info = await useBackend(webgl({ allowSoftware: true }));
    expect(info.precision).toBe("float16");
    const refusal = (): unknown => record(() => tf.scalar(1));
    expect(refusal).toThrow(TrainingRefusedError);
    expect(refusal).toThrow(/half floats/);
    const allowed = await useBackend(webgl({ allowSoftware: true, allowHalfFloatTraining: true }));
    expect(allowed.trainingRefusal).toBeUndefined();
    expect(refusal).toThrow(/variable with a gradient/);
  });
});

describe("a lost context", () => {
  it("throws at the next operation and reading, and gives way to a new one", async () => {
    await useBackend(webgl({ allowSoftware: true }));
    const x = tf.tanh(tf.fill([2, 3], 0.5));
    await lose();
    expect(() => tf.tanh(x)).toThrow(DeviceLostError);
    await expect(x.data()).rejects.toThrow(DeviceLostError);
    expect(() => x.dataSync()).toThrow(DeviceLostError);
    await useBackend(webgl({ allowSoftware: true }));
    const y = await tf.tanh(tf.fill([2, 3], 0.5)).data();
    expect(y[5]).toBeCloseTo(Math.tanh(0.5), 6);
  });

  it("ends a reading that is under way", async () => {
    await useBackend(webgl({ allowSoftware: true }));
    const reading = tf.tanh(tf.fill([512, 512], 0.5)).data();
    await Promise.all([lose(), expect(reading).rejects.toThrow(DeviceLostError)]);
  });
});
