import type { Machine } from "./machine.ts";

/** How each distribution installs NVIDIA's driver, by the `ID` of its `os-release`. */
const DRIVER_INSTALLERS: Readonly<Record<string, string>> = {
  ubuntu: "sudo ubuntu-drivers install",
  pop: "sudo apt-get install system76-driver-nvidia",
  debian: "sudo apt-get install nvidia-driver",
  fedora: "sudo dnf install akmod-nvidia-open",
  arch: "sudo pacman -S nvidia-open",
  "opensuse-tumbleweed": "sudo zypper install nvidia-open-driver-G06-signed-kmp-meta",
};

/** The command that installs, or renews, the driver; none where we know of none. */
export function driverCommand({ distribution }: Machine): string | undefined {
  return DRIVER_INSTALLERS[distribution];
}

/** Starts a container with the driver's library in it. */
export const CONTAINER_COMMAND = "docker run --gpus all";

/** What follows an update of the driver. */
export const RESTART_COMMAND = "sudo reboot";

/** Lets a process see every card. */
export const SEE_CARDS_COMMAND = "unset CUDA_VISIBLE_DEVICES";

/** Installs the newest NVRTC that a driver takes code from. */
export function nvrtcCommand(cudaMajor: number): string {
  return `pip install ${cudaMajor >= 13 ? "nvidia-cuda-nvrtc" : `nvidia-cuda-nvrtc-cu${cudaMajor}`}`;
}
