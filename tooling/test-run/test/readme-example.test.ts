import { describe, expect, it } from "vitest";
import { readmeExample } from "../src/check/readme-example.ts";

const fence = "```";
const program = `${fence}ts\nconsole.log(1);\n${fence}\n`;
const output = `${fence}text\n1\n${fence}\n`;

describe("readmeExample", () => {
  it("takes the first program and the output after it", () => {
    const markdown = `# Name\n\n${fence}sh\nnpm install\n${fence}\n\n${program}\nIt prints:\n\n${output}\n${program}`;
    expect(readmeExample(markdown)).toEqual({ code: "console.log(1);\n", output: "1\n" });
  });

  it("finds none where the output is missing, or stands after another block", () => {
    expect(readmeExample(program)).toBeUndefined();
    expect(readmeExample(`${program}\n${fence}sh\nls\n${fence}\n${output}`)).toBeUndefined();
    expect(readmeExample(`${program}\n${program}\n${output}`)).toBeUndefined();
  });

  it("finds none without a program", () => {
    expect(readmeExample(`# Name\n\n${output}`)).toBeUndefined();
  });
});
