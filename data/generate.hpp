#pragma once

#include <descent/data/dataset.hpp>

// Sets made from a formula and a seed, f32. The same options give the same rows, and a longer set begins with the rows of a
// shorter one. Classes take turns (row i is of class i mod classes), so any stretch of rows is balanced.
// Each throws ValueError for a negative row count or noise, and for what its options name.

namespace descent::inline v1::data {

struct LineOptions {
  Index rows = 100;
  double slope = 2;
  double intercept = 1;
  double noise = 0.1;  ///< standard deviation, of y
  std::uint64_t seed = 1;
};
/// y = slope x + intercept + noise, x uniform on [-1, 1).   inputs [rows, 1]   targets [rows, 1]
Dataset line(const LineOptions& options = {});

struct XorOptions {
  Index rows = 4;
  double noise = 0;  ///< standard deviation of both coordinates
  std::uint64_t seed = 1;
};
/// The corners of the unit square in turn; the class says whether their coordinates differ.   inputs [rows, 2]   targets i64 [rows]
Dataset xor_gate(const XorOptions& options = {});

struct MoonOptions {
  Index rows = 200;
  double noise = 0.1;
  std::uint64_t seed = 1;
};
/// Two half circles of radius 1, each with its end inside the other.   inputs [rows, 2]   targets i64 [rows]
Dataset moons(const MoonOptions& options = {});

struct CircleOptions {
  Index rows = 200;
  double inner = 0.5;  ///< radius of the second circle, in (0, 1)
  double noise = 0.05;
  std::uint64_t seed = 1;
};
/// A circle of radius 1 around a smaller one.   inputs [rows, 2]   targets i64 [rows]
Dataset circles(const CircleOptions& options = {});

struct SpiralOptions {
  Index rows = 300;
  Index arms = 2;      ///< at least 1
  double turns = 1.5;  ///< of each arm around the centre
  double noise = 0.02;
  std::uint64_t seed = 1;
};
/// Arms wound around each other inside the unit circle, one class each.   inputs [rows, 2]   targets i64 [rows]
Dataset spirals(const SpiralOptions& options = {});

struct BlobOptions {
  Index rows = 300;
  Index classes = 3;     ///< at least 1
  Index dimensions = 2;  ///< at least 1
  double spread = 0.15;  ///< standard deviation around a centre
  std::uint64_t seed = 1;
};
/// Normal clouds around centres drawn uniformly from [-1, 1)^dimensions.   inputs [rows, dimensions]   targets i64 [rows]
Dataset blobs(const BlobOptions& options = {});

}  // namespace descent::inline v1::data
