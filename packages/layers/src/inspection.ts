/** Key under which Node's console looks for an object's own text; a method there makes `console.log(net)` readable. */
export const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");
