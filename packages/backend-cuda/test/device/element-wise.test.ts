import { describeElementWise } from "@camada/test-kit/kernel-suites";
import { device } from "./run-kernel.ts";
import { ULPS } from "./ulps.ts";

describeElementWise(device, ULPS);
