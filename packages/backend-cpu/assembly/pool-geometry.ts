/** The geometry of pooling, int32 fields written by `src/wasm/geometry.ts` in this order. */
@unmanaged
export class PoolGeometry {
  inD: i32;
  inH: i32;
  inW: i32;
  outD: i32;
  outH: i32;
  outW: i32;
  kernelD: i32;
  kernelH: i32;
  kernelW: i32;
  strideD: i32;
  strideH: i32;
  strideW: i32;
  padD: i32;
  padH: i32;
  padW: i32;
  padEndD: i32;
  padEndH: i32;
  padEndW: i32;
  /** Whether padding counts in an average. */
  countsPad: i32;
}
