/** What an adapter says of itself; browsers leave out what could identify a person. */
export interface AdapterDescription {
  /** e.g. `nvidia` */
  readonly vendor: string;
  /** e.g. `ampere` */
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** Whether the CPU plays the GPU. */
  readonly isSoftware: boolean;
}

/** Programs that play a GPU on the CPU, as their adapters call themselves. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render/i;

/** Describes an adapter. */
export function describeAdapter({ info }: GPUAdapter): AdapterDescription {
  const { vendor, architecture, device, description } = info;
  const isSoftware = info.isFallbackAdapter || SOFTWARE.test(`${architecture} ${device} ${description}`);
  return { vendor, architecture, device, description, isSoftware };
}

/** A name for people: the longest that the adapter tells. */
export function adapterName({ vendor, architecture, description }: AdapterDescription): string {
  if (description !== "") return description;
  return [vendor, architecture].filter((part) => part !== "").join(" ") || "unnamed GPU";
}
