import { describe, expect, it } from "vitest";
import { parseOpened, parseTurn, ProtocolError } from "../src/process/protocol.ts";

describe("parseOpened", () => {
  it("reads what runs", () => {
    expect(parseOpened('{"about":"a library"}')).toEqual({ about: "a library" });
  });

  it.each(["hello", "3", '{"about":3}', ""])("refuses %j", (line) => {
    expect(() => parseOpened(line)).toThrow(ProtocolError);
  });

  it("hands on the worker's own sentence", () => {
    expect(() => parseOpened('{"error":"no such kernel"}')).toThrow("no such kernel");
  });
});

describe("parseTurn", () => {
  it("reads times and losses", () => {
    expect(parseTurn('{"timesMs":[1,2.5],"losses":[2.3]}')).toEqual({ timesMs: [1, 2.5], losses: [2.3] });
    expect(parseTurn('{"timesMs":[1]}')).toEqual({ timesMs: [1], losses: [] });
  });

  it.each(['{"losses":[1]}', '{"timesMs":["1"]}', '{"timesMs":[-1]}', '{"timesMs":[1],"losses":1}'])(
    "refuses %j",
    (line) => {
      expect(() => parseTurn(line)).toThrow(ProtocolError);
    },
  );
});
