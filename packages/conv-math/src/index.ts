export { ShapeError } from "./errors.ts";
