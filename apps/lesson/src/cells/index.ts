import type { Cell, CellId } from "../cell.ts";
import { k1 } from "./k1.ts";
import { k2 } from "./k2.ts";
import { k3 } from "./k3.ts";
import { k4 } from "./k4.ts";
import { k5 } from "./k5.ts";
import { k6 } from "./k6.ts";
import { k7 } from "./k7.ts";
import { k8 } from "./k8.ts";
import { t1 } from "./t1.ts";
import { t10 } from "./t10.ts";
import { t2 } from "./t2.ts";
import { t3 } from "./t3.ts";
import { t4 } from "./t4.ts";
import { t5 } from "./t5.ts";
import { t6 } from "./t6.ts";
import { t7 } from "./t7.ts";
import { t8 } from "./t8.ts";
import { t9 } from "./t9.ts";

/** Every cell, in the order of the lesson. */
export const cells: readonly Cell[] = [t1, k1, k2, t2, t3, t4, t5, k3, t6, t7, k4, t8, k5, k6, t9, k7, t10, k8];

/** The cells' names, in the order of the lesson. */
export const cellIds: readonly CellId[] = cells.map(({ id }) => id);
