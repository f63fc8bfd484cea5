import { describe, expect, it } from "vitest";
import { labParameters } from "../../src/web/lab/lab-parameters.ts";
import { decodeLink, emptyLink, encodeLink, type Link, type LinkSchema } from "../../src/web/link.ts";

const schema: LinkSchema = {
  cells: {
    T1: {},
    K5: {
      kernelSize: { kind: "integer", label: { "pt-BR": "k", en: "k" }, default: 3, min: 1, max: 8 },
      rate: { kind: "number", label: { "pt-BR": "r", en: "r" }, default: 0.1, min: 0, max: 1, step: 0.1 },
    },
  },
  lab: labParameters,
  backends: ["wasm", "js"],
};

const whole: Link = {
  screen: "lab",
  cell: undefined,
  language: "pt-BR",
  backend: "js",
  seed: 4_294_967_295,
  cells: { K5: { kernelSize: 8, rate: 0.25 } },
  lab: { kernel: "own", picture: "own", width: 2 },
  ownPicture: [0, -1.5, 9, 1e-7],
  ownKernel: [1],
};

describe("encodeLink and decodeLink", () => {
  it("give back what was put in", () => {
    expect(decodeLink(encodeLink(whole), schema)).toEqual({ link: whole, problems: [] });
    expect(decodeLink(`#${encodeLink(whole)}`, schema).link).toEqual(whole);
  });

  it("keep the cell in sight", () => {
    const link: Link = { ...emptyLink, cell: "K5" };
    expect(encodeLink(link)).toBe("v=1&cell=K5");
    expect(decodeLink("#v=1&cell=K5", schema).link).toEqual(link);
    expect(decodeLink("#v=1&cell=K77", schema).problems).toMatchObject([{ key: "cell", got: "K77" }]);
  });

  it("write nothing for the first page", () => {
    expect(encodeLink(emptyLink)).toBe("");
    expect(decodeLink("", schema)).toEqual({ link: emptyLink, problems: [] });
    expect(decodeLink("#", schema)).toEqual({ link: emptyLink, problems: [] });
  });

  it("leave out values that are the lesson's own", () => {
    expect(decodeLink("v=1&K5.kernelSize=3&lab.height=7", schema)).toEqual({ link: emptyLink, problems: [] });
  });
});

describe("what is not understood", () => {
  it.each([
    ["v=1&K5.kernelSize=9", "K5.kernelSize", "an integer from 1 to 8", "9"],
    ["v=1&K5.kernelSize=3.5", "K5.kernelSize", "an integer from 1 to 8", "3.5"],
    ["v=1&K5.kernelSize=", "K5.kernelSize", "an integer from 1 to 8", ""],
    ["v=1&K5.kernelSize=0x5", "K5.kernelSize", "an integer from 1 to 8", "0x5"],
    ["v=1&K5.kernelSize=Infinity", "K5.kernelSize", "an integer from 1 to 8", "Infinity"],
    ["v=1&K5.rate=2", "K5.rate", "a number from 0 to 1", "2"],
    ["v=1&K5.toString=1", "K5.toString", "one of kernelSize, rate", "1"],
    ["v=1&T1.units=1", "T1.units", "no value", "1"],
    ["v=1&K9.units=1", "K9.units", "a known name", "1"],
    [
      "v=1&lab.kernel=hasOwnProperty",
      "lab.kernel",
      `one of ${Object.keys(labParameters.kernel.options).join(", ")}`,
      "hasOwnProperty",
    ],
    ["v=1&lang=pt", "lang", "one of pt-BR, en", "pt"],
    ["v=1&backend=cuda", "backend", "one of auto, wasm, js", "cuda"],
    ["v=1&seed=4294967296", "seed", "an integer from 0 to 4294967295", "4294967296"],
    ["v=1&lab.x=1_two", "lab.x", "up to 768 numbers up to a million", "1_two"],
    ["v=1&lab.k=1e9", "lab.k", "up to 768 numbers up to a million", "1e9"],
    ["v=0", "#", "an address that begins with v=1", "v=0"],
    ["screen=lab&v=1", "#", "an address that begins with v=1", "screen=lab&v=1"],
  ])("%s is named, and left out", (hash, key, expected, got) => {
    const { link, problems } = decodeLink(hash, schema);
    expect(link).toEqual(emptyLink);
    expect(problems.map((one) => ({ ...one, expected: one.expected.en }))).toEqual([{ key, expected, got }]);
  });

  it("leaves the rest standing", () => {
    const { link, problems } = decodeLink("v=1&screen=lab&seed=x&lab.height=3&lab.width=99", schema);
    expect(link).toEqual({ ...emptyLink, screen: "lab", lab: { height: 3 } });
    expect(problems.map(({ key }) => key)).toEqual(["seed", "lab.width"]);
  });

  it("is shown in part, and no more than five", () => {
    const { problems } = decodeLink(`v=1&seed=${"9".repeat(500)}${"&a=1".repeat(50)}`, schema);
    expect(problems).toHaveLength(5);
    expect(problems[0]!.got).toBe(`${"9".repeat(40)}…`);
  });

  it("changes no prototype", () => {
    decodeLink("v=1&__proto__.polluted=1&K5.__proto__=1&lab.__proto__=1&constructor.prototype=1", schema);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("never throws, whatever the address", () => {
    const letters = "v=1&%#.KTlabxkscreen_0-9e+\u0000\uD800🦊__proto__[]{}";
    let state = 1;
    const next = (below: number): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % below;
    for (let i = 0; i < 2_000; i++) {
      const noise = Array.from({ length: next(60) }, () => letters[next(letters.length)]).join("");
      expect(() => decodeLink(`v=1&${noise}`, schema)).not.toThrow();
    }
  });
});
