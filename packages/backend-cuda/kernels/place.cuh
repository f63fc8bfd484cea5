/** Makes whatever it is added to lie outside. */
constexpr int kOutside = -(1 << 30);

/** What a row of a factor, or a place along the inner axis of a product, contributes to the place of an element. */
struct __align__(16) Place {
  int offset;
  /** Positions along the spatial axes, depth, height and width; the second tells outsiders of factors without any too. */
  int at[3];
};

__device__ inline Place outside() { return {0, {0, kOutside, 0}}; }

/** A place without spatial positions. */
__device__ inline Place plain_place(int offset) { return {offset, {0, 0, 0}}; }
