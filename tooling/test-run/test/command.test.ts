import { describe, expect, it } from "vitest";
import { GateError, run } from "../src/check/command.ts";

describe("run", () => {
  it("gives what a program printed", async () => {
    expect(await run(process.execPath, ["-e", "console.log(1); console.error(2)"])).toBe("1\n2\n");
  });

  it("refuses a tool that is missing", async () => {
    const error = await run("no-such-linter", ["."]).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(GateError);
    expect(error).toHaveProperty("message", "no-such-linter: expected it to be installed, got no such program");
  });

  it("refuses an exit code other than 0, with the output", async () => {
    const script = "console.log('why'); process.exit(3)";
    const error = await run(process.execPath, ["-e", script]).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(GateError);
    expect(error).toHaveProperty("message", `why\n${process.execPath} -e ${script}: expected exit code 0, got 3`);
  });

  it("refuses a program that was killed", async () => {
    const error = await run(process.execPath, ["-e", "process.kill(process.pid, 'SIGKILL')"]).catch(
      (cause: unknown) => cause,
    );
    expect(error).toHaveProperty("message", expect.stringMatching(/expected exit code 0, got SIGKILL$/));
  });

  it("gives the program no standard input to wait for", async () => {
    expect(await run(process.execPath, ["-e", "process.stdin.resume().on('end', () => console.log('end'))"])).toBe(
      "end\n",
    );
  });
});
