/**
 * The geometry of a convolution, int32 fields written by `src/wasm/geometry.ts` in this order. Always three spatial
 * axes, depth, height, width; missing ones have extent 1.
 */
@unmanaged
export class Geometry {
  channels: i32;
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
  dilationD: i32;
  dilationH: i32;
  dilationW: i32;
}
