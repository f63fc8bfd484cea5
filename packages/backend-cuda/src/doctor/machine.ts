import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** What the operating system says of NVIDIA's hardware and of the driver's half inside the kernel. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** `ID` of `/etc/os-release`, e.g. `ubuntu`; empty where there is none. */
  readonly distribution: string;
  /** How many cards of NVIDIA are plugged in; undefined where that cannot be told. */
  readonly pluggedCards: number | undefined;
  /** Version of the loaded kernel module, e.g. `580.159.04`. */
  readonly kernelModule: string | undefined;
}

const DEVICES = "sys/bus/pci/devices";
const NVIDIA = "0x10de";
/** Display controllers; a card has a sound device of the same vendor too. */
const DISPLAY_CLASS = "0x03";

/**
 * Looks at this machine. What cannot be read is unknown, and no error.
 * @param root of the file system; another one is a test's.
 */
export function thisMachine(root = "/"): Machine {
  const read = (...path: string[]): string => {
    try {
      return readFileSync(join(root, ...path), "utf8").trim();
    } catch {
      return "";
    }
  };
  const version = /Kernel Module[^\d]*(?:for \S+\s+)?(\d+(?:\.\d+)+)/.exec(read("proc/driver/nvidia/version"))?.[1];
  return {
    platform: process.platform,
    distribution: /^ID="?([^"\n]*)"?$/m.exec(read("etc/os-release"))?.[1] ?? "",
    // Under Windows' own Linux the card is Windows' and stands on no bus here.
    pluggedCards: /microsoft/i.test(read("proc/version")) ? undefined : countCards(join(root, DEVICES), read),
    kernelModule: version,
  };
}

function countCards(folder: string, read: (...path: string[]) => string): number | undefined {
  if (!existsSync(folder)) return undefined;
  const devices = readdirSync(folder);
  return devices.filter((device) => {
    const at = (file: string): string => read(DEVICES, device, file);
    return at("vendor") === NVIDIA && at("class").startsWith(DISPLAY_CLASS);
  }).length;
}
